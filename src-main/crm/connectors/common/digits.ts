// SPDX-License-Identifier: MIT
import { toText } from '../../../../src-shared/megacall/coerce.ts';

/** The digits in what a CRM keeps in a field, whatever its type; '' for none. */
export function digitsIn(value: unknown): string {
  return toText(value).replace(/\D/g, '');
}
