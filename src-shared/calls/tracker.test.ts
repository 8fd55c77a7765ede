// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { CallEvent, PbxEvent, RowEvent, SipEvent } from './events.ts';
import { type Call, isMissed } from './model.ts';
import { callFor, callsOf, changedCalls, emptyTracker, factsOf, forget, isMine, restore, track } from './tracker.ts';

const T0 = Date.UTC(2026, 4, 14, 7, 30, 5);
const IN = 'in_0123456789abcdef0123456789abcdef01234567';
const OUT = 'out_fedcba9876543210fedcba9876543210fedcba98';
const CALLER = '+34600111222';
const DID = '+34912345678';

type Extra = Partial<Record<string, unknown>>;

function pbx(type: PbxEvent['type'], after: number, extra: Extra = {}): CallEvent {
  const base = {
    source: 'pbx',
    type,
    pbxCallId: type.startsWith('out') ? OUT : IN,
    callStart: T0,
    receivedAt: T0 + after,
  };
  const end = { duration: 0, disposition: 'cancelled', causeCode: 16, isRecorded: false, recordId: null };
  const fields: Record<PbxEvent['type'], Extra> = {
    start: { callerId: CALLER, did: DID },
    internal: { callerId: CALLER, did: DID, internal: '101' },
    'internal-end': { callerId: CALLER, did: DID, internal: '101' },
    answer: { callerId: CALLER, destination: '101', internal: null },
    end: { callerId: CALLER, did: DID, internal: null, lastInternal: null, ...end },
    'out-start': { internal: '100', destination: '34600111333', callerId: DID },
    'out-end': { internal: '100', destination: '34600111333', callerId: DID, ...end },
    record: { recordId: '1778743805.12345678' },
  };
  const { callStart, ...untimed } = base;
  return { ...untimed, ...(type === 'record' ? {} : { callStart }), ...fields[type], ...extra } as CallEvent;
}

function sip(seq: number, state: SipEvent['state'], extra: Partial<SipEvent> = {}): SipEvent {
  return {
    ...{ source: 'sip', type: 'session', sessionId: 's1', seq, extension: '101', direction: 'in', state },
    ...{ number: '34600111222', networkName: null, startedAt: T0 + 300, answeredAt: null, endedAt: null },
    ...{ endCause: null, muted: false, hold: 'none', ...extra },
  };
}

function row(extra: Partial<RowEvent> = {}): RowEvent {
  return {
    ...{ source: 'row', type: 'row', callId: '1778743805.12345678', pbxCallId: IN, direction: 'in', extension: '101' },
    ...{ number: '34600111222', did: null, networkName: 'Ana', callStart: T0, duration: 62, disposition: 'answered' },
    ...{ isRecorded: true, ...extra },
  };
}

const fold = (...events: readonly CallEvent[]) => events.reduce(track, emptyTracker);

function only(...events: readonly CallEvent[]): Call {
  const calls = callsOf(fold(...events));
  expect(calls).toHaveLength(1);
  return calls[0] as Call;
}

const answeredEnd = { disposition: 'answered', duration: 62 };

