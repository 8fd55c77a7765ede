// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent, SessionEndCause, SipEvent } from './events.ts';
import { DISPOSITIONS } from './model.ts';
import { callsOf, emptyTracker, factsOf, keyOf, restore, type TrackerState, track } from './tracker.ts';

const T0 = Date.UTC(2026, 4, 14, 7, 30, 0);
const EXTENSIONS = ['100', '101', '102'] as const;
const NUMBERS = ['+34600111222', '34600111222', '600111222', '', '0', '+4915112345678', '102'] as const;

const time = fc.integer({ min: 0, max: 120_000 }).map((after) => T0 + after);
const number = fc.constantFrom(...NUMBERS);
const internal = fc.option(fc.constantFrom(...EXTENSIONS));
const recordId = fc.option(fc.constantFrom('1.1', '1.2', '1.3'));
const base = {
  source: fc.constant('pbx' as const),
  pbxCallId: fc.constantFrom('in_a', 'in_b', 'out_c', 'out_d'),
  callStart: time.map((at) => Math.floor(at / 1000) * 1000),
  receivedAt: time,
};
const end = {
  duration: fc.integer({ min: 0, max: 60 }),
  disposition: fc.constantFrom(...DISPOSITIONS),
  causeCode: fc.option(fc.constantFrom(16, 17)),
  isRecorded: fc.boolean(),
  recordId,
};

/** Any event at all: contradictory ones too, which a broken or hostile PBX could send. */
const anyEvent: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.record({ ...base, type: fc.constant('start' as const), callerId: number, did: number }),
  fc.record({
    ...base,
    type: fc.constantFrom('internal' as const, 'internal-end' as const),
    callerId: number,
    did: number,
    internal,
  }),
  fc.record({ ...base, type: fc.constant('answer' as const), callerId: number, destination: number, internal }),
  fc.record({
    ...base,
    ...end,
    type: fc.constant('end' as const),
    callerId: number,
    did: number,
    internal,
    lastInternal: internal,
  }),
  fc.record({
    ...base,
    type: fc.constant('out-start' as const),
    internal,
    destination: number,
    callerId: fc.option(number),
  }),
  fc.record({
    ...base,
    ...end,
    type: fc.constant('out-end' as const),
    internal,
    destination: number,
    callerId: fc.option(number),
  }),
  fc.record({
    source: base.source,
    type: fc.constant('record' as const),
    pbxCallId: base.pbxCallId,
    recordId: fc.constantFrom('1.1', '1.2'),
    receivedAt: time,
  }),
  fc.record({
    source: fc.constant('row' as const),
    type: fc.constant('row' as const),
    callId: fc.constantFrom('1.1', '1.2', '1.3'),
    pbxCallId: fc.option(base.pbxCallId),
    direction: fc.constantFrom('in' as const, 'out' as const),
    extension: internal,
    number,
    did: fc.option(number),
    networkName: fc.option(fc.constantFrom('Ana', 'Luis')),
    callStart: base.callStart,
    duration: end.duration,
    disposition: end.disposition,
    isRecorded: fc.boolean(),
  }),
  fc
    .record({
      source: fc.constant('sip' as const),
      type: fc.constant('session' as const),
      sessionId: fc.constantFrom('s1', 's2', 's3'),
      seq: fc.integer({ min: 0, max: 4 }),
      extension: fc.constantFrom(...EXTENSIONS),
      direction: fc.constantFrom('in' as const, 'out' as const),
      number,
      networkName: fc.option(fc.constantFrom('Ana', 'Luis')),
      state: fc.constantFrom(
        'dialing' as const,
        'ringing' as const,
        'connecting' as const,
        'connected' as const,
        'ended' as const,
      ),
      startedAt: time,
      answeredAt: fc.option(time),
      endedAt: fc.option(time),
      endCause: fc.option(fc.constantFrom<SessionEndCause>('hung-up', 'cancelled', 'busy', 'answered-elsewhere')),
      muted: fc.boolean(),
      hold: fc.constantFrom('none' as const, 'local' as const),
    })
    .chain((session) =>
      fc.constantFrom<SipEvent>(session, { ...session, callbackTo: '+34600111222' }, { ...session, callbackTo: '102' }),
    ),
);

