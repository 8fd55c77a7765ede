// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../calls/model.ts';
import { DISPOSITIONS, isMissed } from '../calls/model.ts';
import { toDisposition } from '../megacall/disposition.ts';
import { closedBy, done, groupReminders, merged, reachedAt, reminderFor, snoozed } from './reminders.ts';
import type { Reminder } from './team.ts';

const facts = { responsible: null, defaultResponsible: '101', remindMissed: true, quiet: false, blacklisted: false };

function call(extra: Partial<Call> = {}): Call {
  return {
    ...{ key: 'pbx:in_1', formerKeys: [], pbxCallId: 'in_1', direction: 'in', number: '+34600111222' },
    ...{ networkName: null, did: '34912345678', startedAt: 1000, answeredAt: null, endedAt: 9000, duration: 0 },
    ...{ disposition: 'no-answer', answeredBy: null, legs: [], session: null, causeCode: null, isRecorded: false },
    ...{ recordIds: [], phase: 'ended' },
    ...extra,
  };
}
const answered = (extra: Partial<Call> = {}) =>
  call({ disposition: 'answered', answeredAt: 20_000, endedAt: 60_000, duration: 40, answeredBy: '103', ...extra });
const open = (extra: Partial<Reminder> = {}): Reminder => ({
  ...{ id: 'in_1', number: '+34600111222', did: null, missedAt: 9000, extension: '101' },
  ...{ state: 'open', dueAt: 9000, closed: null },
  ...extra,
});

describe('reminderFor', () => {
  test.each([
    ['busy', 'busy'],
    ['cancel', 'cancelled'],
    ['no answer', 'no-answer'],
    ['Not Answered', 'no-answer'],
    ['failed', 'failed'],
    ['no money', 'no-money'],
    ['unallocated number', 'unallocated'],
    ['no limit', 'limit'],
    ['something new', 'unknown'],
  ])('%s is missed, however the PBX spells it', (spelling) => {
    const made = reminderFor(call({ disposition: toDisposition(spelling) }), 'in_1', facts);
    expect(made).toEqual(open({ did: '34912345678' }));
  });

  test('goes to the contact’s responsible before the default one, and to nobody without either', () => {
    expect(reminderFor(call(), 'x', { ...facts, responsible: '104' })?.extension).toBe('104');
    expect(reminderFor(call(), 'x', { ...facts, defaultResponsible: null })).toBeNull();
  });

  test('is none for calls that need nobody to call back', () => {
    const none: [Call, Partial<typeof facts>][] = [
      [answered(), {}],
      [call({ direction: 'out' }), {}],
      [call({ phase: 'ringing', endedAt: null, disposition: null }), {}],
      [call({ number: '' }), {}],
      [call(), { remindMissed: false }],
      [call(), { quiet: true }],
      [call(), { blacklisted: true }],
    ];
    expect(none.map(([one, extra]) => reminderFor(one, 'x', { ...facts, ...extra }))).toEqual(none.map(() => null));
  });

  test('exists exactly for missed calls with a number', () => {
    const calls = fc.record({
      direction: fc.constantFrom('in', 'out'),
      phase: fc.constantFrom('ringing', 'talking', 'ended'),
      disposition: fc.option(fc.constantFrom(...DISPOSITIONS), { nil: null }),
      answeredAt: fc.option(fc.integer({ min: 1, max: 9000 }), { nil: null }),
      number: fc.constantFrom('', '0', '+34600111222', '101'),
    });
    fc.assert(
      fc.property(calls, (extra) => {
        const one = call(extra);
        const expected = isMissed(one) && !['', '0'].includes(one.number);
        expect(reminderFor(one, 'x', facts) !== null).toBe(expected);
      }),
    );
  });
});

describe('somebody reached the caller', () => {
  test('by an answered call in or out with the number, in any spelling, after the missed one', () => {
    const closed = { at: 20_000, by: '103', why: 'reached' };
    for (const later of [
      answered(),
      answered({ direction: 'out', number: '600111222' }),
      answered({ phase: 'talking', endedAt: null, disposition: null, duration: 0 }),
    ]) {
      expect(closedBy(open(), later)).toEqual(open({ state: 'done', closed } as Partial<Reminder>));
    }
    // A statistics row tells no moment of the answer: the start stands in for it.
    expect(closedBy(open(), answered({ answeredAt: null, startedAt: 15_000 }))?.closed?.at).toBe(15_000);
  });

  test('not by a call before it, with somebody else, unanswered, or still ringing out', () => {
    for (const other of [
      answered({ answeredAt: 8000 }),
      answered({ number: '+34600111223' }),
      answered({ number: '' }),
      call({ startedAt: 20_000 }),
      // My own leg of a callback is up; the other side's phone only rings.
      answered({ direction: 'out', phase: 'talking', endedAt: null, disposition: null, duration: 0 }),
      answered({ direction: 'out', duration: 0, disposition: 'no-answer' }),
    ]) {
      expect(closedBy(open(), other)).toBeNull();
    }
    expect(closedBy(open({ state: 'done', closed: null }), answered())).toBeNull();
    expect(reachedAt(call())).toBeNull();
  });
});

describe('two words about one reminder', () => {
  const words = fc.constantFrom(
    open(),
    open({ state: 'snoozed', dueAt: 50_000 }),
    open({ state: 'snoozed', dueAt: 90_000 }),
    done(open(), 30_000, '101'),
    done(open(), 40_000, '102'),
  );

  test('done is final, a repetition changes nothing, a new one never reopens', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 8 }), (told) => {
        let known: Reminder | null = null;
        for (const word of told) {
          const before: Reminder | null = known;
          known = merged(known, word);
          expect(merged(known, word)).toEqual(known);
          if (before?.state === 'done') expect(known).toBe(before);
          if (before?.state === 'snoozed') expect(known.state).not.toBe('open');
        }
        if (told.some((word) => word.state === 'done')) expect(known?.state).toBe('done');
      }),
    );
  });

  test('snoozing what is done, and ending it twice, change nothing', () => {
    const ended = done(open(), 30_000, '101');
    expect(snoozed(ended, 99_000)).toBe(ended);
    expect(done(ended, 99_000, '102')).toBe(ended);
  });
});

test('calls of one number are one group with its newest call; other people’s are theirs', () => {
  const all = [
    open({ id: 'c', missedAt: 300 }),
    open({ id: 'a', missedAt: 100, number: '600111222' }),
    open({ id: 'b', missedAt: 200, number: '+34911222333' }),
    open({ id: 'd', missedAt: 400, extension: '102' }),
  ];
  const groups = groupReminders(all).map((group) => [group.newest.id, group.all.map((one) => one.id)]);
  expect(groups).toEqual([
    ['c', ['a', 'c']],
    ['b', ['b']],
    ['d', ['d']],
  ]);
});
