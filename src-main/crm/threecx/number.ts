// SPDX-License-Identifier: MIT
import type { NumberQuery } from '../../../src-shared/crm/model.ts';
import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import type { Template } from './template.ts';

/**
 * The number as the CRM is asked for it: its prefix rewritten, then cut to its last digits. Look-ups alone have it so;
 * what is written into the CRM has the whole number (crm-connectors.md section 1.8).
 *
 * @param maxLength digits to keep; null for all
 */
export function searchedNumber(
  { e164, digits }: Pick<NumberQuery, 'e164' | 'digits'>,
  prefix: Template['number']['prefix'],
  maxLength: number | null,
): string {
  if (maxLength !== null && digits.length > maxLength) return digits.slice(-maxLength);
  if (e164 === null) return digits;
  return { AsIs: e164, Off: digits, Plus: `+${digits}`, Zeros: `00${digits}` }[prefix];
}

/** `[MaxLength]`: how many of the last digits have to be equal; '' when all have to. */
export function maxLengthSetting({ match }: Pick<ConnectorSettings, 'match'>): string {
  return match.strategy === 'exact' ? '' : String(match.digits);
}

/** Digits to keep of what a template's `MaxLength` came to; null for all. */
export function digitsToKeep(text: string): number | null {
  const digits = /^\s*(\d{1,3})\s*$/.exec(text)?.[1];
  return digits === undefined || Number(digits) === 0 ? null : Number(digits);
}