/** One believable incoming or outgoing call with the session of extension 100, as its sources tell it. */
const believableCall: fc.Arbitrary<readonly CallEvent[]> = fc
  .record({
    direction: fc.constantFrom('in' as const, 'out' as const),
    number: fc.constantFrom('+34600111222', ''),
    others: fc.subarray(['101', '102']),
    ring: fc.integer({ min: 1000, max: 20_000 }),
    outcome: fc.constantFrom('mine' as const, 'elsewhere' as const, 'nobody' as const),
    talk: fc.integer({ min: 0, max: 90 }),
    lag: fc.integer({ min: 0, max: 900 }),
    hasRow: fc.boolean(),
  })
  .map(({ direction, number, others, ring, outcome, talk, lag, hasRow }) => {
    const isOut = direction === 'out';
    const to = isOut ? '34600111222' : number;
    const isAnswered = outcome === 'mine' || (outcome === 'elsewhere' && !isOut);
    const answerer = outcome === 'mine' || isOut ? '100' : (others[0] ?? '103');
    const over = T0 + ring + (isAnswered ? talk * 1000 : 0);
    const known = { source: 'pbx', pbxCallId: isOut ? 'out_1' : 'in_1', callStart: T0 } as const;
    const closing = {
      ...{ duration: isAnswered ? talk : 0, causeCode: 16, isRecorded: isAnswered, receivedAt: over + lag },
      ...{
        disposition: isAnswered ? ('answered' as const) : ('cancelled' as const),
        recordId: isAnswered ? '1.1' : null,
      },
    };
    const mine = outcome === 'mine';
    const session: SipEvent = {
      ...{ source: 'sip', type: 'session', sessionId: 's1', seq: 1, extension: '100', direction, number: to },
      ...{ networkName: null, state: isOut ? 'dialing' : 'ringing', startedAt: T0 + 40, answeredAt: null },
      ...{ endedAt: null, endCause: null, muted: false, hold: 'none' },
    };
    const stopped = { state: 'ended' as const, seq: 4, endedAt: mine ? over : T0 + ring };
    const events: CallEvent[] = [
      session,
      ...(mine ? [{ ...session, seq: 2, state: 'connected' as const, answeredAt: T0 + ring }] : []),
      {
        ...session,
        ...stopped,
        answeredAt: mine ? T0 + ring : null,
        endCause: mine ? 'hung-up' : isAnswered ? 'answered-elsewhere' : 'cancelled',
      },
    ];
    if (isOut) {
      const line = { ...known, internal: '100', destination: to, callerId: null };
      events.push({ ...line, type: 'out-start', receivedAt: T0 + lag }, { ...line, ...closing, type: 'out-end' });
    } else {
      const line = { ...known, callerId: to, did: '+34912345678' };
      events.push({ ...line, type: 'start', receivedAt: T0 + lag });
      for (const extension of ['100', ...others]) {
        events.push({ ...line, type: 'internal', internal: extension, receivedAt: T0 + lag });
      }
      events.push({ ...line, ...closing, type: 'end', internal: null, lastInternal: isAnswered ? answerer : null });
    }
    if (isAnswered) {
      const answer = { type: 'answer', callerId: to, destination: isOut ? to : answerer, internal: answerer } as const;
      events.push({ ...known, ...answer, receivedAt: T0 + ring + lag });
      events.push({
        source: 'pbx',
        type: 'record',
        pbxCallId: known.pbxCallId,
        recordId: '1.1',
        receivedAt: over + 9000,
      });
    }
    if (hasRow) {
      events.push({
        ...{ source: 'row', type: 'row', callId: '1.1', pbxCallId: known.pbxCallId, direction, extension: answerer },
        ...{ number: to, did: null, networkName: null, callStart: T0, duration: closing.duration },
        ...{ disposition: closing.disposition, isRecorded: closing.isRecorded },
      });
    }
    return events;
  });

