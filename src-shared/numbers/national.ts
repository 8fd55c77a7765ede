// SPDX-License-Identifier: MIT
import { getCountryCallingCode } from 'libphonenumber-js/min';
import { asCountry, parseInternational } from './parse.ts';

/**
 * A number as people of `country` write it: in national form when it is of the same country code, in international
 * form otherwise; extensions, codes and unreadable numbers as they are. '' stays ''.
 */
export function national(number: string, country: string): string {
  const parsed = parseInternational(number);
  if (!parsed?.isPossible()) return number;
  const home = asCountry(country);
  const same = home !== undefined && parsed.countryCallingCode === getCountryCallingCode(home);
  return same ? parsed.formatNational() : parsed.formatInternational();
}

/** ISO 3166 country of an E.164 number; null when it has none (satellite, freephone) or cannot be told. */
export function countryOf(number: string): string | null {
  return parseInternational(number)?.country ?? null;
}
