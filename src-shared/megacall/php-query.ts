// SPDX-License-Identifier: MIT
/**
 * PHP's rules for query strings, as far as the signature needs them (megacall-api.md section 1.2; checked against
 * PHP 8.2 in test/integration/php-signature.test.ts).
 */
import type { ParamValue } from './signature.ts';

/** The `name=value` parts of one parameter; nested keys become `name%5Bkey%5D`. Null and empty arrays leave nothing. */
export function serializeTree(key: string, value: ParamValue): string[] {
  return parts(encode(key), value);
}

function parts(name: string, value: ParamValue): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => parts(`${name}%5B${encode(key)}%5D`, inner));
  }
  return [`${name}=${encode(scalar(value))}`];
}

function scalar(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : double(value);
  return value;
}

/** PHP's `%.14G`: fourteen significant digits, exponent form below 1e-4 and from 1e14. */
function double(value: number): string {
  if (Number.isNaN(value)) return 'NAN';
  if (!Number.isFinite(value)) return value > 0 ? 'INF' : '-INF';
  const [digits = '', exponentText = '0'] = value.toExponential(13).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 14) return String(Number(value.toPrecision(14)));
  const mantissa = digits.replace(/0+$/, '');
  return `${mantissa.endsWith('.') ? `${mantissa}0` : mantissa}E${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

/** `urlencode`: letters, digits, `-`, `_` and `.` stand, space is `+`, the rest UTF-8 bytes in upper-case hex. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/**
 * Order of PHP 8.2's `ksort`: two numeric keys by value, anything else by bytes. PHP's order of mixed keys such as
 * 9, 10 and "1a" goes round in a circle; no method uses such names, and no order of them is promised here.
 */
export function compareKeys(a: string, b: string): number {
  if (NUMERIC.test(a) && NUMERIC.test(b)) return Number(a) - Number(b);
  return compareBytes(a, b);
}

/** What PHP takes for a number in a text: spaces around it allowed, an exponent too. */
const NUMERIC = /^[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\r\v\f]*$/;

/** UTF-8 byte order is code point order; JavaScript's `<` compares UTF-16 units and differs above U+FFFF. */
function compareBytes(a: string, b: string): number {
  const left = new TextEncoder().encode(a);
  const right = new TextEncoder().encode(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