describe('sequences of megacall-api.md section 3.6', () => {
  it('incoming, one extension, answered and recorded', () => {
    const call = only(
      pbx('start', 100),
      pbx('internal', 200),
      pbx('answer', 4000),
      pbx('end', 66_000, { ...answeredEnd, internal: '101', isRecorded: true, recordId: '1778743805.12345678' }),
      pbx('record', 80_000),
    );
    expect(call).toEqual({
      ...{ key: `pbx:${IN}`, formerKeys: [], pbxCallId: IN, direction: 'in', number: CALLER, networkName: null },
      ...{ did: DID, startedAt: T0, answeredAt: T0 + 4000, endedAt: T0 + 66_000, duration: 62 },
      ...{ disposition: 'answered', answeredBy: '101', session: null, causeCode: 16, isRecorded: true },
      ...{ recordIds: ['1778743805.12345678'], phase: 'ended' },
      legs: [{ extension: '101', ringingAt: T0 + 200, answeredAt: T0 + 4000, endedAt: T0 + 66_000 }],
    });
  });

  it('a group of three rings as one call, and stops elsewhere when one answers', () => {
    const call = only(
      pbx('start', 100),
      ...['101', '102', '103'].map((internal, index) => pbx('internal', 200 + index, { internal })),
      pbx('answer', 4000, { destination: '102' }),
    );
    expect(call.phase).toBe('talking');
    expect(call.answeredBy).toBe('102');
    expect(call.legs.map((leg) => [leg.extension, leg.answeredAt, leg.endedAt])).toEqual([
      ['101', null, T0 + 4000],
      ['102', T0 + 4000, null],
      ['103', null, T0 + 4000],
    ]);
    expect([isMine(call, '101'), isMine(call, '102'), isMine(call, '104')]).toEqual([false, true, false]);
  });

  it('redirected with return_timeout: the first stops, the others ring', () => {
    const call = only(
      pbx('start', 100),
      pbx('internal', 200),
      pbx('internal-end', 20_000),
      pbx('internal', 20_100, { internal: '102' }),
    );
    expect(call.phase).toBe('ringing');
    expect([isMine(call, '101'), isMine(call, '102')]).toEqual([false, true]);
  });

  it.each(['cancelled', 'no-answer'] as const)('the caller gives up (%s): missed', (disposition) => {
    const call = only(pbx('start', 100), pbx('internal', 200), pbx('end', 9000, { disposition }));
    expect(call).toMatchObject({ phase: 'ended', disposition, duration: 0, answeredAt: null, answeredBy: null });
    expect(isMissed(call)).toBe(true);
    expect(isMine(call, '101')).toBe(true);
  });

  it('menu only, and blacklisted: no leg', () => {
    const call = only(pbx('start', 100), pbx('end', 900, { disposition: 'busy' }));
    expect(call).toMatchObject({ legs: [], disposition: 'busy', phase: 'ended' });
  });

  it('outgoing, answered by the outside', () => {
    const call = only(
      pbx('out-start', 100),
      pbx('answer', 5000, { pbxCallId: OUT, destination: '34600111333', callerId: DID }),
      pbx('out-end', 15_000, { disposition: 'answered', duration: 10 }),
    );
    expect(call).toMatchObject({
      ...{ direction: 'out', number: '34600111333', did: DID, answeredBy: '100', duration: 10 },
      legs: [{ extension: '100', answeredAt: T0 + 5000 }],
    });
    expect(isMine(call, '100')).toBe(true);
  });
});

describe('traps of megacall-api.md section 5', () => {
  it('18: the ring of a callback at my phone is the outgoing call', () => {
    const ring = sip(1, 'ringing', { extension: '100', number: '+34600111333' });
    expect(only(pbx('out-start', 100), ring)).toMatchObject({ direction: 'out', formerKeys: ['sip:s1'] });
  });

  it('22: INTERNAL without START makes the call', () => {
    expect(only(pbx('internal', 200))).toMatchObject({ phase: 'ringing', startedAt: T0, did: DID });
  });

  it('23: a late or repeated event takes nothing back', () => {
    const end = pbx('end', 66_000, { ...answeredEnd, isRecorded: false });
    const call = only(pbx('record', 60_000), end, pbx('internal', 70_000), pbx('start', 71_000), end);
    expect(call).toMatchObject({ phase: 'ended', isRecorded: true, duration: 62, recordIds: ['1778743805.12345678'] });
  });

  it('23: a recording alone is no call, but its facts are kept', () => {
    const state = fold(pbx('record', 60_000));
    expect(callsOf(state)).toEqual([]);
    const facts = factsOf(state, `pbx:${IN}`);
    expect(facts).toHaveLength(1);
    const later = track(restore(emptyTracker, facts), pbx('end', 66_000, answeredEnd));
    expect(callsOf(later)).toMatchObject([{ isRecorded: true }]);
  });

  it('24: END without internal takes last_internal, then ANSWER', () => {
    const rung = [pbx('internal', 200), pbx('internal', 201, { internal: '102' })];
    expect(only(...rung, pbx('end', 66_000, { ...answeredEnd, lastInternal: '102' })).answeredBy).toBe('102');
    const answered = pbx('answer', 4000, { destination: '+34911000111', internal: '101' });
    expect(only(...rung, answered, pbx('end', 66_000, answeredEnd)).answeredBy).toBe('101');
  });

  it('24: a forward to an outside number is answered by no extension', () => {
    const call = only(pbx('internal', 200), pbx('answer', 4000, { destination: '+34911000111' }));
    expect(call).toMatchObject({ phase: 'talking', answeredBy: null, legs: [{ endedAt: T0 + 4000 }] });
  });

  it('26: a missing + and a withheld number', () => {
    expect(only(pbx('start', 100, { callerId: '34600111222' }), pbx('internal', 200)).number).toBe(CALLER);
    expect(only(pbx('start', 100, { callerId: '0' })).number).toBe('');
    const withheld = only(pbx('internal', 100, { callerId: '' }), sip(1, 'ringing', { number: '' }));
    expect(withheld).toMatchObject({ number: '', formerKeys: ['sip:s1'] });
  });

  it('27: INTERNAL_END after the answer does not end the leg', () => {
    const call = only(pbx('internal', 200), pbx('answer', 4000), pbx('internal-end', 4010));
    expect(isMine(call, '101')).toBe(true);
  });
});

