// SPDX-License-Identifier: MIT
export const SEPARATORS = [';', ',', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** `line`: where it begins, from 1. Cells are text, trimmed, whatever they look like: a formula stays a text. */
export type CsvRecord = { readonly line: number; readonly cells: readonly string[] };

/** A quoted cell may go over lines, but not so far: a quote that is not closed by then was meant as a character. */
const LONGEST_OVER_LINES = 2_000;
/** Within its line it may be longer. */
const LONGEST_QUOTED = 20_000;
const END = /\r\n|\r|\n/y;

/**
 * Records of RFC 4180, with any of the three separators and any line ends, empty lines left out. One stray quote costs
 * nothing: common readers give up the rest of a file there, and with it two million people.
 */
export function* csvRecords(text: string, separator: Separator): Generator<CsvRecord> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begin = { at, line };
    const cells: string[] = [];
    for (;;) {
      const cell = cellAt(text, at, separator);
      cells.push(cell.text.trim());
      line += cell.lines;
      at = cell.end;
      if (text[at] !== separator) break;
      at++;
    }
    END.lastIndex = at;
    at += END.exec(text)?.[0].length ?? 0;
    line++;
    if (cells.length > 1 || cells[0] !== '') yield { line: begin.line, cells };
  }
}

/** The separator there is most of in the first lines, outside quotes. */
export function separatorOf(text: string): Separator {
  const head = text.slice(0, 10_000).replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => head.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ';';
}

type Cell = { readonly text: string; readonly end: number; readonly lines: number };

function cellAt(text: string, start: number, separator: Separator): Cell {
  const quoted = text[start] === '"' ? quotedAt(text, start, separator) : null;
  const from = quoted?.end ?? start;
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
  return { text: (quoted?.text ?? '') + text.slice(from, end), end, lines: quoted?.lines ?? 0 };
}

/** null when the quote is not closed near enough, or in another line by what must be the first quote of another cell. */
function quotedAt(text: string, start: number, separator: Separator): Cell | null {
  const limit = Math.min(text.length, start + LONGEST_QUOTED);
  let isOverLines = false;
  for (let at = start + 1; at < limit; at++) {
    isOverLines ||= text[at] === '\n' || text[at] === '\r';
    if (isOverLines && at >= start + LONGEST_OVER_LINES) return null;
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') {
      at++;
      continue;
    }
    const inside = text.slice(start + 1, at);
    const lines = inside.match(/\r\n|\r|\n/g)?.length ?? 0;
    const after = text[at + 1] ?? '\n';
    if (lines > 0 && after !== separator && after !== '\n' && after !== '\r') return null;
    return { text: inside.replaceAll('""', '"'), end: at + 1, lines };
  }
  return null;
}
