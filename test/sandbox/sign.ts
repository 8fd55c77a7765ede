// SPDX-License-Identifier: MIT
import { createHash, createHmac } from 'node:crypto';

/**
 * The platform's signatures, written from megacall-api.md sections 1.1, 1.2 and 3.2 without a look at the product's
 * own: two readings of one text that must agree.
 */

type Pair = readonly [key: string, value: string];

/** Name and value pairs of a query or form body, decoded, in the order received. */
export function parseForm(text: string): Pair[] {
  if (text === '') return [];
  const decode = (part: string): string => {
    const bytes = part.replace(/\+/g, ' ');
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  };
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
}

/** PHP's RFC 1738 encoding: a space is `+`, only letters, digits and `-_.` stay. */
function encode(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.]/.test(char)) out += char;
    else if (char === ' ') out += '+';
    else out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** The canonical text of the pairs: top-level keys sorted by bytes, nested ones as they came, `a[]` numbered. */
export function canonical(pairs: readonly Pair[]): string {
  const top = (key: string): string => key.split('[', 1)[0] ?? '';
  const counters = new Map<string, number>();
  const unique = new Map<string, string>();
  for (const [key, value] of pairs) {
    let name = key;
    if (key.endsWith('[]')) {
      const count = counters.get(key) ?? 0;
      counters.set(key, count + 1);
      name = `${key.slice(0, -2)}[${count}]`;
    }
    unique.set(name, value);
  }
  return [...unique]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(top(a)), Buffer.from(top(b))))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join('&');
}

const seal = (secret: string, text: string): string =>
  Buffer.from(createHmac('sha1', secret).update(text).digest('hex'), 'latin1').toString('base64');

/** What must stand after the colon of the Authorization header for a request of this path and these pairs. */
export function requestSignature(secret: string, path: string, pairs: readonly Pair[]): string {
  const query = canonical(pairs);
  return seal(secret, path + query + createHash('md5').update(query).digest('hex'));
}

const SIGNED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  NOTIFY_START: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_INTERNAL: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_INTERNAL_END: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_IVR: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_END: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_ANSWER: ['caller_id', 'destination', 'call_start'],
  NOTIFY_OUT_START: ['internal', 'destination', 'call_start'],
  NOTIFY_OUT_END: ['internal', 'destination', 'call_start'],
  NOTIFY_RECORD: ['pbx_call_id', 'call_id_with_rec'],
};

/** The `Signature` header of a notification; a missing field counts as empty text. Other events sign `result`. */
export function webhookSignature(secret: string, event: string, fields: Readonly<Record<string, string>>): string {
  const names = SIGNED_FIELDS[event] ?? ['result'];
  return seal(secret, names.map((name) => fields[name] ?? '').join(''));
}
