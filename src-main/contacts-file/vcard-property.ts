// SPDX-License-Identifier: MIT
import type { Encoding } from '../../src-shared/csv/text.ts';

/** A property of vCard 2.1, 3.0 or 4.0. Names and types are upper case; a group (`item1.`) is left out. */
export type Property = {
  readonly name: string;
  /** Values of TYPE, and parameters without a name, as 2.1 writes types. */
  readonly types: readonly string[];
  /** Other parameters, the first value of each. */
  readonly params: ReadonlyMap<string, string>;
  /** Decoded, still escaped: `parts` takes it apart. */
  readonly value: string;
};

const LONGEST_HEAD = 2_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @param text one content line, a character a byte. Null for what is no property. */
export function parseProperty(text: string, encoding: Encoding): Property | null {
  const end = headEnd(text);
  if (end < 0) return null;
  const [full = '', ...given] = splitOutside(text.slice(0, end), ';');
  const name = full
    .slice(full.lastIndexOf('.') + 1)
    .trim()
    .toUpperCase();
  if (!/^[A-Z0-9-]{1,60}$/.test(name)) return null;
  const types: string[] = [];
  const params = new Map<string, string>();
  for (const one of given) {
    const at = one.indexOf('=');
    const key = at < 0 ? 'TYPE' : one.slice(0, at).trim().toUpperCase();
    const values = splitOutside(one.slice(at + 1), ',').map((value) => value.replace(/^\s*"|"\s*$/g, '').trim());
    if (key === 'TYPE') types.push(...values.map((value) => value.toUpperCase()));
    else if (!params.has(key)) params.set(key, values[0] ?? '');
  }
  const isQuoted = types.includes('QUOTED-PRINTABLE') || /^quoted-printable$/i.test(params.get('ENCODING') ?? '');
  const raw = text.slice(end + 1);
  const bytes = isQuoted ? unquoted(raw) : raw;
  return { name, types, params, value: decoded(bytes, params.get('CHARSET') ?? null, encoding) };
}

/** Components of a value (of N, ORG) by `;`, unescaped. */
export function parts(value: string): readonly string[] {
  const list: string[] = [];
  let part = '';
  for (let at = 0; at < value.length; at++) {
    const sign = value[at];
    if (sign === '\\') {
      part += sign + (value[++at] ?? '');
    } else if (sign === ';') {
      list.push(unescaped(part));
      part = '';
    } else {
      part += sign;
    }
  }
  return [...list, unescaped(part)];
}

/** The whole value as one text. */
export function unescaped(value: string): string {
  return value.replace(/\\(.)/gs, (_, sign: string) => (sign === 'n' || sign === 'N' ? '\n' : sign));
}

/** The colon after the parameters; -1 when there is none. Quoted values may hold colons. */
function headEnd(text: string): number {
  let isQuoted = false;
  const most = Math.min(text.length, LONGEST_HEAD);
  for (let at = 0; at < most; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === ':' && !isQuoted) return at;
  }
  // A quote that is never closed was meant as a character.
  return isQuoted ? text.slice(0, most).indexOf(':') : -1;
}

function splitOutside(text: string, separator: string): readonly string[] {
  if (!text.includes('"')) return text.split(separator);
  const list: string[] = [];
  let isQuoted = false;
  let begin = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    if (text[at] !== separator || isQuoted) continue;
    list.push(text.slice(begin, at));
    begin = at + 1;
  }
  return [...list, text.slice(begin)];
}

function unquoted(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function decoded(bytes: string, charset: string | null, encoding: Encoding): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  const raw = Buffer.from(bytes, 'latin1');
  const named = charset === null ? null : decoderOf(charset);
  if (named !== null && named.encoding !== 'utf-8') return named.decode(raw);
  if (encoding === 'windows-1251') return new TextDecoder(encoding).decode(raw);
  try {
    return utf8.decode(raw);
  } catch {
    return new TextDecoder('windows-1252').decode(raw);
  }
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(charset);
  } catch {
    return null;
  }
}
