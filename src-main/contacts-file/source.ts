// SPDX-License-Identifier: MIT
import { type FileHandle, open } from 'node:fs/promises';
import type { ImportOptions, ImportPreview, ImportProblem } from '../../src-shared/contacts-file.ts';
import { csvRecords, separatorOf } from '../../src-shared/csv/records.ts';
import { csvPieces, decodedLines, type Encoding, likelyEncoding } from '../../src-shared/csv/text.ts';
import { AppError } from '../../src-shared/errors.ts';
import { guessColumns } from './csv-columns.ts';
import { plainCell, rowReader } from './csv-rows.ts';
import { type Entry, oneLine, toEntry } from './entry.ts';
import { createCardReader } from './vcard-cards.ts';
import { contentLines } from './vcard-lines.ts';

/** A file that was found to hold contacts. */
export type Source = {
  readonly path: string;
  readonly kind: 'csv' | 'vcard';
  readonly encoding: Encoding;
  readonly bytes: number;
};

/** As much as is looked at to know what a file is. */
const HEAD_BYTES = 256 * 1024;
const CHUNK_BYTES = 128 * 1024;
/** Characters of a CSV file that are taken apart at once; a line may have a quarter of it. */
const PIECE = 400_000;
const MOST_ROWS = 8;
const MOST_COLUMNS = 100;
const LONGEST_CELL = 80;
const GUESSED_ROWS = 51;

/**
 * Looks at the beginning of a file.
 *
 * @param encoding what somebody has said it is; null to find out
 * @throws AppError `file.unreadable` (not there, not ours to read, no file), `file.format` (nothing we know)
 */
export async function previewOf(
  path: string,
  encoding: Encoding | null,
): Promise<Omit<ImportPreview, 'token' | 'name'>> {
  const { head, bytes } = await readHead(path);
  const known = encoding ?? likelyEncoding(head);
  const text = (await allOf(decodedLines(oneChunk(head), readAs(known)))).join('').replace(/^\uFEFF/, '');
  refuseOthers(head, text, known);
  if (/^\s*BEGIN:VCARD/i.test(text)) {
    const rows = await cardRows(head, known);
    return { kind: 'vcard', bytes, encoding: known, header: false, mapping: [], rows };
  }
  const records = [...firstRecords(text, head.length < bytes)];
  if (records.length === 0) throw new AppError('file.format');
  const { header, mapping } = guessColumns(records);
  const rows = records.slice(0, MOST_ROWS).map((row) => row.map((cell) => oneLine(plainCell(cell), LONGEST_CELL)));
  return { kind: 'csv', bytes, encoding: known, header, mapping, rows };
}

/** What a file says, a list for each piece of it; `onRead` hears how many bytes were read by then. */
export async function* entriesOf(
  source: Source,
  options: Pick<ImportOptions, 'header' | 'mapping'>,
  country: string,
  onRead: (bytes: number) => void,
): AsyncGenerator<readonly Entry[]> {
  const bytes = chunksOf(source.path, onRead);
  if (source.kind === 'vcard') yield* cardEntries(bytes, source.encoding, country);
  else yield* rowEntries(bytes, source.encoding, options, country);
}

/** Entries of a vCard file (2.1, 3.0 or 4.0). */
export async function* cardEntries(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  country: string,
): AsyncGenerator<readonly Entry[]> {
  const reader = createCardReader(encoding);
  const toEntries = (cards: ReturnType<typeof reader.push>): readonly Entry[] =>
    cards.map(({ contact, problems }) => {
      if (contact === null) return { draft: null, problems };
      const entry = toEntry(contact, country);
      return { draft: entry.draft, problems: [...problems, ...entry.problems] };
    });
  for await (const lines of contentLines(bytes, encoding)) yield toEntries(reader.push(lines));
  yield toEntries(reader.end());
}

