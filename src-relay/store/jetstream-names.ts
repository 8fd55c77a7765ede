// SPDX-License-Identifier: MIT
/**
 * Names as tokens of NATS subjects. A token may not hold dots, blanks or wildcards, and names come from outside: every
 * character but letters, digits, `-` and `_` is written as `=` and two hex digits for each byte of its UTF-8. An empty
 * name is `=`. No two names give one token.
 */
export function encodeName(name: string): string {
  if (name === '') return '=';
  return name.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

export function decodeName(token: string): string {
  if (token === '=') return '';
  const bytes = token.replaceAll('%', '%25').replaceAll('=', '%');
  return decodeURIComponent(bytes);
}

/** A key's parts between slashes become tokens, so that a part of a table can be asked for. */
export const encodeKey = (key: string): string => key.split('/').map(encodeName).join('.');
export const decodeKey = (subject: string): string => subject.split('.').map(decodeName).join('/');

/** The server takes no protocol line above 4 kB; the reply address and the stream's name stand in it too. */
const LONGEST = 2_000;

/** @throws RangeError for a name too long to be a subject */
export function checkedSubject(subject: string): string {
  if (subject.length > LONGEST) throw new RangeError('name too long for a NATS subject');
  return subject;
}

/** Names of everything one company of relays keeps at a server; `prefix` sets it apart from others. */
export function namesFor(prefix: string) {
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(prefix)) throw new RangeError('prefix must be 1 to 32 of A-Z, a-z, 0-9, _ and -');
  return {
    stream: `${prefix}-events`,
    /** Subjects of all events. */
    events: `${prefix}.ev.*.*`,
    event: (tenant: string, audience: string) =>
      checkedSubject(`${prefix}.ev.${encodeName(tenant)}.${encodeName(audience)}`),
    tenant: (tenant: string) => checkedSubject(`${prefix}.ev.${encodeName(tenant)}.*`),
    /** As NATS' own key-value tools name them. */
    bucketStream: (bucket: string) => `KV_${prefix}-${bucket}`,
    bucketSubject: (bucket: string) => `$KV.${prefix}-${bucket}`,
  };
}

export type Names = ReturnType<typeof namesFor>;
