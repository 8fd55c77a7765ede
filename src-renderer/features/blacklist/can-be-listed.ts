// SPDX-License-Identifier: MIT
import { isNumber } from '../../ui/valid.ts';

/** An extension or a short number is no stranger's; main and the relay check the rest. */
export function canBeListed(number: string): boolean {
  return isNumber(number) && number.replace(/\D/g, '').length >= 7;
}