describe('answered calls', () => {
  it('END alone says when it was answered', () => {
    const call = only(pbx('end', 66_000, { ...answeredEnd, lastInternal: '101' }));
    expect(call).toMatchObject({ answeredAt: T0 + 4000, answeredBy: '101', duration: 62 });
    expect(call.legs).toMatchObject([{ extension: '101', answeredAt: T0 + 4000 }]);
  });

  it('a duration of 0 stays answered', () => {
    const call = only(pbx('internal', 200), pbx('end', 3000, { disposition: 'answered', duration: 0 }));
    expect(call).toMatchObject({ disposition: 'answered', answeredAt: T0 + 3000, duration: 0 });
    expect(isMissed(call)).toBe(false);
  });

  it('PBX outranks the statistics, and those outrank SIP', () => {
    const mine = sip(3, 'ended', { endedAt: T0 + 9000, endCause: 'failed' });
    expect(only(mine).disposition).toBe('failed');
    expect(only(mine, row({ disposition: 'no-answer', duration: 0 })).disposition).toBe('no-answer');
    expect(only(mine, row({ disposition: 'no-answer' }), pbx('end', 9100)).disposition).toBe('cancelled');
  });
});

describe('SIP sessions', () => {
  it('change key from sip: to pbx: and keep one leg', () => {
    const before = fold(sip(1, 'ringing'));
    expect(callsOf(before)).toMatchObject([{ key: 'sip:s1', formerKeys: [], phase: 'ringing' }]);
    const after = track(before, pbx('internal', 200));
    expect(callsOf(after)).toMatchObject([{ key: `pbx:${IN}`, formerKeys: ['sip:s1'], legs: [{ extension: '101' }] }]);
    expect(callFor(after, 'sip:s1')).toBe(callsOf(after)[0]);
  });

  it('my BYE ends the call before END, whose duration wins later', () => {
    const talk = sip(3, 'ended', { answeredAt: T0 + 4100, endedAt: T0 + 66_000, endCause: 'hung-up' });
    const call = only(pbx('internal', 200), pbx('answer', 4000), talk);
    expect(call).toMatchObject({ phase: 'ended', duration: 62, disposition: 'answered', endedAt: T0 + 66_000 });
    expect(only(pbx('internal', 200), talk, pbx('end', 66_400, { ...answeredEnd, duration: 61 })).duration).toBe(61);
  });

  it('CANCEL ends only my leg while the call talks elsewhere', () => {
    const call = only(
      pbx('internal', 200),
      pbx('internal', 201, { internal: '102' }),
      sip(2, 'ended', { endedAt: T0 + 4050, endCause: 'answered-elsewhere' }),
      pbx('answer', 4000, { destination: '102' }),
    );
    expect(call).toMatchObject({
      phase: 'talking',
      answeredBy: '102',
      legs: [{ endedAt: T0 + 4050 }, { endedAt: null }],
    });
    expect(isMine(call, '101')).toBe(false);
  });

  it('answered on another phone of my extension: still mine', () => {
    const cancelled = sip(2, 'ended', { endedAt: T0 + 4050, endCause: 'answered-elsewhere' });
    const call = only(pbx('internal', 200), cancelled, pbx('answer', 4000));
    expect(call.legs).toMatchObject([{ answeredAt: T0 + 4000, endedAt: null }]);
    expect(isMine(call, '101')).toBe(true);
  });

  it('alone make a record: a call answered elsewhere is not missed', () => {
    const elsewhere = only(sip(2, 'ended', { endedAt: T0 + 4050, endCause: 'answered-elsewhere' }));
    expect(elsewhere).toMatchObject({ phase: 'ended', disposition: 'answered', duration: 0, answeredBy: null });
    expect(isMissed(elsewhere)).toBe(false);
    expect(isMissed(only(sip(2, 'ended', { endedAt: T0 + 4050, endCause: 'cancelled' })))).toBe(true);
  });

  it('an outgoing call of mine that was refused has ended, whatever the PBX has yet to say', () => {
    const mine = { extension: '100', direction: 'out', number: '600111333' } as const;
    const busy = sip(2, 'ended', { ...mine, endedAt: T0 + 3000, endCause: 'busy' });
    expect(only(busy, pbx('out-start', 100, { internal: null }))).toMatchObject({
      phase: 'ended',
      disposition: 'busy',
    });
  });

  it('a redial is another call', () => {
    const mine = { extension: '100', direction: 'out', number: '600111333' } as const;
    const first = sip(2, 'ended', { ...mine, endedAt: T0 + 3000, endCause: 'busy' });
    const second = sip(1, 'dialing', { ...mine, sessionId: 's2', startedAt: T0 + 8000 });
    const calls = callsOf(fold(first, second, pbx('out-start', 100), pbx('out-end', 3100, { disposition: 'busy' })));
    expect(calls.map((call) => [call.key, call.phase])).toEqual([
      [`pbx:${OUT}`, 'ended'],
      ['sip:s2', 'ringing'],
    ]);
  });

  it('a second ring after return_timeout is the same call', () => {
    const first = sip(2, 'ended', { endedAt: T0 + 15_000, endCause: 'cancelled' });
    const again = sip(1, 'ringing', { sessionId: 's2', startedAt: T0 + 30_000 });
    const call = only(pbx('internal', 200), first, again);
    expect(call).toMatchObject({ formerKeys: ['sip:s1', 'sip:s2'], session: { sessionId: 's2' }, phase: 'ringing' });
    expect(isMine(call, '101')).toBe(true);
  });

  it('of two withheld calls each takes the session of its own extension', () => {
    const other = 'in_ffffffffffffffffffffffffffffffffffffffff';
    const state = fold(
      pbx('internal', 100, { callerId: '' }),
      pbx('internal', 400, { callerId: '', internal: '102', pbxCallId: other }),
      sip(1, 'ringing', { number: 'anonymous', extension: '102', startedAt: T0 + 120 }),
    );
    expect(callFor(state, 'sip:s1')?.pbxCallId).toBe(other);
  });

  it('follow the highest seq, however they arrive', () => {
    const held = sip(3, 'connected', { answeredAt: T0 + 4000, hold: 'local', muted: true });
    const call = only(held, sip(2, 'connected', { answeredAt: T0 + 4000 }), sip(1, 'ringing'));
    expect(call).toMatchObject({ phase: 'talking', session: { state: 'connected', hold: 'local', muted: true } });
  });
});

