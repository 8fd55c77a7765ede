// SPDX-License-Identifier: MIT
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/min';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Longest number E.164 allows, in digits. */
export const E164_DIGITS = 15;

/** Shortest digits that are taken as an international number whose `+` got lost: no national number of the countries
 * served is valid both ways from here on. */
const CERTAIN_DIGITS = 10;

/** A country code the library knows, or undefined. */
export function asCountry(country: string): CountryCode | undefined {
  return isSupportedCountry(country) ? country : undefined;
}

/** A full international number, `+` and digits, in the library's form; null when its country code does not exist. */
export function parseInternational(plusDigits: string): PhoneNumber | null {
  return /^\+\d{4,15}$/.test(plusDigits) ? (parsePhoneNumberFromString(plusDigits) ?? null) : null;
}

/** Digits as dialled inside `country`, with or without its trunk prefix or country code; null when unreadable. */
export function parseNational(digits: string, country: string): PhoneNumber | null {
  const known = asCountry(country);
  if (!known || !/^\d{4,20}$/.test(digits)) return null;
  return parsePhoneNumberFromString(digits, { defaultCountry: known, extract: false }) ?? null;
}

/** E.164 for digits that are a valid international number without its `+`; null when that is not certain. */
export function withLostPlus(digits: string): string | null {
  if (digits.length < CERTAIN_DIGITS || digits.startsWith('0')) return null;
  const parsed = parseInternational(`+${digits}`);
  return parsed?.isValid() ? parsed.number : null;
}

/** Digits of other scripts as ASCII, and characters nobody sees (text direction marks, soft hyphens) removed. */
export function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(/\p{Cf}/gu, '');
}
