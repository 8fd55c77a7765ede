// SPDX-License-Identifier: MIT

/** Digits of a number; '' for a withheld one, which the PBX also writes as `0` (megacall-api.md trap 26). */
export function digitsOf(number: string): string {
  const digits = number.replace(/\D/g, '');
  return /^0*$/.test(digits) ? '' : digits;
}

/**
 * Whether two spellings can be one number within one call: PBX and SIP disagree about `+`, `00` and country code.
 * The last nine digits decide, or all of the shorter one down to seven; shorter ones (extensions) must be equal.
 * Withheld matches withheld only. Not fit for telling people apart: see trap 30.
 */
export function sameNumber(left: string, right: string): boolean {
  const a = digitsOf(left);
  const b = digitsOf(right);
  const length = Math.min(9, a.length, b.length);
  return length < 7 ? a === b : a.slice(-length) === b.slice(-length);
}
