// SPDX-License-Identifier: MIT
import { withLostPlus } from './parse.ts';

/** As much as the engine takes from a SIP header: both sources must name the same number. */
const LONGEST = 60;

/**
 * A number as the PBX sends it, cleaned: '' when withheld (`0`, empty, or a word such as `anonymous`), the `+` put
 * back where it is certain (trap 26), extensions and short numbers as they are. To be used after the signature check.
 */
export function pbxNumber(raw: string | undefined): string {
  const text = (raw ?? '').trim();
  const digits = text.replace(/\D/g, '').slice(0, LONGEST);
  if (/^0*$/.test(digits)) return '';
  if (/^[*#]|\d[*#]/.test(text)) return text.replace(/[^\d*#]/g, '').slice(0, LONGEST);
  if (/\p{L}/u.test(text)) return '';
  if (text.startsWith('+')) return `+${digits}`;
  if (digits.startsWith('00')) return withLostPlus(digits.slice(2)) ?? digits;
  return withLostPlus(digits) ?? digits;
}