describe('statistics rows', () => {
  it('several rows of one call are its legs', () => {
    const call = only(
      row({ callId: '1.1', extension: '102', disposition: 'no-answer', duration: 0, isRecorded: false }),
      row(),
    );
    expect(call).toMatchObject({ key: `pbx:${IN}`, answeredBy: '101', duration: 62, number: '34600111222' });
    expect(call.legs.map((leg) => leg.extension)).toEqual(['101', '102']);
    expect(call.recordIds).toEqual(['1778743805.12345678']);
  });

  it('join the call of the webhooks, also without pbx_call_id', () => {
    const end = pbx('end', 66_000, { ...answeredEnd, recordId: '1778743805.12345678' });
    expect(only(end, row())).toMatchObject({ networkName: 'Ana', isRecorded: true });
    expect(only(end, row({ pbxCallId: null }))).toMatchObject({ formerKeys: ['row:1778743805.12345678'] });
    expect(only(pbx('internal', 200), row({ pbxCallId: null, callId: '7.7' })).phase).toBe('ended');
  });

  it('alone are a call of their own, with a session when one fits', () => {
    expect(only(row({ pbxCallId: null })).key).toBe('row:1778743805.12345678');
    const talk = sip(3, 'ended', { answeredAt: T0 + 4100, endedAt: T0 + 66_000, endCause: 'hung-up' });
    expect(only(talk, row({ pbxCallId: null }))).toMatchObject({ formerKeys: ['sip:s1'], answeredAt: T0 + 4100 });
  });
});

describe('state', () => {
  it('changedCalls names what an event touched, and nothing else', () => {
    const before = fold(pbx('internal', 200), pbx('out-start', 100));
    const after = track(before, pbx('answer', 4000));
    expect(changedCalls(before, after).map((call) => call.key)).toEqual([`pbx:${IN}`]);
    expect(track(after, pbx('answer', 9000))).toBe(after);
  });

  it('forget drops ended calls and those never ended, with their sessions', () => {
    const state = fold(pbx('internal', 200), sip(1, 'ringing'), pbx('end', 9000), pbx('out-start', 100));
    expect(callsOf(forget(state, T0 + 9000))).toHaveLength(2);
    const later = forget(state, T0 + 10_000);
    expect(callsOf(later).map((call) => call.key)).toEqual([`pbx:${OUT}`]);
    expect(later.groups.size).toBe(1);
    expect(forget(state, T0 + 2 * 24 * 3600 * 1000).groups.size).toBe(0);
  });

  it('forget keeps a call with an event that begins later, whatever its end says', () => {
    const state = fold(pbx('internal', 200, { callStart: T0 + 60_000 }), pbx('end', 9000));
    expect(forget(state, T0 + 60_000)).toBe(state);
    expect(forget(state, T0 + 60_001 + 9000).groups.size).toBe(0);
  });

  it('restore leaves out what is damaged', () => {
    const bad = ['', '[]', '{"v":1,"events":[{"source":"pbx","type":"end"},{"source":"sip"},7,null]}', '{"v":9}'];
    const state = restore(
      emptyTracker,
      bad.map((json) => ({ key: 'pbx:x', startedAt: 0, json })),
    );
    expect(state.groups.size).toBe(0);
  });
});
