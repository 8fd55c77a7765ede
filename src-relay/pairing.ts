// SPDX-License-Identifier: MIT
import { createHash, randomInt } from 'node:crypto';
import type { Role } from '../src-shared/relay/protocol.ts';
import { keyPart, sha256 } from './keys.ts';
import { WireFailure } from './parts.ts';
import { networkOf } from './sources.ts';
import type { Kv } from './store/api.ts';

/** What a pairing code is worth. */
export type Worth = {
  readonly tenant: string;
  readonly extension: string;
  readonly role: Role;
  /** What the admin called it. */
  readonly name: string;
};

export type Pairing = {
  /** A new code, shown once, as `ABCD-EFGH`; UTC ms of its end. */
  issue(worth: Worth): Promise<{ code: string; expiresAt: number }>;
  /**
   * Uses a code up, typed in capitals or not, with any spaces and hyphens.
   *
   * @param from address of whoever asks
   * @throws WireFailure `pair.locked`, `pair.unknown`
   */
  redeem(code: string, from: string): Promise<Worth>;
};

/** Without letters and digits that people take for each other. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
/** The first two tell the tenant, so that wrong codes are counted for it; the others are random. */
const TAG = 2;
const LENGTH = 8;
const VALID_MS = 10 * 60_000;

/** Wrong codes within the window before nobody may try any more. */
const WINDOW_MS = 15 * 60_000;
const MOST_WRONG = { address: 5, tenant: 10, all: 20 } as const;
type Scope = readonly [name: keyof typeof MOST_WRONG, of: string];
const TRIES = 30;

/** @param now UTC ms */
export function createPairing(kv: Kv, now: () => number = Date.now): Pairing {
  return {
    async issue(worth) {
      const code = newCode(worth.tenant);
      const expiresAt = now() + VALID_MS;
      const stored = JSON.stringify({ ...worth, expiresAt });
      if ((await kv.put('pairing', codeKey(code), stored, 0, VALID_MS)) === 0) return this.issue(worth);
      return { code: `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`, expiresAt };
    },
    async redeem(typed, from) {
      const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
      const scopes: readonly Scope[] = [
        ['address', networkOf(from)],
        ['tenant', code.slice(0, TAG)],
        ['all', ''],
      ];
      // Counted before it is looked at: a hundred guesses at once are a hundred guesses.
      await count(kv, scopes, now);
      const worth = code.length === LENGTH ? await useUp(kv, codeKey(code), now()) : null;
      if (worth === null) throw new WireFailure('pair.unknown');
      await Promise.all(scopes.map((scope) => add(kv, scope, -1, now)));
      return worth;
    },
  };
}

async function useUp(kv: Kv, key: string, now: number): Promise<Worth | null> {
  const found = await kv.get('pairing', key);
  if (found === null) return null;
  const { expiresAt, isUsed, ...worth } = JSON.parse(found.value) as Worth & { expiresAt: number; isUsed?: true };
  if (isUsed || expiresAt <= now) return null;
  // The mark rather than a removal: of two who are equally quick one is first.
  const mark = JSON.stringify({ isUsed: true });
  return (await kv.put('pairing', key, mark, found.revision, VALID_MS)) > 0 ? worth : null;
}

/** @throws WireFailure `pair.locked` */
async function count(kv: Kv, scopes: readonly Scope[], now: () => number): Promise<void> {
  for (const [index, scope] of scopes.entries()) {
    if (await add(kv, scope, 1, now)) continue;
    // A locked attempt is none: it does not make the lock longer.
    await Promise.all(scopes.slice(0, index).map((counted) => add(kv, counted, -1, now)));
    throw new WireFailure('pair.locked');
  }
}

/** False when the scope has had all its tries, or so many try at once that it soon will. */
async function add(kv: Kv, [name, of]: Scope, by: 1 | -1, now: () => number): Promise<boolean> {
  const key = `wrong/${name}/${keyPart(of)}`;
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await kv.get('pairing', key);
    const stored = found === null ? null : (JSON.parse(found.value) as { since: number; wrong: number });
    const isOpen = stored !== null && stored.since + WINDOW_MS > now();
    const { since, wrong } = isOpen ? stored : { since: now(), wrong: 0 };
    if (by > 0 && wrong >= MOST_WRONG[name]) return false;
    const value = JSON.stringify({ since, wrong: Math.max(0, wrong + by) });
    if ((await kv.put('pairing', key, value, found?.revision ?? 0, WINDOW_MS)) > 0) return true;
  }
  return false;
}

function newCode(tenant: string): string {
  const random = Array.from({ length: LENGTH - TAG }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return tagOf(tenant) + random.join('');
}

function tagOf(tenant: string): string {
  const bytes = createHash('sha256').update(tenant).digest().subarray(0, TAG);
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

function codeKey(code: string): string {
  return `code/${sha256(code)}`;
}
