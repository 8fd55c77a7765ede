// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { CallEvent, PbxEvent, RowEvent, SipEvent } from './events.ts';
import { callsOf, emptyTracker, trackAll } from './tracker.ts';

/** Which session is of which call, when one caller calls more than once, waits long, or is told of late. */
const T0 = Date.UTC(2026, 4, 14, 7, 30, 0);
const CALLER = '+34600111222';

type Timed = Extract<PbxEvent, { callStart: number }>;
const base = (call: string, start: number, at: number) =>
  ({
    source: 'pbx',
    pbxCallId: `in_${call}`,
    callStart: T0 + start,
    receivedAt: T0 + at,
    callerId: CALLER,
    did: '',
  }) as const;
const ring = (call: string, start: number, at: number, internal = '101'): Timed => ({
  ...base(call, start, at),
  ...{ type: 'internal', internal },
});
const answer = (call: string, start: number, at: number, internal = '101'): Timed => ({
  ...base(call, start, at),
  ...{ type: 'answer', destination: internal, internal },
});
const end = (call: string, start: number, at: number, duration = 0, lastInternal: string | null = null): Timed => ({
  ...base(call, start, at),
  ...{ type: 'end', internal: null, lastInternal, duration, disposition: duration > 0 ? 'answered' : 'cancelled' },
  ...{ causeCode: 16, isRecorded: false, recordId: null },
});
const row = (call: string, start: number, duration = 0, extension: string | null = '101'): RowEvent => ({
  ...{ source: 'row', type: 'row', callId: `1.${call}`, pbxCallId: `in_${call}`, direction: 'in', extension },
  ...{ number: CALLER, did: null, networkName: null, callStart: T0 + start, duration, isRecorded: false },
  disposition: duration > 0 ? 'answered' : 'cancelled',
});
/** My phone rang from `at` to `until`, and was taken at `answered`. */
const phone = (id: string, at: number, until: number, answered: number | null = null): SipEvent => ({
  ...{ source: 'sip', type: 'session', sessionId: id, seq: 3, extension: '101', direction: 'in', number: CALLER },
  ...{ networkName: null, state: 'ended', startedAt: T0 + at, endedAt: T0 + until, muted: false, hold: 'none' },
  answeredAt: answered === null ? null : T0 + answered,
  endCause: answered === null ? 'cancelled' : 'hung-up',
});

/** Sessions by the last part of their call's key, whatever the order of events. */
function joined(events: readonly CallEvent[]): Record<string, string> {
  const told = [events, events.toReversed()].map((list) =>
    Object.fromEntries(
      callsOf(trackAll(emptyTracker, list)).map((call) => [
        call.key.replace(/^pbx:in_/, ''),
        call.formerKeys.join(' '),
      ]),
    ),
  );
  expect(told[1]).toEqual(told[0]);
  return told[0] ?? {};
}

describe('a phone that rings minutes after the call began', () => {
  it('is of that call although its webhook came late', () => {
    const call = [ring('a', 0, 100, '102'), answer('a', 0, 5_000, '102'), end('a', 0, 120_000, 110, '101')];
    const late = ring('a', 0, 180_000);
    expect(joined([...call, late, answer('a', 0, 181_000), phone('s', 63_000, 120_000, 71_000)])).toEqual({
      a: 'sip:s',
    });
    // Nobody says that it rang at my extension: two calls of one person.
    expect(joined([...call.slice(0, 2), phone('s', 63_000, 120_000, 71_000)])).toEqual({ a: '', 'sip:s': '' });
  });

  it('is of the row whose talk it had, or of one that was missed here some minutes before', () => {
    expect(joined([row('a', 0, 42), phone('s', 200_000, 245_000, 203_000)])).toEqual({ a: 'sip:s' });
    expect(joined([row('a', 0, 20), phone('s', 200_000, 245_000, 203_000)])).toEqual({ a: '', 'sip:s': '' });
    expect(joined([row('a', 0), phone('s', 200_000, 215_000)])).toEqual({ a: 'sip:s' });
    expect(joined([row('a', 0), phone('s', 400_000, 415_000)])).toEqual({ a: '', 'sip:s': '' });
  });

  it('rings again in one call when only rows tell of it, but not long after', () => {
    expect(joined([row('a', 0), phone('s', 100, 9_000), phone('t', 9_500, 14_000)])).toEqual({ a: 'sip:s sip:t' });
    expect(joined([row('a', 0), phone('s', 100, 9_000), phone('t', 90_000, 95_000)])).toEqual({
      a: 'sip:s',
      'sip:t': '',
    });
  });
});

