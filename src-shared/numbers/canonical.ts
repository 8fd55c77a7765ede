// SPDX-License-Identifier: MIT
import { E164_DIGITS, parseInternational, parseNational, plainDigits, withLostPlus } from './parse.ts';

/**
 * The one form numbers are stored and compared in: E.164 with `+` when that is valid or stated, otherwise the digits
 * (with `*` and `#`) as given. '' for a withheld number. The same again for its own answer.
 *
 * @param country ISO 3166 country that national numbers belong to
 */
export function canonical(number: string, country: string): string {
  const text = plainDigits(number.slice(0, 200)).trim();
  const plain = text.replace(/[^\d*#]/g, '');
  if (/^0*$/.test(plain)) return '';
  if (/[*#]/.test(plain)) return plain;
  if (text.startsWith('+')) return international(plain) ?? `+${plain}`;
  if (plain.startsWith('00')) return withLostPlus(plain.slice(2)) ?? plain;
  const national = parseNational(plain, country);
  if (national?.isValid()) return national.number;
  return withLostPlus(plain) ?? plain;
}

/** `+` and digits with the library's corrections (a trunk zero after the country code); null when not valid. */
function international(digits: string): string | null {
  if (digits.length > E164_DIGITS) return null;
  const parsed = parseInternational(`+${digits}`);
  return parsed?.isValid() ? parsed.number : null;
}
