// SPDX-License-Identifier: MIT
import { toFields, toNumber, toText } from '../../../src-shared/megacall/coerce.ts';
import { hideInLogs } from '../../log.ts';
import type { SecretName, Secrets } from '../../secrets/secrets.ts';
import type { Facts, TokenStore, Tokens } from './model.ts';

/** An item of the Windows Credential Manager holds 2,560 bytes. */
const MAX_CHARACTERS = 2_400;

/**
 * Tokens of one connector as one item of the keychain, `crm:<connector id>`. An access token that is too long for an
 * item (a JWT) is left out: it is fetched anew at the next start. What is kept never reaches a log line.
 */
export function createTokenStore(secrets: Pick<Secrets, 'get' | 'set' | 'remove'>, connector: string): TokenStore {
  const name: SecretName = `crm:${connector}`;
  return {
    async load() {
      const tokens = read((await secrets.get(name)) ?? '');
      if (tokens !== null) hide(tokens);
      return tokens;
    },
    async save(tokens) {
      hide(tokens);
      const whole = JSON.stringify(tokens);
      const text = whole.length <= MAX_CHARACTERS ? whole : JSON.stringify({ ...tokens, access: '', expiresAt: null });
      await secrets.set(name, text);
    },
    clear: () => secrets.remove(name),
  };
}

function hide(tokens: Tokens): void {
  hideInLogs(tokens.access);
  hideInLogs(tokens.refresh ?? '');
}

/** Null for what we did not write. */
function read(text: string): Tokens | null {
  try {
    const fields = toFields(JSON.parse(text));
    if (!('refresh' in fields)) return null;
    const facts: Facts = Object.fromEntries(
      Object.entries(toFields(fields.facts)).map(([key, value]) => [key, toText(value)]),
    );
    const refresh = toText(fields.refresh);
    return {
      access: toText(fields.access),
      refresh: refresh === '' ? null : refresh,
      expiresAt: toNumber(fields.expiresAt),
      facts,
    };
  } catch {
    return null;
  }
}
