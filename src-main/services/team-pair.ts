// SPDX-License-Identifier: MIT
import { AppError, type ErrorCode } from '../../src-shared/errors.ts';
import { relayUrl } from '../../src-shared/relay/address.ts';
import type { PairingReply } from '../../src-shared/relay/protocol.ts';
import { pairingReply } from '../../src-shared/relay/protocol-schemas.ts';

/** Answers to `POST /pair` that a person can do something about. */
const REFUSALS: Readonly<Record<number, ErrorCode>> = { 404: 'team.code', 429: 'team.locked' };
const WITHIN_MS = 15_000;
/** A person who leaves does not wait long for a relay that is not there. */
const FAREWELL_MS = 5_000;
const MOST_BYTES = 10_000;

/**
 * Trades a pairing code for this desktop's token.
 *
 * @param typed the relay's address as a person writes it
 * @param name how this computer is called in the administrator's list
 * @throws AppError `team.url`, `team.code`, `team.locked`, `team.unreachable`, `team.bad-reply`
 */
export async function pair(
  fetch: typeof globalThis.fetch,
  typed: string,
  code: string,
  name: string,
): Promise<PairingReply & { readonly url: string }> {
  const url = relayUrl(typed);
  if (url === null) throw new AppError('team.url');
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: code.trim(), name: name.trim() }),
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    text = await readSome(response);
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('team.unreachable', {}, { cause: error });
  }
  if (!response.ok) {
    // A page of another server says 404 as well; a relay says which code it means.
    const refusal = isRelays(text) || response.status === 429 ? REFUSALS[response.status] : undefined;
    throw new AppError(refusal ?? (response.status >= 500 ? 'team.unreachable' : 'team.bad-reply'));
  }
  const reply = pairingReply.safeParse(parse(text));
  if (!reply.success) throw new AppError('team.bad-reply');
  return { ...reply.data, url };
}

/**
 * Gives the token back: the relay takes this desktop off its list. False when the relay could not be told; then its
 * administrator has one to take off by hand. Never rejects.
 *
 * @param url as `relayUrl` gives it
 */
export async function unpair(fetch: typeof globalThis.fetch, url: string, token: string): Promise<boolean> {
  try {
    const { ok, status } = await fetch(`${url}/pair`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(FAREWELL_MS),
    });
    // A token that is not known there is not on the list either.
    return ok || status === 401;
  } catch {
    return false;
  }
}

async function readSome(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new AppError('team.bad-reply');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function isRelays(text: string): boolean {
  const value = parse(text);
  return typeof value === 'object' && value !== null && 'code' in value && String(value.code).startsWith('pair.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
