// SPDX-License-Identifier: MIT
/** A value as part of a header: it cannot begin one of its own, and has no characters that headers break at. */
export function headerText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ').trim();
}
