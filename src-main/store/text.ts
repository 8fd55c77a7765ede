// SPDX-License-Identifier: MIT
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { digitsOf } from '../../src-shared/calls/same-number.ts';

/** A number in the spellings it can be found by. */
export type NumberColumns = {
  readonly e164: string | null;
  readonly digits: string;
  readonly digitsRev: string;
  /** Without the country code, where that is certain: people type numbers the way their country writes them. */
  readonly national: string;
  readonly tail: string;
};

const MAX_DIGITS = 40;

export function numberColumns(number: string): NumberColumns {
  const spelled = number.trim().replace(/^00(?=[1-9])/, '+');
  const digits = digitsOf(spelled).slice(0, MAX_DIGITS);
  const isE164 = spelled.startsWith('+') && digits !== '';
  const e164 = isE164 ? `+${digits}` : null;
  const national = e164 === null ? undefined : parsePhoneNumberFromString(e164)?.nationalNumber;
  return { e164, digits, digitsRev: reverse(digits), national: national ?? digits, tail: tailOf(digits) };
}

/** The last nine digits; all of a shorter number. */
export function tailOf(digits: string): string {
  return digits.slice(-9);
}

export function reverse(digits: string): string {
  return [...digits].reverse().join('');
}

/** Lower case without accents, so that `jose` finds `José`. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** First text after every text that starts with `prefix`, for a range scan. */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

/** What a search text means: digits when it holds nothing but a number, else words. */
export type Search =
  | { readonly kind: 'number'; readonly digits: string }
  | {
      readonly kind: 'name';
      readonly folded: string;
      readonly words: readonly string[];
      /** An FTS5 query of these words, each open at its end; null when there is none. */
      readonly match: string | null;
      /** The same with words cut to what the index has ready: finds more. Null when no word is longer. */
      readonly cut: string | null;
    };

/** Starts of words that the index of contacts has ready (migration 0006): a longer one is collected from all words. */
const LONGEST_START = 8;

export function parseSearch(text: string): Search | null {
  const folded = fold(text);
  if (folded === '') return null;
  const digits = folded.replace(/\D/g, '');
  if (digits !== '' && /^[\d\s+()./-]+$/.test(folded)) return { kind: 'number', digits };
  const words = wordsOf(folded);
  const isLong = words.some((word) => word.length > LONGEST_START);
  return {
    ...{ kind: 'name', folded, words },
    match: words.length === 0 ? null : startsOf(words),
    cut: isLong ? startsOf(words.map((word) => word.slice(0, LONGEST_START))) : null,
  };
}

/** Whether the text has for each of these words one that begins so. */
export function hasStarts(text: string, words: readonly string[]): boolean {
  const known = wordsOf(fold(text));
  return words.every((word) => known.some((one) => one.startsWith(word)));
}

function startsOf(words: readonly string[]): string {
  return words.map((word) => `"${word}"*`).join(' ');
}

/** An FTS5 query for all these words as they are; null when there is none. */
export function wholeWords(folded: string): string | null {
  const words = wordsOf(folded);
  return words.length === 0 ? null : words.map((word) => `"${word}"`).join(' ');
}

function wordsOf(folded: string): readonly string[] {
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}
