// SPDX-License-Identifier: MIT
/**
 * A condition of the search API on one field. What the grammar uses itself is escaped (crm-connectors.md section 3.4);
 * control characters and halves of surrogates, which no address carries, become spaces.
 */
export function startsWith(field: string, text: string): string {
  return `(${field}:starts_with:${escaped(text)})`;
}

/** The same for the whole text. The API may find more than that: see what comes. */
export function equals(field: string, text: string): string {
  return `(${field}:equals:${escaped(text)})`;
}

/** Any of these conditions; the API takes ten. */
export function anyOf(conditions: readonly string[]): string {
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? only : `(${conditions.slice(0, 10).join('or')})`;
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/[(),\\]/g, '\\$&');
}

/**
 * A text as a string of COQL; null for one that could mean anything but itself there. How quotes and backslashes are
 * escaped is told in two ways, and what `%` means in a comparison is not told: such a text is compared here instead.
 */
export function coqlString(text: string): string | null {
  return /^[\p{L}\p{M}\p{N} .,@+()&/:_-]*$/u.test(text) ? `'${text}'` : null;
}

/** COQL wants every pair of conditions in brackets of its own, and takes 25 of them. */
export function pairs(conditions: readonly string[], operator: 'and' | 'or'): string {
  return conditions.reduce((all, one) => `(${all} ${operator} ${one})`);
}

export const MOST_CONDITIONS = 25;

/** Ways a number's last four digits are written, of which one stands at the end of nearly each stored number. */
export function endings(digits: string): readonly string[] {
  const [a, b, c, d] = digits.slice(-4);
  return [`${a}${b}${c}${d}`, `${a}${b} ${c}${d}`, `${a} ${b}${c}${d}`, `${a}${b}-${c}${d}`, `${a}-${b}${c}${d}`];
}
