// SPDX-License-Identifier: MIT
import type { Moment } from './value.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** .NET's formats of one letter, in the culture that belongs to nobody. */
const STANDARD: Readonly<Record<string, string>> = {
  d: 'MM/dd/yyyy',
  D: 'dddd, dd MMMM yyyy',
  f: 'dddd, dd MMMM yyyy HH:mm',
  F: 'dddd, dd MMMM yyyy HH:mm:ss',
  g: 'MM/dd/yyyy HH:mm',
  G: 'MM/dd/yyyy HH:mm:ss',
  m: 'MMMM dd',
  M: 'MMMM dd',
  o: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  O: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  r: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  R: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  s: "yyyy-MM-dd'T'HH:mm:ss",
  t: 'HH:mm',
  T: 'HH:mm:ss',
  u: "yyyy-MM-dd HH:mm:ss'Z'",
  y: 'yyyy MMMM',
  Y: 'yyyy MMMM',
};

const TOKEN =
  /'([^']*)'|"([^"]*)"|\\(.)|%|(d{1,4}|f{1,7}|F{1,7}|h{1,2}|H{1,2}|m{1,2}|M{1,4}|s{1,2}|t{1,2}|y{1,5}|z{1,3}|K)/g;

/** A moment by a .NET format, custom or of one letter. */
export function formatMoment(value: Moment, format: string): string {
  const pattern = (format.length === 1 ? STANDARD[format] : format) ?? format;
  const inUtc = /^[rRu]$/.test(format);
  const offsetMs = inUtc ? 0 : value.offsetMs;
  const wall = new Date(value.at + offsetMs);
  return pattern.replace(TOKEN, (whole, single, double, escaped, token) => {
    if (token !== undefined) return field(wall, offsetMs, token);
    return single ?? double ?? escaped ?? (whole === '%' ? '' : whole);
  });
}

function field(wall: Date, offsetMs: number, token: string): string {
  const padded = (value: number, width = token.length) => String(value).padStart(Math.min(width, 2), '0');
  const hours = wall.getUTCHours();
  const fraction = String(wall.getUTCMilliseconds()).padStart(3, '0').padEnd(7, '0').slice(0, token.length);
  switch (token[0]) {
    case 'y':
      return token.length <= 2 ? padded(wall.getUTCFullYear() % 100) : String(wall.getUTCFullYear()).padStart(4, '0');
    case 'M':
      return token.length <= 2 ? padded(wall.getUTCMonth() + 1) : named(MONTHS[wall.getUTCMonth()], token, 4);
    case 'd':
      return token.length <= 2 ? padded(wall.getUTCDate()) : named(DAYS[wall.getUTCDay()], token, 4);
    case 'H':
      return padded(hours);
    case 'h':
      return padded(hours % 12 === 0 ? 12 : hours % 12);
    case 'm':
      return padded(wall.getUTCMinutes());
    case 's':
      return padded(wall.getUTCSeconds());
    case 'f':
      return fraction;
    case 'F':
      return fraction.replace(/0+$/, '');
    case 't':
      return (hours < 12 ? 'AM' : 'PM').slice(0, token.length);
    default:
      return offset(offsetMs, token);
  }
}

function named(name: string | undefined, token: string, whole: number): string {
  return token.length >= whole ? (name ?? '') : (name ?? '').slice(0, 3);
}

function offset(offsetMs: number, token: string): string {
  if (token === 'K' && offsetMs === 0) return 'Z';
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const sign = offsetMs < 0 ? '-' : '+';
  const hours = String(Math.floor(minutes / 60));
  if (token === 'z') return sign + hours;
  if (token === 'zz') return sign + hours.padStart(2, '0');
  return `${sign}${hours.padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** A number by a .NET format: `F2`, `D4`, `N0`, or zeros such as `000.0`; anything else leaves it as it is. */
export function formatNumber(value: number, format: string): string {
  const standard = /^([FfNnDd])(\d{0,2})$/.exec(format);
  const [, letter = '', digits = ''] = standard ?? [];
  if (/[Dd]/.test(letter)) return signed(value, String(Math.abs(Math.trunc(value))).padStart(Number(digits || 0), '0'));
  if (letter !== '') {
    const fixed = value.toFixed(Math.min(20, Number(digits || 2)));
    return /[Nn]/.test(letter) ? fixed.replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ',') : fixed;
  }
  const zeros = /^(0+)(?:\.(0+))?$/.exec(format);
  if (zeros === null) return String(value);
  const [whole = '', part = ''] = Math.abs(value)
    .toFixed(Math.min(20, zeros[2]?.length ?? 0))
    .split('.');
  return signed(value, whole.padStart(zeros[1]?.length ?? 0, '0') + (part === '' ? '' : `.${part}`));
}

function signed(value: number, text: string): string {
  return value < 0 ? `-${text}` : text;
}