/** Entries of a CSV file, with lines that cannot be read refused by their number. */
export async function* rowEntries(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  { header, mapping }: Pick<ImportOptions, 'header' | 'mapping'>,
  country: string,
): AsyncGenerator<readonly Entry[]> {
  const toRaw = rowReader(mapping);
  let separator: ReturnType<typeof separatorOf> | null = null;
  let isFirst = true;
  for await (const { text, before, cut = [] } of csvPieces(decodedLines(bytes, readAs(encoding)), PIECE, false)) {
    separator ??= separatorOf(text);
    const isCut = new Set(cut);
    const entries: Entry[] = [];
    for (const record of csvRecords(text, separator)) {
      const line = before + record.line;
      if (isFirst && header) {
        isFirst = false;
        continue;
      }
      isFirst = false;
      if (isCut.has(line)) entries.push(refused(line, 'too-long'));
      else entries.push(withCells(toEntry(toRaw(line, record.cells), country), line, record.cells, mapping.length));
    }
    yield entries;
  }
}

/** In Windows-1252 no sentence is valid UTF-8 by chance: a file of both is read line by line. */
function readAs(encoding: Encoding): Encoding {
  return encoding === 'windows-1252' ? 'utf-8' : encoding;
}

function refused(line: number, why: ImportProblem['why']): Entry {
  return { draft: null, problems: [{ line, why }] };
}

/** More cells than columns: taken, but told. */
function withCells(entry: Entry, line: number, cells: readonly string[], columns: number): Entry {
  const isMore = cells.slice(Math.max(columns, 1)).some((cell) => cell !== '') && columns < MOST_COLUMNS;
  return isMore ? { ...entry, problems: [{ line, why: 'cells' }, ...entry.problems] } : entry;
}

async function readHead(path: string): Promise<{ head: Uint8Array; bytes: number }> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (!stat.isFile()) throw new AppError('file.unreadable');
    const buffer = Buffer.alloc(Math.min(HEAD_BYTES, stat.size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return { head: buffer.subarray(0, bytesRead), bytes: stat.size };
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('file.unreadable', {}, { cause: error });
  } finally {
    await file?.close();
  }
}

/** Workbooks, archives, pictures, web pages: all that is no text, or not text of ours. */
function refuseOthers(head: Uint8Array, text: string, encoding: Encoding): void {
  const isBinary = !encoding.startsWith('utf-16') && head.includes(0);
  const isWorkbook = text.startsWith('PK\u0003\u0004');
  if (isBinary || isWorkbook || /^\s*(<|\{\\rtf|%PDF)/i.test(text)) throw new AppError('file.format');
}

function* firstRecords(text: string, isPart: boolean): Iterable<readonly string[]> {
  // What is cut off is no whole row.
  const whole = isPart ? text.slice(0, text.lastIndexOf('\n') + 1) || text : text;
  let count = 0;
  for (const { cells } of csvRecords(whole, separatorOf(whole))) {
    yield cells.slice(0, MOST_COLUMNS);
    count++;
    if (count === GUESSED_ROWS) return;
  }
}

async function cardRows(head: Uint8Array, encoding: Encoding): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  const reader = createCardReader(encoding);
  for await (const lines of contentLines(oneChunk(head), encoding)) {
    for (const { contact } of reader.push(lines)) {
      if (contact === null || rows.length === MOST_ROWS) continue;
      const { name, company, phones, emails } = contact;
      const cells = [name, company, phones.slice(0, 3).join(', '), emails.slice(0, 3).join(', ')];
      rows.push(cells.map((cell) => oneLine(cell, LONGEST_CELL)));
    }
  }
  return rows;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function allOf<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

async function* chunksOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new AppError('file.unreadable', {}, { cause: error });
  });
  try {
    let read = 0;
    for (;;) {
      // A chunk of its own each time: what is left of one is kept until the next.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return;
      read += bytesRead;
      onRead(read);
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('file.unreadable', {}, { cause: error });
  } finally {
    await file.close();
  }
}
