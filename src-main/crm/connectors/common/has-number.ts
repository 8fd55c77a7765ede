// SPDX-License-Identifier: MIT
import type { CrmRecord, NumberQuery } from '../../../../src-shared/crm/model.ts';

/** Numbers shorter than this would be found in every other one. */
export const LEAST_DIGITS = 7;

/** Whether one of the record's numbers ends in the same digits. The ladder looks closer. */
export function hasNumber(record: Pick<CrmRecord, 'phones'>, { digits, tail }: NumberQuery): boolean {
  return record.phones.some((phone) => {
    const stored = phone.replace(/(?:ext|x|#).*$/i, '').replace(/\D/g, '');
    return stored !== '' && (stored === digits || (tail.length >= LEAST_DIGITS && stored.endsWith(tail)));
  });
}
