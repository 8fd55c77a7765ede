// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import { csvRecords, separatorOf } from '../../../src-shared/csv/records.ts';
import { type CsvPiece, csvPieces, decodedLines } from '../../../src-shared/csv/text.ts';
import type { WireError } from '../../../src-shared/errors.ts';
import { asError } from '../../bridge.ts';
import { askAdmin } from './admin.ts';

export type RefusedLine = { readonly line: number; readonly why: string };

export type ImportState = {
  readonly state: 'idle' | 'running' | 'stuck' | 'done' | 'stopped';
  readonly file: string;
  readonly bytes: number;
  readonly read: number;
  /** Lines the relay has taken. */
  readonly kept: number;
  /** At most `MOST_SHOWN`; `refusedCount` are all. */
  readonly refused: readonly RefusedLine[];
  readonly refusedCount: number;
  readonly error: WireError | null;
  /** Nothing was begun with this file. */
  readonly problem: 'tooBig' | 'empty' | 'unreadable' | null;
};

/** Characters in a message to the relay, which takes half a million. */
const PIECE = 400_000;
const MOST_BYTES = 500_000_000;
const MOST_SHOWN = 1_000;

const NOTHING: ImportState = {
  ...{ state: 'idle', file: '', bytes: 0, read: 0, kept: 0, refused: [], refusedCount: 0, error: null, problem: null },
};

/** An import goes on while the administrator looks at other screens. */
export const useImport = create<ImportState>(() => NOTHING);

type Run = { readonly pieces: AsyncIterator<CsvPiece>; piece: CsvPiece | null; isFirst: boolean; hasHeader: boolean };
let current: Run | null = null;

/** Reads the file piece by piece, each handed to the relay before the next is read. */
export async function startImport(file: File): Promise<void> {
  const problem = file.size > MOST_BYTES ? 'tooBig' : file.size === 0 ? 'empty' : null;
  useImport.setState({ ...NOTHING, file: file.name, bytes: file.size, problem }, true);
  if (problem !== null) return;
  useImport.setState({ state: 'running' });
  const pieces = csvPieces(decodedLines(counted(file)), PIECE);
  current = { pieces, piece: null, isFirst: true, hasHeader: true };
  await go(current);
}

/** Goes on with the piece the relay has not taken. */
export async function goOn(): Promise<void> {
  if (current === null) return;
  useImport.setState({ state: 'running', error: null });
  await go(current);
}

export function stopImport(): void {
  current = null;
  useImport.setState({ state: 'stopped', error: null });
}

export function forgetImport(): void {
  current = null;
  useImport.setState(NOTHING, true);
}

async function go(run: Run): Promise<void> {
  while (run === current) {
    try {
      run.piece ??= await next(run);
    } catch {
      if (run === current) useImport.setState({ ...NOTHING, state: 'idle', problem: 'unreadable' });
      return;
    }
    if (run.piece === null) {
      if (run === current) useImport.setState({ state: 'done' });
      return;
    }
    try {
      const reply = await askAdmin('admin.import-csv', { csv: run.piece.text });
      // Stopped meanwhile: what was taken is taken, but nobody looks any more.
      if (run !== current) return;
      if (!take(run, run.piece, reply)) return;
    } catch (thrown) {
      if (run === current) useImport.setState({ state: 'stuck', error: asError(thrown) });
      return;
    }
    run.piece = null;
    run.isFirst = false;
  }
}

/** False when the rest is of no use either. */
function take(run: Run, piece: CsvPiece, reply: { kept: number; refused: readonly RefusedLine[] }): boolean {
  if (run.isFirst) run.hasHeader = reply.kept + reply.refused.length < countRecords(piece.text);
  // Each piece has the first line on top. Where that is a person it was taken, or refused, with the first piece.
  const repeated = run.isFirst || run.hasHeader ? null : reply.refused.some(({ line }) => line === 1);
  const refused = reply.refused
    .filter(({ line }) => run.isFirst || line > 1)
    .map(({ line, why }) => ({ line: line + piece.before, why }));
  useImport.setState((old) => ({
    kept: old.kept + reply.kept - (repeated === false ? 1 : 0),
    refused: [...old.refused, ...refused].slice(0, MOST_SHOWN),
    refusedCount: old.refusedCount + refused.length,
  }));
  const isUseless = refused.some(({ why }) => why === 'no-number-column');
  if (isUseless) useImport.setState({ state: 'done' });
  return !isUseless;
}

async function next({ pieces }: Run): Promise<CsvPiece | null> {
  const { done, value } = await pieces.next();
  return done ? null : value;
}

function countRecords(text: string): number {
  let count = 0;
  for (const _record of csvRecords(text, separatorOf(text))) count++;
  return count;
}

/** The file's bytes, counted as they are read. */
async function* counted(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    useImport.setState(({ read }) => ({ read: read + value.byteLength }));
    yield value;
  }
}
