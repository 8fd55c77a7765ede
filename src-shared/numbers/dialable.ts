// SPDX-License-Identifier: MIT
import { findPhoneNumbersInText } from 'libphonenumber-js/min';
import type { ErrorCode } from '../errors.ts';
import type { DialPreview } from '../ipc/map.ts';
import { readLink } from './link.ts';
import { national } from './national.ts';
import { asCountry, E164_DIGITS, parseInternational, parseNational, plainDigits, withLostPlus } from './parse.ts';

export type DialError = Extract<ErrorCode, `dial.${string}`>;

/** Longest feature code, and longest account prefix with its number (megacall-api.md section 2.6). */
const CODE_LENGTH = 32;
const PREFIXED_DIGITS = 20;

/** Dialled as they are in any country, or in the countries named: an extension may not hide an emergency number. */
const SHORT = /^(?:112|116\d{3}|118\d{2,3}|0\d{1,5})$/;
const EMERGENCY: Readonly<Record<string, readonly string[]>> = {
  '911': ['US', 'CA', 'MX', 'AR', 'PE', 'UY', 'EC', 'VE', 'PA', 'PH'],
  '999': ['GB', 'IE', 'MY', 'SG', 'HK', 'AE'],
  '110': ['DE', 'CN', 'JP'],
  '190': ['BR', 'TN'],
};

/**
 * What dialling this text would call, or why it cannot be: typed, pasted or from a `tel:`, `callto:` or `sip:` link.
 * National numbers belong to `country` (ISO 3166). Extensions, short numbers and codes mean something at one PBX only:
 * a link that names another host than `domain` is refused for them; without `domain` every host is ours.
 */
export function parseDialable(text: string, country: string, domain = ''): DialPreview | DialError {
  if (text.trim() === '') return 'dial.empty';
  const link = readLink(text.slice(0, 2000));
  if (link === null) return 'dial.invalid';
  const { body, keys } = splitAfter(plainDigits(link.number).trim(), link.after);
  const after = keys.replace(/,+$/, '');
  if (!AFTER.test(after)) return 'dial.invalid';
  const parsed = parseNumber(withoutDecoration(body), country);
  if (typeof parsed === 'string') return parsed;
  const isForeign = link.host !== '' && domain !== '' && hostOf(domain) !== link.host.toLowerCase();
  if (isForeign && parsed.kind !== 'e164') return 'dial.invalid';
  return after === '' ? parsed : { ...parsed, after };
}

/** Keys that can be sent, with their pauses: with one more pause before them they fit one command. */
const AFTER = /^[\d*#,]{0,30}$/;

/** The extension behind a number: `ext. 12`, `x12`, or keys after a comma, each further comma a longer pause. */
function splitAfter(text: string, linked: string): { body: string; keys: string } {
  const pause = /^([^,]*\d)\s*,([\d*#,\s]+)$/.exec(text);
  if (pause) return { body: pause[1] ?? '', keys: (pause[2] ?? '').replace(/\s/g, '') };
  const named = /^(.*\d)[\s,;]*(?:ext(?:ensi[oó]n|n)?|x)[.:=\s]*(\d{1,6})$/iu.exec(text);
  if (named) return { body: named[1] ?? '', keys: named[2] ?? '' };
  return { body: text, keys: linked };
}

function hostOf(domain: string): string {
  return domain.replace(/:\d+$/, '').toLowerCase();
}

function parseNumber(clean: string, country: string): DialPreview | DialError {
  if (clean === '') return 'dial.empty';
  if (!/^\+?[\dA-Za-z*#]+$/.test(clean)) return 'dial.invalid';
  if (/[*#]/.test(clean)) return code(clean);
  const keyed = onKeypad(clean);
  return keyed === null ? 'dial.invalid' : number(keyed, country, keyed !== clean);
}

/** Removes what people put between digits: spaces, dots, dashes, brackets, the `(0)` of +44 (0)20. */
function withoutDecoration(text: string): string {
  return text
    .replace(/^((?:\+|00)[\s.\p{Pd}]*\d{1,3})[\s.\p{Pd}]*\(\s*0\s*\)/u, '$1')
    .replace(/[\s./()[\]\p{Pd}]/gu, '');
}

function code(text: string): DialPreview | DialError {
  if (text.length > CODE_LENGTH) return 'dial.too-long';
  return /^[\d*#]{2,}$/.test(text) ? { target: text, text, country: null, kind: 'code' } : 'dial.invalid';
}

/** Letters as on a telephone's keys (1-800-FLOWERS); null for a text that is no number with letters in it. */
function onKeypad(text: string): string | null {
  if (/^\+?\d+$/.test(text)) return text;
  if (!/^\+?\d{2,}[\dA-Za-z]*$/.test(text)) return null;
  return text
    .toUpperCase()
    .replace(/[A-Z]/g, (letter) => '22233344455566677778889999'[letter.charCodeAt(0) - 65] ?? '');
}

function number(text: string, country: string, vanity: boolean): DialPreview | DialError {
  const plus = text.startsWith('+') || (/^00[1-9]/.test(text) && text.length > 6);
  const digits = text.replace(/^\+|^00(?=[1-9]\d{4})/, '');
  if (digits.length > (text.startsWith('000') ? PREFIXED_DIGITS : E164_DIGITS)) return 'dial.too-long';
  if (!plus && digits.length <= 6) return vanity ? 'dial.invalid' : short(digits, country);
  if (/^000\d{5,}$/.test(digits)) return { target: digits, text: digits, country: null, kind: 'code' };
  const target = plus ? fromInternational(digits) : fromNational(digits, country, vanity);
  if (target === null) return 'dial.invalid';
  // A long national number may outgrow E.164 with its country code.
  if (target.length > E164_DIGITS + 1) return 'dial.too-long';
  return {
    target,
    text: national(target, country),
    country: parseInternational(target)?.country ?? null,
    kind: 'e164',
  };
}

function short(digits: string, country: string): DialPreview | DialError {
  if (digits.length < 2) return 'dial.invalid';
  const isShort = SHORT.test(digits) || EMERGENCY[digits]?.includes(country);
  return { target: digits, text: digits, country: null, kind: isShort ? 'short' : 'extension' };
}

/** A number whose range the library does not know, but of a length that exists, goes out as it was typed. */
function fromInternational(digits: string): string | null {
  const parsed = parseInternational(`+${digits}`);
  if (parsed?.isValid()) return parsed.number;
  return parsed?.isPossible() ? `+${digits}` : null;
}

/** Valid at home, else valid abroad with its `+` forgotten, else at least of a length that exists at home. */
function fromNational(digits: string, country: string, vanity: boolean): string | null {
  const home = parseNational(digits, country);
  if (home?.isValid()) return home.number;
  return withLostPlus(digits) ?? (home?.isPossible() && !vanity ? fromInternational(home.number.slice(1)) : null);
}

/**
 * The number in a selected text: the text itself when it can be dialled, else the first number found in the sentence,
 * else a number after the word "extension". Null when there is none. To be given to `parseDialable`. Without a
 * country only international numbers are found inside a sentence.
 */
export function extractNumber(text: string, country = ''): string | null {
  const limited = plainDigits(text.slice(0, 2000)).trim();
  if (typeof parseDialable(limited, country) !== 'string') return limited;
  const known = asCountry(country);
  const found = findPhoneNumbersInText(limited, known)[0];
  if (found) return found.number.number;
  return /\bext(?:ensi[oó]n|n)?\.?:?\s*(\d{2,6})\b/iu.exec(limited)?.[1] ?? null;
}
