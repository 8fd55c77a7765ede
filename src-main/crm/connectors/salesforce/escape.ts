// SPDX-License-Identifier: MIT
/**
 * A text as a SOQL string, quotes included. Line breaks and tabs have escapes of their own, other control characters
 * have none and become spaces (crm-connectors.md section 2.3).
 */
export function soqlString(text: string): string {
  return `'${plain(text).replace(/['\\\n\r\t]/g, (one) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[one] ?? `\\${one}`)}'`;
}

/** A LIKE pattern as a SOQL string: each piece as it is, anything between and before them. */
export function endsLike(pieces: readonly string[]): string {
  const escaped = pieces.map((piece) => soqlString(piece).slice(1, -1).replace(/[%_]/g, '\\$&'));
  return `'%${escaped.join('%')}'`;
}

/** One word of a SOSL search, with every reserved character escaped. An operator's name is put in double quotes. */
export function soslWord(word: string): string {
  const escaped = plain(word)
    .replace(/[\n\r\t]/g, ' ')
    .replace(/[?&|!{}[\]()^~*:\\"'+-]/g, '\\$&');
  return /^(?:and|or|not|in|returning|find)$/i.test(word) ? `"${escaped}"` : escaped;
}

/** Without what no query can hold: other control characters, and halves of surrogates, which no encoding carries. */
function plain(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\r\t]/gu, ' ');
}
