// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import {
  type Arrival,
  type CallEntry,
  type CallRecord,
  joinCall,
  NEW_CALL,
  readRecord,
  writeRecord,
} from './call-record.ts';

const event = (hash: string, size = 10): CallEntry => ({
  hash,
  receivedAt: 1,
  body: JSON.stringify({
    kind: 'notification',
    hash,
    receivedAt: 1,
    fields: { text: 'x'.repeat(size) },
    verified: true,
  }),
});
const arrival = (hash: string, extensions: string[], more: Partial<Arrival> = {}): Arrival => ({
  events: [event(hash)],
  extensions,
  spoken: false,
  fallback: null,
  isOver: false,
  ...more,
});
const told = (before: CallRecord, next: Arrival) => {
  const { after, entries } = joinCall(before, next);
  return { after, told: entries.map(({ audience, event: { hash } }) => `${audience} ${hash}`) };
};

it('gives a newcomer what came before, and everybody else what is new', () => {
  const first = told(NEW_CALL, arrival('start', []));
  expect(first.told).toEqual(['* start']);
  const second = told(first.after, arrival('rings-101', ['101']));
  expect(second.told).toEqual(['* rings-101', '101 start', '101 rings-101']);
  const third = told(second.after, arrival('rings-102', ['102']));
  expect(third.told).toEqual(['* rings-102', '101 rings-102', '102 start', '102 rings-101', '102 rings-102']);
});

it('has nothing to write for what it has', () => {
  const { after } = joinCall(NEW_CALL, arrival('rings-101', ['101']));
  expect(joinCall(after, arrival('rings-101', ['101']))).toEqual({ after, entries: [] });
});

it('writes down that the fallback is owed the call before it gives it', () => {
  const before = joinCall(NEW_CALL, arrival('start', [])).after;
  const end = arrival('end', [], { fallback: '100' });
  const owed = told(before, end);
  expect(owed.after).toMatchObject({ met: ['100'], owed: true });
  expect(owed.told).toEqual([]);
  const paid = told(owed.after, end);
  expect(paid.after).toMatchObject({ met: ['100'], owed: false });
  expect(paid.told).toEqual(['* end', '100 start', '100 end']);
});

it('asks no fallback when somebody is met', () => {
  const before = joinCall(NEW_CALL, arrival('rings-101', ['101'])).after;
  expect(told(before, arrival('end', [], { fallback: '100' })).told).toEqual(['* end', '101 end']);
});

it.each([
  ['events', 10, 64],
  ['characters', 5_000, 12],
])('stays small: so many %s are kept, the others still reach those who are met', (_what, size, kept) => {
  let record = joinCall(NEW_CALL, arrival('rings-101', ['101'], { events: [event('first', size)] })).after;
  for (let i = 1; i < 100; i++) {
    const step = joinCall(record, arrival('', [], { events: [event(`e${i}`, size)] }));
    expect(step.entries.map(({ audience }) => audience)).toEqual(['*', '101']);
    record = step.after;
  }
  expect(record.events).toHaveLength(kept);
  expect(record.events.length + record.more).toBe(100);
  // Written each time, so that two nodes agree on who has what.
  expect(joinCall(record, arrival('late', [])).after).not.toBe(record);
});

it('comes back from the store as it went in', () => {
  const { after } = joinCall(NEW_CALL, arrival('rings-101', ['101'], { spoken: true }));
  expect(readRecord(writeRecord(after))).toEqual(after);
  expect(readRecord(writeRecord(NEW_CALL))).toEqual(NEW_CALL);
});
