// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../src-shared/errors.ts';
import { goOn, startImport, stopImport, useImport } from './import.ts';

type Reply = { kept: number; refused: { line: number; why: string }[] };
let sent: string[] = [];
let reply: (csv: string) => Reply = () => ({ kept: 0, refused: [] });

/** Takes every record but the first, which names the columns, unless there is no such line. */
const relay = (hasHeader: boolean) => (csv: string) => {
  const lines = csv
    .trimEnd()
    .split('\n')
    .slice(hasHeader ? 1 : 0);
  const refused = lines.flatMap((line, n) =>
    line.startsWith('x') ? [{ line: n + (hasHeader ? 2 : 1), why: 'number' }] : [],
  );
  return { kept: lines.length - refused.length, refused };
};

beforeEach(() => {
  sent = [];
  const invoke = async (_name: string, { params }: { params: { csv: string } }) => {
    sent.push(params.csv);
    try {
      return { ok: true, value: reply(params.csv) };
    } catch (error) {
      return { ok: false, error: { code: (error as AppError).code, params: {} } };
    }
  };
  vi.stubGlobal('window', { megadial: { invoke } });
});
afterEach(() => vi.unstubAllGlobals());

const file = (lines: readonly string[]) => new File([lines.join('\n')], 'people.csv');
const people = (count: number, bad: readonly number[] = []) =>
  Array.from({ length: count }, (_, n) => (bad.includes(n) ? 'x;nobody' : `600${100_000 + n};Somebody ${n}`));

describe('an import', () => {
  test('without a first line that names the columns counts nobody twice, and tells each line once', async () => {
    reply = relay(false);
    await startImport(file(people(40_000, [0, 39_999])));
    expect(sent.length).toBeGreaterThan(1);
    expect(useImport.getState()).toMatchObject({ state: 'done', kept: 39_998, refusedCount: 2 });
    expect(useImport.getState().refused.map(({ line }) => line)).toEqual([1, 40_000]);
    await startImport(file(people(40_000, [39_999])));
    expect(useImport.getState()).toMatchObject({ state: 'done', kept: 39_999, refusedCount: 1 });
  });

  test('tells the lines of the file, not of the piece', async () => {
    reply = relay(true);
    await startImport(file(['number;name', ...people(40_000, [5, 20_000, 39_998])]));
    expect(useImport.getState()).toMatchObject({ state: 'done', kept: 39_997, refusedCount: 3 });
    expect(useImport.getState().refused.map(({ line }) => line)).toEqual([7, 20_002, 40_000]);
  });

  test('without a column of numbers ends with the first piece', async () => {
    reply = () => ({ kept: 0, refused: [{ line: 1, why: 'no-number-column' }] });
    await startImport(file(['name;city', ...people(40_000)]));
    expect(sent).toHaveLength(1);
    expect(useImport.getState()).toMatchObject({ state: 'done', kept: 0, refusedCount: 1 });
  });

  test('stands still where the relay failed, and goes on with that piece', async () => {
    let failures = 1;
    reply = (csv) => {
      if (sent.length === 2 && failures-- > 0) throw new AppError('team.unreachable');
      return relay(true)(csv);
    };
    await startImport(file(['number;name', ...people(40_000)]));
    expect(useImport.getState()).toMatchObject({ state: 'stuck', error: { code: 'team.unreachable' } });
    await goOn();
    expect(useImport.getState()).toMatchObject({ state: 'done', kept: 40_000, error: null });
    expect(sent[2]).toBe(sent[1]);
  });

  test('that is stopped sends nothing more', async () => {
    reply = (csv) => {
      stopImport();
      return relay(true)(csv);
    };
    await startImport(file(['number;name', ...people(40_000)]));
    expect(sent).toHaveLength(1);
    expect(useImport.getState().state).toBe('stopped');
  });

  test.each([
    [new File([], 'empty.csv'), 'empty'],
    [Object.defineProperty(new File(['a'], 'large.csv'), 'size', { value: 500_000_001 }), 'tooBig'],
    [
      Object.defineProperty(new File(['a'], 'gone.csv'), 'stream', {
        value: () => new ReadableStream({ start: (controller) => controller.error(new Error('gone')) }),
      }),
      'unreadable',
    ],
  ])('of a file that cannot be read is told: %#', async (given, problem) => {
    await startImport(given);
    expect(useImport.getState()).toMatchObject({ state: 'idle', problem });
    expect(sent).toEqual([]);
  });
});
