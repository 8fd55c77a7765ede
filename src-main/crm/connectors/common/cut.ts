// SPDX-License-Identifier: MIT
/** At most `most` UTF-16 units; what was longer ends in `…`, never in half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