describe('two calls of one number', () => {
  it('at the same moment: I talked in the one that was answered', () => {
    const calls = [row('a', 0), row('b', 5_000, 1)];
    expect(joined([...calls, phone('s', 5_100, 6_000), phone('t', 5_100, 7_100, 6_000)])).toEqual({
      a: 'sip:s',
      b: 'sip:t',
    });
  });

  it('one of which never rang here: the session is of the other, although further away', () => {
    const menu = [base('b', 6_000, 6_050), end('b', 6_000, 7_000)] as const;
    const other: CallEvent[] = [{ ...menu[0], type: 'start' }, menu[1]];
    expect(joined([row('a', 0), ...other, phone('s', 6_200, 7_000)])).toEqual({ a: 'sip:s', b: '' });
    // With nothing else to go by, it is: some accounts send no NOTIFY_INTERNAL.
    expect(joined([...other, phone('s', 6_200, 7_000)])).toEqual({ b: 'sip:s' });
  });

  it('one answered by a colleague: my talk is of the other', () => {
    const first = [ring('a', 0, 100, '102'), ring('a', 0, 130), answer('a', 0, 11_000, '102'), end('a', 0, 86_000, 75)];
    const talk = phone('t', 76_000, 90_000, 79_000);
    expect(joined([...first, row('b', 56_000, 11), phone('s', 580, 11_000), talk])).toEqual({ a: 'sip:s', b: 'sip:t' });
  });

  it('a webhook of one that is late by chance looks like the other’s', () => {
    const calls = [answer('a', 0, 6_100), row('a', 0, 1), row('b', 5_000, 1)];
    const sessions = [phone('s', 1_200, 4_600, 3_000), phone('t', 5_600, 7_700, 6_640)];
    expect(joined([...calls, ...sessions])).toEqual({ a: 'sip:s', b: 'sip:t' });
  });

  it('makes room for a session that fits nowhere else', () => {
    const first = [ring('a', 0, 100, '102'), answer('a', 0, 1_050, '102'), ring('a', 0, 4_050), answer('a', 0, 5_050)];
    const calls = [...first, end('a', 0, 6_050, 5, '101'), row('b', 5_000, 1)];
    const sessions = [phone('s', 4_700, 6_060, 5_040), phone('t', 10_100, 12_060, 11_040)];
    expect(joined([...calls, ...sessions])).toEqual({ a: 'sip:s', b: 'sip:t' });
  });

  it('a phone does not ring before its call begins, unless clocks differ and there is no better', () => {
    const first = [ring('a', 0, 100), row('a', 0)];
    const second = [ring('b', 28_000, 28_100), end('b', 28_000, 76_000)];
    const sessions = [phone('s', 100, 3_000), phone('t', 13_500, 14_500), phone('u', 75_700, 76_000)];
    expect(joined([...first, ...second, ...sessions])).toEqual({ a: 'sip:s sip:t', b: 'sip:u' });
    expect(joined([...second, phone('t', 13_500, 14_500)])).toEqual({ b: 'sip:t' });
  });

  it('a second ring is what no call of its own explains', () => {
    const calls = [ring('a', 0, 100), end('a', 0, 9_000), ring('b', 12_000, 12_100), end('b', 12_000, 20_000)];
    const sessions = [phone('s', 150, 8_000), phone('t', 12_200, 19_000)];
    expect(joined([...calls, ...sessions])).toEqual({ a: 'sip:s', b: 'sip:t' });
  });
});