/** A callback that was asked for here: the PBX shows what it likes on the first leg, and calls it outgoing. */
const believableCallback: fc.Arbitrary<readonly CallEvent[]> = fc
  .record({
    shown: fc.constantFrom('+34600111222', '34912345678', '100', '123456-100', ''),
    ring: fc.integer({ min: 500, max: 20_000 }),
    talk: fc.option(fc.integer({ min: 1, max: 90 })),
    lag: fc.integer({ min: 0, max: 900 }),
  })
  .map(({ shown, ring, talk, lag }) => {
    const over = T0 + ring + 8000 + (talk ?? 0) * 1000;
    const session: SipEvent = {
      ...{ source: 'sip', type: 'session', sessionId: 's1', seq: 1, extension: '100', direction: 'in', number: shown },
      ...{ networkName: null, state: 'ringing', startedAt: T0, answeredAt: null, callbackTo: '+34600111222' },
      ...{ endedAt: null, endCause: null, muted: false, hold: 'none' },
    };
    const pbx = { source: 'pbx', pbxCallId: 'out_1', callStart: T0, internal: '100' } as const;
    const line = { ...pbx, destination: '34600111222', callerId: '34912345678' };
    const closing = { causeCode: 16, isRecorded: false, recordId: null, receivedAt: over + lag };
    const taken = { ...session, state: 'connected' as const, seq: 2, answeredAt: T0 + ring };
    const events: CallEvent[] = [
      session,
      taken,
      { ...line, type: 'out-start', receivedAt: T0 + ring + lag },
      { ...taken, state: 'ended', seq: 3, endedAt: over, endCause: 'hung-up' },
      {
        ...{ ...line, ...closing, type: 'out-end', duration: talk ?? 0 },
        disposition: talk === null ? 'no-answer' : 'answered',
      },
    ];
    if (talk !== null) events.push({ ...line, type: 'answer', receivedAt: T0 + ring + 8000 });
    return events;
  });

/** The same call again, later, under other ids. */
function later(events: readonly CallEvent[], by: number): readonly CallEvent[] {
  const moved = (time: number | null) => (time === null ? null : time + by);
  return events.map((event): CallEvent => {
    if (event.source === 'row') {
      return { ...event, callId: '2.1', pbxCallId: `${event.pbxCallId}b`, callStart: event.callStart + by };
    }
    if (event.source === 'sip') {
      const { startedAt, answeredAt, endedAt } = event;
      const times = { startedAt: startedAt + by, answeredAt: moved(answeredAt), endedAt: moved(endedAt) };
      return { ...event, ...times, sessionId: 's2' };
    }
    const id = { pbxCallId: `${event.pbxCallId}b`, receivedAt: event.receivedAt + by };
    return event.type === 'record' ? { ...event, ...id } : { ...event, ...id, callStart: event.callStart + by };
  });
}

const fold = (events: readonly CallEvent[], from: TrackerState = emptyTracker) => events.reduce(track, from);

/** The events in another order, some of them again, with a later arrival as a repetition has. */
function disturbed(events: fc.Arbitrary<readonly CallEvent[]>) {
  return events.chain((list) =>
    fc.record({
      list: fc.constant(list),
      mixed: fc
        .tuple(
          fc.shuffledSubarray([...list], { minLength: list.length }),
          fc.array(fc.tuple(fc.nat({ max: Math.max(0, list.length - 1) }), fc.nat({ max: 50_000 })), { maxLength: 8 }),
          fc.infiniteStream(fc.nat()),
        )
        .map(([shuffled, again, places]) => {
          const mixed = [...shuffled];
          for (const [index, later] of again) {
            const event = list[index];
            if (event === undefined) continue;
            const repeated = event.source === 'pbx' ? { ...event, receivedAt: event.receivedAt + later } : event;
            mixed.splice((places.next().value as number) % (mixed.length + 1), 0, repeated);
          }
          return mixed;
        }),
    }),
  );
}

