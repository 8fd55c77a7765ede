// SPDX-License-Identifier: MIT
import { afterEach, describe, expect, test } from 'vitest';
import type { CallEvent, RowEvent, SipEvent } from '../../src-shared/calls/events.ts';
import { AppError } from '../../src-shared/errors.ts';
import { memoryStore, startCallStand } from '../../test/call-stand.ts';
import type { StoreApi } from '../store/api.ts';
import { portionsOf, rowsFor } from './call-rows.ts';

const T0 = Date.UTC(2026, 4, 14, 9, 30, 5);
const DAY = 24 * 3_600_000;
const CALLER = '+34600111222';

const open: StoreApi[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

function setUp(own: Partial<StoreApi['calls']> = {}) {
  const store = memoryStore();
  open.push(store);
  const calls = new Proxy(store.calls, { get: (target, name: keyof typeof own) => own[name] ?? target[name] });
  return startCallStand({
    store: new Proxy(store, { get: (target, name: keyof StoreApi) => (name === 'calls' ? calls : target[name]) }),
    now: T0 + 60_000,
  });
}

const row = (callId: string, extra: Partial<RowEvent> = {}): RowEvent => ({
  ...{ source: 'row', type: 'row', callId, pbxCallId: `in_${callId}`, direction: 'in', extension: '101' },
  ...{ number: CALLER, did: '+34912345678', networkName: null, callStart: T0, duration: 0 },
  ...{ disposition: 'cancelled', isRecorded: false, ...extra },
});
const answered = { disposition: 'answered', duration: 40 } as const;
const ring: CallEvent = {
  ...{ source: 'pbx', type: 'internal', pbxCallId: 'in_1', callStart: T0, callerId: CALLER, did: '+34912345678' },
  ...{ internal: '101', receivedAt: T0 + 100 },
};
const session: SipEvent = {
  ...{ source: 'sip', type: 'session', sessionId: 's1', seq: 3, extension: '101', direction: 'in', number: CALLER },
  ...{ networkName: 'Ana', state: 'ended', startedAt: T0 + 150, answeredAt: T0 + 5_000, endedAt: T0 + 45_000 },
  ...{ endCause: 'hung-up', muted: false, hold: 'none' },
};

describe('rows become the history', () => {
  test('of my extension, and of calls nobody’s phone rang for; a colleague’s calls are theirs', async () => {
    const { calls, history, hub } = setUp();
    const rows = [
      row('1', answered),
      row('2', { extension: '102' }),
      row('3', { extension: null }),
      row('4', { pbxCallId: null, callStart: T0 + 20_000 }),
    ];
    expect(await calls.feedRows(rows, 0)).toEqual({ told: 0, untold: 3 });
    expect((await history()).map(({ call }) => [call.key, call.disposition]).toSorted()).toEqual([
      ['pbx:in_1', 'answered'],
      ['pbx:in_3', 'cancelled'],
      ['row:4', 'cancelled'],
    ]);
    expect(hub.get()).toMatchObject({ calls: [], missed: 2 });
  });

  test('a colleague who took a call is named, on whichever row they stand', async () => {
    const { calls, history } = setUp();
    const legs = [
      row('1', { disposition: 'no-answer' }),
      row('2', { ...answered, pbxCallId: 'in_1', extension: '102' }),
    ];
    await calls.feedRows(legs, 0);
    expect(await history()).toMatchObject([{ call: { answeredBy: '102', disposition: 'answered', duration: 40 } }]);
  });

  test('merge with webhooks and my session, whichever came first', async () => {
    const orders = [
      [0, 1, 2],
      [1, 0, 2],
      [2, 1, 0],
      [0, 2, 1],
    ];
    for (const order of orders) {
      const { calls, history } = setUp();
      const feeds = [
        () => calls.feed(session, null),
        () => calls.feedRows([row('1', answered)], 0).then(() => undefined),
        () => calls.feed(ring, null),
      ];
      for (const index of order) await feeds[index]?.();
      const rows = await history();
      expect(rows, String(order)).toHaveLength(1);
      expect(rows[0]?.call).toMatchObject({ key: 'pbx:in_1', formerKeys: ['sip:s1'], duration: 40, phase: 'ended' });
    }
  });

  test('of a call that was let go of long ago: the row adds to what is stored', async () => {
    const { calls, history, clock } = setUp();
    await calls.feed(session, null);
    clock.now += 3 * DAY;
    await calls.feed({ ...ring, pbxCallId: 'in_9', callStart: clock.now, receivedAt: clock.now }, null);
    expect(await calls.feedRows([row('1', answered)], 0)).toEqual({ told: 0, untold: 1 });
    const found = (await history()).map(({ call }) => [call.key, call.formerKeys, call.networkName]);
    expect(found).toContainEqual(['pbx:in_1', ['sip:s1'], 'Ana']);
    expect(found).toHaveLength(2);
    // And an event that comes later still finds the row's facts.
    await calls.feed(
      { source: 'pbx', type: 'record', pbxCallId: 'in_1', recordId: '7.7', receivedAt: clock.now },
      null,
    );
    expect((await history()).find(({ call }) => call.key === 'pbx:in_1')?.call).toMatchObject({
      duration: 40,
      recordIds: ['7.7'],
    });
  });

  test('the same rows again change nothing, and say so', async () => {
    const { calls, filled, written } = setUp();
    await calls.feedRows([row('1'), row('2')], 0);
    expect(await calls.feedRows([row('2'), row('1')], 0)).toEqual({ told: 0, untold: 0 });
    expect([filled.length, written.length]).toEqual([2, 0]);
  });

  test('tells calls that webhooks had told of from those they had not', async () => {
    const { calls } = setUp();
    await calls.feed(ring, null);
    expect(await calls.feedRows([row('1'), row('2')], 0)).toEqual({ told: 1, untold: 1 });
  });
});

describe('what a person sees of it', () => {
  test('missed before the program was set up is no news, missed since is', async () => {
    const { calls, history, hub } = setUp();
    await calls.feedRows([row('1', { callStart: T0 - DAY }), row('2'), row('3', answered)], T0 - 1000);
    expect(hub.get().missed).toBe(1);
    expect(await history(true)).toHaveLength(2);
  });

  test('no popup for a call that is over, and the end of one whose end was lost', async () => {
    const { calls, hub, clock } = setUp();
    const shown: number[] = [];
    hub.subscribe((state) => shown.push(state.calls.length), 'first');
    await calls.feedRows([row('2', { ...answered, callStart: clock.now - 60_000 })], 0);
    expect(shown.every((count) => count === 0)).toBe(true);
    await calls.feed({ ...ring, callStart: clock.now, receivedAt: clock.now }, null);
    expect(hub.get().calls).toMatchObject([{ phase: 'ringing' }]);
    clock.now += 60_000;
    await calls.feedRows([row('1', { callStart: clock.now - 60_000 })], 0);
    expect(hub.get().calls).toEqual([]);
  });

  test('a thousand rows of a company are written in portions, each call whole', async () => {
    const { calls, history } = setUp();
    const rows = Array.from({ length: 1000 }, (_, n) =>
      row(`${n}`, {
        pbxCallId: `in_${n % 500}`,
        callStart: T0 - (n % 500) * 60_000,
        extension: n < 500 ? '101' : '102',
      }),
    );
    expect(portionsOf(rows).map((portion) => portion.length)).toEqual(Array(5).fill(200));
    await calls.feedRows(rows, 0);
    const kept = await history();
    expect(kept).toHaveLength(500);
    expect(kept.every(({ call }) => call.legs.length === 2)).toBe(true);
  });
});

describe('a store in trouble', () => {
  test('a full disk loses no row', async () => {
    const disk = { isFull: true };
    const stand = setUp({
      write: async (...args) => {
        if (disk.isFull) throw new AppError('store.disk-full');
        return (open[0] as StoreApi).calls.write(...args);
      },
    });
    await expect(stand.calls.feedRows([row('1', { callStart: T0 - DAY })], T0)).rejects.toMatchObject({
      code: 'store.disk-full',
    });
    disk.isFull = false;
    await stand.calls.feedRows([row('2', { callStart: T0 - DAY })], T0);
    expect(await stand.history()).toHaveLength(2);
    expect(stand.hub.get().missed).toBe(0);
  });

  test('an event that comes while rows are being written keeps what the rows said', async () => {
    const { calls, history } = setUp();
    await Promise.all([
      calls.feedRows([row('1', { ...answered, isRecorded: true })], 0),
      calls.feed(ring, null),
      calls.feed({ source: 'pbx', type: 'record', pbxCallId: 'in_1', recordId: '7.7', receivedAt: T0 }, null),
    ]);
    expect(await history()).toMatchObject([{ call: { duration: 40, recordIds: ['7.7', '1'], did: '+34912345678' } }]);
  });
});

test('rows of others are left out unless the call is known', () => {
  const rows = [
    row('1'),
    row('2', { extension: '102' }),
    row('3', { extension: '103' }),
    row('4', { extension: null }),
  ];
  const keys = (known: string) => rowsFor(rows, '101', (key) => key === known).map(({ callId }) => callId);
  expect(keys('')).toEqual(['1', '4']);
  expect(keys('pbx:in_3')).toEqual(['1', '3', '4']);
});
