// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallView, HistoryRow } from '../../../src-shared/state.ts';
import { DAY_HEIGHT, itemsOf, matches, merge, offsetOf, ROW_HEIGHT } from './pages.ts';

const NOON = new Date(2026, 10, 20, 12).getTime();

function row(id: number, patch: Partial<CallView> = {}): HistoryRow {
  const call: CallView = {
    key: `pbx:${id}`,
    viewId: `pbx:${id}`,
    formerKeys: [],
    pbxCallId: String(id),
    direction: 'in',
    number: '+34911222333',
    networkName: null,
    did: null,
    startedAt: NOON,
    answeredAt: NOON,
    endedAt: NOON + 1000,
    duration: 1,
    disposition: 'answered',
    answeredBy: '100',
    legs: [],
    session: null,
    causeCode: null,
    isRecorded: false,
    recordIds: [],
    phase: 'ended',
    contact: null,
    numberText: '911 22 23 33',
    didText: null,
    mine: true,
    ...patch,
  };
  return { id, call, recording: { state: 'none' }, quality: null, note: '', outcome: '' };
}

describe('merge', () => {
  test('keeps ids falling and unique, for any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (ids) => {
        const rows = ids.reduce<readonly HistoryRow[]>((all, id) => merge(all, row(id), 'all', true), []);
        const expected = [...new Set(ids)].sort((a, b) => b - a);
        expect(rows.map(({ id }) => id)).toEqual(expected);
      }),
    );
  });

  test('a row older than what is loaded waits for its page', () => {
    expect(merge([row(9), row(8)], row(3), 'all', false).map(({ id }) => id)).toEqual([9, 8]);
  });

  test('a row that no longer fits the filter leaves the list', () => {
    const missed = row(5, { answeredAt: null, disposition: 'no-answer' });
    expect(matches(missed, 'missed')).toBe(true);
    expect(merge([missed], row(5), 'missed', true)).toEqual([]);
  });
});

test('every day has one heading and offsets count headings and rows', () => {
  const rows = [row(3), row(2), row(1, { startedAt: NOON - 86_400_000 })];
  const items = itemsOf(rows);
  expect(items.map((item) => item.type)).toEqual(['day', 'row', 'row', 'day', 'row']);
  expect(offsetOf(items, 1)).toBe(2 * DAY_HEIGHT + 2 * ROW_HEIGHT);
  expect(offsetOf(items, 99)).toBeNull();
});
