// SPDX-License-Identifier: MIT
import { toFields, toNumber, toText } from '../../../src-shared/megacall/coerce.ts';
import { CrmError, type CrmHttp } from '../api.ts';
import { retryAfterMs } from '../retry-after.ts';
import type { Facts, OAuthProvider } from './model.ts';

/** A token server's no. `error` is its code, `description` its text: shown as text only. */
export class OAuthRefusal extends Error {
  readonly error: string;
  readonly description: string;

  constructor(error: string, description: string) {
    super(`${error}: ${description}`.slice(0, 300));
    this.name = 'OAuthRefusal';
    this.error = error.toLowerCase();
    this.description = description.slice(0, 300);
  }
}

export type TokenAnswer = {
  readonly access: string;
  /** Null when the old one stays. */
  readonly refresh: string | null;
  /** UTC ms; null where the server does not say. */
  readonly expiresAt: number | null;
  readonly facts: Facts;
};

/** What fits an HTTP header and a form: printable, without spaces. A JWT may have some thousand characters. */
const TOKEN = /^[\x21-\x7e]{1,8000}$/;
const MAX_BYTES = 64 * 1024;

/**
 * One request to the token endpoint. An `error` in the body counts whatever the status: some servers refuse with 200
 * (crm-connectors.md section 3.2).
 *
 * @throws OAuthRefusal for a refusal; CrmError `network`, `quota`, `bad-reply`; what the provider's facts throw
 */
export async function requestToken(
  http: CrmHttp,
  provider: OAuthProvider,
  { url, form, now }: { readonly url: string; readonly form: Readonly<Record<string, string>>; readonly now: number },
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const secret = await provider.clientSecret();
  const body = new URLSearchParams({ ...form, client_id: provider.clientId });
  if (secret !== null) body.set('client_secret', secret);
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
  const reply = await http({ method: 'POST', url, headers, body: body.toString(), maxBytes: MAX_BYTES }, signal);
  if (reply.status >= 500) throw new CrmError('network', `the token server is out of order (${reply.status})`);
  if (reply.status === 429) {
    throw new CrmError('quota', 'too many token requests', { retryAfterMs: retryAfterMs(reply.headers, now) });
  }
  const answer = toFields(reply.json());
  const error = toText(answer.error);
  if (error !== '') throw new OAuthRefusal(error, toText(answer.error_description));
  const access = toText(answer.access_token);
  if (reply.status >= 300 || !TOKEN.test(access)) throw new CrmError('bad-reply', 'no token in the answer');
  const refresh = toText(answer.refresh_token);
  const seconds = toNumber(answer.expires_in);
  return {
    access,
    refresh: TOKEN.test(refresh) ? refresh : null,
    expiresAt: seconds === null ? null : now + seconds * 1_000,
    facts: provider.answerFacts(answer),
  };
}
