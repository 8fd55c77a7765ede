// SPDX-License-Identifier: MIT
import { afterEach, expect, test } from 'vitest';
import type { CallEvent, PbxEvent, SipEvent } from '../../src-shared/calls/events.ts';
import { type CallStand, memoryStore, startCallStand } from '../../test/call-stand.ts';
import type { StoreApi } from '../store/api.ts';

/** Events that come when memory has let go of their call, or never had it. */
const T0 = Date.UTC(2026, 4, 14, 9, 30, 5);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CALLER = '+34600111222';

const open: StoreApi[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

function setUp(): CallStand {
  const store = memoryStore();
  open.push(store);
  return startCallStand({ store, now: T0 });
}

type Timed = Extract<PbxEvent, { callStart: number }>;
const base = (id: string, receivedAt: number) =>
  ({ source: 'pbx', pbxCallId: `in_${id}`, callStart: T0, receivedAt, callerId: CALLER, did: '+34912345678' }) as const;
const start = (id: string, at: number): Timed => ({ ...base(id, at), type: 'start' });
const ring = (id: string, at: number, internal: string): Timed => ({ ...base(id, at), type: 'internal', internal });
const answer = (id: string, at: number, internal: string): Timed => ({
  ...base(id, at),
  ...{ type: 'answer', destination: internal, internal },
});
const end = (id: string, at: number, duration = 0): Timed => ({
  ...base(id, at),
  ...{ type: 'end', internal: null, lastInternal: null, duration, causeCode: 16, isRecorded: false, recordId: null },
  disposition: duration > 0 ? 'answered' : 'cancelled',
});
const record = (id: string, at: number): PbxEvent => ({
  ...{ source: 'pbx', type: 'record', pbxCallId: `in_${id}`, recordId: '7.7', receivedAt: at },
});
const session: SipEvent = {
  ...{ source: 'sip', type: 'session', sessionId: 's1', seq: 3, extension: '101', direction: 'in', number: CALLER },
  ...{ networkName: 'Ana', state: 'ended', startedAt: T0 + 150, answeredAt: null, endedAt: T0 + 5_000 },
  ...{ endCause: 'answered-elsewhere', muted: false, hold: 'none' },
};

async function feed(stand: CallStand, at: number, ...events: readonly CallEvent[]): Promise<void> {
  stand.clock.now = at;
  for (const event of events) {
    const pbxCallId = event.source === 'pbx' ? event.pbxCallId : null;
    const raw = { hash: JSON.stringify(event), receivedAt: at, name: event.type, pbxCallId, fields: '{}', event };
    await stand.calls.feed(event, event.source === 'pbx' ? raw : null);
  }
}

const keys = async (stand: CallStand) => (await stand.history()).map(({ call }) => call.key);

test('each of some late events keeps what the one before it said', async () => {
  const stand = setUp();
  await feed(stand, T0, ring('a', T0, '101'), answer('a', T0 + 4_000, '101'));
  // Days later memory lets go of such a call as soon as it was written.
  for (const [day, event] of [end('a', T0 + 2 * DAY, 30), record('a', T0 + 3 * DAY), start('a', T0)].entries()) {
    await feed(stand, T0 + (2 + day) * DAY, event);
  }
  expect((await stand.history())[0]?.call).toMatchObject({
    ...{ phase: 'ended', duration: 30, recordIds: ['7.7'], answeredBy: '101', disposition: 'answered' },
  });
});

test('a call that seemed missed by everybody, but rang at a colleague’s, leaves the history', async () => {
  const stand = setUp();
  await feed(stand, T0 + 1_000, start('a', T0), end('a', T0 + 1_000));
  expect(await keys(stand)).toEqual(['pbx:in_a']);
  expect(stand.hub.get().missed).toBe(1);
  await feed(stand, T0 + 3_000, ring('a', T0 + 3_000, '103'));
  expect(await keys(stand)).toEqual([]);
  expect([stand.hub.get().missed, stand.dropped.length]).toEqual([0, 1]);
  // It stays away, and comes back when it turns out to have rung here too.
  await feed(stand, T0 + DAY, record('a', T0 + DAY));
  expect(await keys(stand)).toEqual([]);
  await feed(stand, T0 + DAY, ring('a', T0 + DAY, '101'));
  expect((await stand.history())[0]?.call.legs.map((leg) => leg.extension)).toEqual(['101', '103']);
});

test('but not when somebody has written a note on it', async () => {
  const stand = setUp();
  await feed(stand, T0 + 1_000, start('a', T0), end('a', T0 + 1_000));
  const [row] = await stand.history();
  await stand.store.calls.note(row?.id ?? 0, 'call back');
  await feed(stand, T0 + 3_000, ring('a', T0 + 3_000, '103'));
  expect((await stand.history()).map(({ note }) => note)).toEqual(['call back']);
});

test('a colleague’s call that rings here late is known whole: from memory, from the store, after a restart', async () => {
  const before = [
    start('a', T0),
    ring('a', T0 + 100, '102'),
    answer('a', T0 + 4_000, '102'),
    end('a', T0 + 60_000, 56),
  ];
  for (const [wait, restarts] of [
    [2 * MINUTE, false],
    [2 * MINUTE, true],
    [DAY, false],
    [DAY, true],
  ] as const) {
    const stand = setUp();
    for (const event of before) await feed(stand, event.receivedAt, event);
    expect(await keys(stand)).toEqual([]);
    // Something else happens meanwhile, and memory is tidied.
    await feed(stand, T0 + wait, { ...ring('b', T0 + wait, '102'), callStart: T0 + wait });
    const later = restarts ? startCallStand({ store: stand.store, now: T0 + wait }) : stand;
    if (restarts) await later.calls.resume();
    await feed(later, T0 + wait, ring('a', T0 + wait, '101'));
    expect((await later.history()).map(({ call }) => call)).toMatchObject([
      { key: 'pbx:in_a', answeredBy: '102', duration: 56, legs: [{ extension: '101' }, { extension: '102' }] },
    ]);
  }
});

test('a session that was alone finds its call days later', async () => {
  const stand = setUp();
  await feed(stand, T0 + 5_000, session);
  await feed(stand, T0 + 20 * MINUTE, { ...ring('b', T0 + 20 * MINUTE, '102'), callStart: T0 + 20 * MINUTE });
  expect(await keys(stand)).toEqual(['sip:s1']);
  await feed(stand, T0 + 2 * DAY, ring('a', T0 + 2 * DAY, '101'));
  expect((await stand.history()).map(({ call }) => [call.key, call.formerKeys, call.networkName])).toEqual([
    ['pbx:in_a', ['sip:s1'], 'Ana'],
  ]);
});
