// SPDX-License-Identifier: MIT
/** Files of unknown encoding as text, and in pieces that fit a message. */

/** What is longer is no line of a list of people, and must not fill the memory. */
const LONGEST_LINE = 1_000_000;

/** Encodings that spreadsheets and phones write. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1251'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * Text of a file as a spreadsheet writes it: UTF-8, UTF-16 with or without its mark, or Windows-1252. The first and the
 * last look alike in ASCII, so each line decides for itself: what is no UTF-8 is Windows-1252.
 *
 * @param known what somebody has said it is; UTF-8 still lets lines that are none be Windows-1252
 */
export async function* decodedLines(
  bytes: AsyncIterable<Uint8Array>,
  known: Encoding | null = null,
): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0);
  let encoding: Encoding | null = known;
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  for await (const chunk of bytes) {
    rest = joined(rest, chunk);
    if (encoding === null && rest.length < 4) continue;
    encoding ??= wideEncodingOf(rest) ?? 'utf-8';
    if (encoding === 'utf-8') {
      // Files of old computers end their lines with a return alone.
      const end =
        rest.lastIndexOf(10) + 1 || (rest.length > LONGEST_LINE ? rest.lastIndexOf(13) + 1 || rest.length : 0);
      if (end > 0) yield byteLines(rest.subarray(0, end));
      rest = rest.subarray(end);
    } else {
      decoder ??= new TextDecoder(encoding);
      yield decoder.decode(rest, { stream: true });
      rest = new Uint8Array(0);
    }
  }
  if (decoder !== null) yield decoder.decode();
  else if (rest.length > 0) yield byteLines(rest);
}

export type CsvPiece = {
  readonly text: string;
  /** What is to be added to the number of a line in `text` to get its number in the file. */
  readonly before: number;
  /** Lines of the file that were longer than a record can be: only their beginning is there. Absent for none. */
  readonly cut?: readonly number[];
};

/**
 * Pieces of at most `most` characters, of whole lines, with the first line of the file on top of each, so that every
 * piece can be read alone. A line longer than a piece is no record: only its beginning is kept.
 *
 * @param repeat false: the first line stands in the first piece alone
 */
export async function* csvPieces(texts: AsyncIterable<string>, most: number, repeat = true): AsyncGenerator<CsvPiece> {
  let header: string | null = null;
  let lines: string[] = [];
  let size = 0;
  let isOpen = false;
  let taken = 0;
  let cut: number[] = [];
  const take = (): CsvPiece => {
    const isAlone = taken === 0 || !repeat;
    const piece = isAlone ? lines : [`${header}\n`, ...lines];
    const before = isAlone ? taken : taken - 1;
    const missing = cut.length === 0 ? {} : { cut };
    taken += lines.length;
    lines = [];
    cut = [];
    size = repeat ? (header?.length ?? 0) : 0;
    isOpen = false;
    return { text: piece.join(''), before, ...missing };
  };
  for await (const long of wholeLines(texts)) {
    const isCut = long.length > most / 4;
    const line = isCut ? `${long.slice(0, most / 8)}\n` : long;
    header ??= line.trimEnd();
    // A line end within quotes is part of a cell: the last tenth of a piece is kept for waiting until they close.
    const isFull = size + line.length > (isOpen ? most : most * 0.9);
    if (lines.length > 0 && isFull) yield take();
    lines.push(line);
    if (isCut) cut.push(taken + lines.length);
    size += line.length;
    if ((line.split('"').length - 1) % 2 === 1) isOpen = !isOpen;
  }
  if (lines.length > 0) yield take();
}

/** Lines with their ends, however the text was cut. */
async function* wholeLines(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split(/(?<=\n)|(?<=\r)(?!\n)/);
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    // What ends in a return may go on with a line feed.
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** What a file most likely is, by its beginning, which may end within a character. */
export function likelyEncoding(head: Uint8Array): Encoding {
  const wide = wideEncodingOf(head);
  if (wide !== null) return wide;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

function wideEncodingOf(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [a = 1, b = 1, c = 1, d = 1] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  // ASCII in UTF-16 has a zero in every other byte.
  if (b === 0 && d === 0 && a !== 0) return 'utf-16le';
  return a === 0 && c === 0 && b !== 0 ? 'utf-16be' : null;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

function byteLines(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    let text = '';
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(10, start) + 1 || bytes.length;
      text += byteLine(bytes.subarray(start, end));
      start = end;
    }
    return text;
  }
}

function byteLine(line: Uint8Array): string {
  try {
    return utf8.decode(line);
  } catch {
    return windows1252.decode(line);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
