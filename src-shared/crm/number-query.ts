// SPDX-License-Identifier: MIT
import { canonical } from '../numbers/canonical.ts';
import { parseInternational } from '../numbers/parse.ts';
import type { NumberQuery } from './model.ts';

/** Default of the last digits that must match, and its bounds (crm-connectors.md sections 1.6 and 5.2). */
export const TAIL = { least: 7, usual: 7, most: 10 } as const;

/**
 * The forms one number is asked in.
 *
 * @param number after the connector's rewriting rules
 * @param country ISO 3166 country that national numbers belong to
 * @param tailDigits how many of the last digits must match, 7 to 10
 */
export function numberQuery(number: string, country: string, tailDigits: number): NumberQuery {
  const form = canonical(number, country);
  const e164 = certain(form);
  const digits = form.replace(/\D/g, '');
  const national = e164 === null ? digits.replace(/^0+/, '') : nationalOf(e164);
  return { e164, digits, national, tail: digits.slice(-Math.min(TAIL.most, Math.max(TAIL.least, tailDigits))) };
}

/** The number when it is valid E.164, else null: what is certain can be told apart, the rest only compared by its end. */
export function certain(form: string): string | null {
  return form.startsWith('+') && parseInternational(form)?.isValid() === true ? form : null;
}

/** National significant number of an E.164 number, digits. */
export function nationalOf(e164: string): string {
  return parseInternational(e164)?.nationalNumber ?? e164.replace(/\D/g, '');
}

/** A number inside the company: CRMs are never asked about it (crm-connectors.md section 5.2, step 0). */
export function isExtensionNumber(number: string): boolean {
  return /^\d{1,6}$/.test(number) || /[*#]/.test(number);
}
