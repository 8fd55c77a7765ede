// SPDX-License-Identifier: MIT
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { compareKeys, serializeTree } from './php-query.ts';

/** A request parameter. Ids of more than 15 digits must be given as text: a JavaScript number would lose digits. */
export type ParamValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };

export type Params = { readonly [key: string]: ParamValue };

/**
 * Parameters as the PBX signs and reads them: sorted at the top level, then written as PHP's
 * `http_build_query(…, PHP_QUERY_RFC1738)` does (megacall-api.md sections 1.1 and 1.2). '' when nothing is left.
 */
export function serializeParams(params: Params): string {
  const sorted = Object.entries(params).sort(([a], [b]) => compareKeys(a, b));
  return sorted.flatMap(([key, value]) => serializeTree(key, value)).join('&');
}

/**
 * Signature of a request: the Base64 text that stands after the colon of `Authorization: <key>:<signature>`.
 * `path` is the request path with its trailing slash, exactly as requested, without host and query.
 */
export function signRequest(secret: string, path: string, params: Params = {}): string {
  return signSerialized(secret, path, serializeParams(params));
}

/** As `signRequest`, for a query already serialised: what is signed is then byte for byte what is sent. */
export function signSerialized(secret: string, path: string, query: string): string {
  return hexHmac(secret, path + query + bytesToHex(md5(utf8ToBytes(query.toWellFormed()))));
}

/** Fields that are signed, joined in this order without separator (megacall-api.md section 3.2). */
const SIGNED_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['NOTIFY_START', ['caller_id', 'called_did', 'call_start']],
  ['NOTIFY_INTERNAL', ['caller_id', 'called_did', 'call_start']],
  ['NOTIFY_INTERNAL_END', ['caller_id', 'called_did', 'call_start']],
  ['NOTIFY_IVR', ['caller_id', 'called_did', 'call_start']],
  ['NOTIFY_END', ['caller_id', 'called_did', 'call_start']],
  ['NOTIFY_ANSWER', ['caller_id', 'destination', 'call_start']],
  ['NOTIFY_OUT_START', ['internal', 'destination', 'call_start']],
  ['NOTIFY_OUT_END', ['internal', 'destination', 'call_start']],
  ['NOTIFY_RECORD', ['pbx_call_id', 'call_id_with_rec']],
  ['SMS', ['result']],
  ['NUMBER_LOOKUP', ['result']],
  ['CALL_TRACKING', ['result']],
]);

/** Names of the fields that are signed for this event, or null when no rule is known for it. */
export function signedFields(event: string): readonly string[] | null {
  return SIGNED_FIELDS.get(event.toUpperCase()) ?? null;
}

/**
 * Whether a notification was signed with our secret. `fields` are the raw decoded values, before anything is cleaned:
 * a `+` added to a number breaks the signature. False for a missing header, an empty secret and for events whose rule
 * is not published (SPEECH_RECOGNITION, DOCUMENT and any new one). Says nothing about replays: nothing in the
 * signature is used once.
 */
export function verifyNotification(
  secret: string,
  fields: Readonly<Record<string, string | undefined>>,
  signature: string | null | undefined,
): boolean {
  if (secret === '' || typeof signature !== 'string') return false;
  const names = signedFields(fields.event ?? '');
  if (!names) return false;
  return sameText(hexHmac(secret, names.map((name) => fields[name] ?? '').join('')), signature);
}

/** Base64 of the hex text of the HMAC, not of its raw bytes (megacall-api.md section 1.1, trap 1). */
function hexHmac(secret: string, message: string): string {
  return btoa(bytesToHex(hmac(sha1, utf8ToBytes(secret.toWellFormed()), utf8ToBytes(message.toWellFormed()))));
}

/** Compares in a time that depends on the expected text only. */
function sameText(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}