describe('tracker properties', () => {
  it('any order and any repetition of any events give the same calls', () => {
    const events = disturbed(fc.array(anyEvent, { maxLength: 25 }));
    fc.assert(
      fc.property(events, ({ list, mixed }) => {
        expect(callsOf(fold(mixed))).toEqual(callsOf(fold(list)));
      }),
      { numRuns: 400 },
    );
  });

  it('believable calls end as one record, whatever the order', () => {
    fc.assert(
      fc.property(disturbed(believableCall), ({ list, mixed }) => {
        const calls = callsOf(fold(mixed));
        expect(calls).toHaveLength(1);
        expect(calls[0]?.phase).toBe('ended');
        expect(calls).toEqual(callsOf(fold(list)));
      }),
      { numRuns: 300 },
    );
  });

  it('a callback ends as one outgoing call to the number asked for, answered only when that side answered', () => {
    fc.assert(
      fc.property(disturbed(believableCallback), ({ list, mixed }) => {
        const calls = callsOf(fold(mixed));
        expect(calls).toEqual(callsOf(fold(list)));
        expect(calls).toMatchObject([
          { key: 'pbx:out_1', formerKeys: ['sip:s1'], direction: 'out', number: '+34600111222', phase: 'ended' },
        ]);
        const talked = list.some((event) => event.type === 'answer');
        expect(calls[0]?.disposition).toBe(talked ? 'answered' : 'no-answer');
        expect(calls[0]?.answeredAt === null).toBe(!talked);
      }),
      { numRuns: 300 },
    );
  });

  it('until the PBX speaks, a callback is an outgoing call that rings here', () => {
    fc.assert(
      fc.property(believableCallback, ([first]) => {
        if (first === undefined) throw new Error('no event');
        expect(callsOf(fold([first]))).toMatchObject([
          { direction: 'out', number: '+34600111222', phase: 'ringing', session: { direction: 'in' } },
        ]);
      }),
    );
  });

  it('a caller who calls again at once makes two records, each with its own session', () => {
    const twice = believableCall.chain((first) =>
      fc.integer({ min: 3000, max: 20_000 }).map((pause) => {
        const times = first.flatMap((event) =>
          event.source === 'sip' && event.endedAt !== null ? [event.endedAt] : [],
        );
        const ends = first.flatMap((event) =>
          event.source === 'pbx' && 'duration' in event ? [event.receivedAt] : [],
        );
        return [...first, ...later(first, Math.max(...times, ...ends) - T0 + pause)];
      }),
    );
    fc.assert(
      fc.property(disturbed(twice), ({ mixed }) => {
        const calls = callsOf(fold(mixed));
        expect(calls.map((call) => call.formerKeys)).toEqual([['sip:s1'], ['sip:s2']]);
      }),
      { numRuns: 300 },
    );
  });

  it('the phase of a call never goes back', () => {
    const order = ['ringing', 'talking', 'ended'];
    fc.assert(
      fc.property(disturbed(believableCall), ({ mixed }) => {
        let state = emptyTracker;
        const reached = new Map<string, number>();
        for (const event of mixed) {
          state = track(state, event);
          for (const call of callsOf(state)) {
            const phase = order.indexOf(call.phase);
            expect(phase).toBeGreaterThanOrEqual(reached.get(call.key) ?? 0);
            reached.set(call.key, phase);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('stored and restored at any point, the calls go on the same', () => {
    const split = fc.tuple(fc.array(anyEvent, { maxLength: 20 }), fc.nat({ max: 20 }));
    fc.assert(
      fc.property(split, ([events, at]) => {
        const before = fold(events.slice(0, at));
        const facts = events.slice(0, at).flatMap((event) => factsOf(before, keyOf(event)));
        const after = fold(events.slice(at), restore(emptyTracker, facts));
        expect(callsOf(after)).toEqual(callsOf(fold(events)));
      }),
      { numRuns: 200 },
    );
  });

  it('facts restored late, after newer events, merge in', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), fc.nat({ max: 20 }), (events, at) => {
        const before = fold(events.slice(0, at));
        const facts = events.slice(0, at).flatMap((event) => factsOf(before, keyOf(event)));
        expect(callsOf(restore(fold(events.slice(at)), facts))).toEqual(callsOf(fold(events)));
      }),
      { numRuns: 200 },
    );
  });
});
