// SPDX-License-Identifier: MIT
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { CallEvent } from '../../src-shared/calls/events.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { CallView } from '../../src-shared/state.ts';
import { fakeHub, silentLog } from '../../test/fakes.ts';
import type { RawEvent, StoreApi } from '../store/api.ts';
import { openStore } from '../store/client.ts';
import { createCalls, LINGER_MS } from './calls.ts';
import { createContacts } from './contacts.ts';

const T0 = Date.UTC(2026, 4, 14, 9, 30, 5);
const PBX_ID = 'in_0123456789abcdef0123456789abcdef01234567';
const CALLER = '+34600111222';
const DID = '+34912345678';

const open: StoreApi[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

async function storeIn(folder: string): Promise<StoreApi> {
  const store = await openStore({
    file: join(folder, 'test.db'),
    backupsDir: join(folder, 'backups'),
    workerPath: join(import.meta.dirname, '..', 'store', 'worker.ts'),
    log: silentLog,
  });
  open.push(store);
  return store;
}

async function setUp(folder = mkdtempSync(join(tmpdir(), 'megadial-calls-'))) {
  const opened = await storeIn(folder);
  const disk = { isFull: false };
  const store: StoreApi = {
    ...opened,
    calls: {
      ...opened.calls,
      write: async (...args) => {
        if (disk.isFull) throw new AppError('store.disk-full');
        return opened.calls.write(...args);
      },
    },
  };
  const clock = { now: T0, alive: 0 };
  const hub = fakeHub(() => clock.now);
  const rows: number[] = [];
  const announced: (readonly CallView[])[] = [];
  const later: (() => void)[] = [];
  const contacts = createContacts(
    store.contacts,
    (number) => number,
    () => {},
  );
  const calls = createCalls({
    store,
    hub,
    contacts,
    extension: () => '101',
    format: (number) => number.replace('+34', ''),
    now: () => clock.now,
    schedule: (run) => void later.push(run),
    log: silentLog,
    onAnnounced: (coming) => void announced.push(coming),
    lastAlive: () => clock.alive,
    onRow: (id) => void rows.push(id),
    onDropped: () => {},
    onFilled: () => {},
  });
  const page = async () =>
    (
      await store.calls.page({
        before: null,
        limit: 50,
        filter: { direction: null, missed: false, disposition: null, search: '' },
      })
    ).rows;
  return { folder, store, disk, clock, hub, rows, later, announced, contacts, calls, page };
}

const base = { source: 'pbx', pbxCallId: PBX_ID, callStart: T0, callerId: CALLER, did: DID } as const;
const ring = (internal: string): CallEvent => ({ ...base, type: 'internal', internal, receivedAt: T0 + 100 });
const answer = (internal: string): CallEvent => ({
  ...base,
  type: 'answer',
  destination: internal,
  internal,
  receivedAt: T0 + 5_000,
});
const end = (disposition: 'answered' | 'cancelled', internal: string | null): CallEvent => ({
  ...base,
  type: 'end',
  internal,
  lastInternal: internal,
  duration: disposition === 'answered' ? 62 : 0,
  disposition,
  causeCode: 16,
  isRecorded: disposition === 'answered',
  recordId: disposition === 'answered' ? '1778743805.12345678' : null,
  receivedAt: T0 + 67_000,
});
const raw = (hash: string, event: CallEvent): RawEvent => ({
  hash,
  receivedAt: T0,
  name: 'NOTIFY',
  pbxCallId: PBX_ID,
  fields: '{}',
  event,
});

test('a call at my extension is shown with its contact in the first state, and kept', async () => {
  const { store, hub, calls, page } = await setUp();
  await store.contacts.save({
    id: null,
    name: 'Ana',
    company: '',
    email: '',
    url: '',
    responsible: '',
    numbers: [CALLER],
  });
  const names: (string | undefined)[] = [];
  hub.subscribe((state) => names.push(state.calls[0]?.contact?.name));
  await calls.feed(ring('101'), raw('a', ring('101')));
  expect(names[0]).toBe('Ana');
  expect(hub.get().calls).toMatchObject([{ phase: 'ringing', mine: true, numberText: '600111222' }]);
  expect(await page()).toMatchObject([{ call: { pbxCallId: PBX_ID, phase: 'ringing' }, contact: { name: 'Ana' } }]);
});

test('a call at another extension is neither shown nor in my history, and its event is kept', async () => {
  const { store, hub, calls, page } = await setUp();
  await calls.feed(ring('102'), raw('a', ring('102')));
  expect(hub.get().calls).toEqual([]);
  expect(await page()).toEqual([]);
  expect(await store.raw.count()).toBe(1);
});

test('when a colleague answers, my screen says who for a moment, and so does the row', async () => {
  const { hub, clock, later, calls, page } = await setUp();
  await calls.feed(ring('101'), raw('a', ring('101')));
  await calls.feed(ring('102'), raw('b', ring('102')));
  clock.now = T0 + 5_000;
  await calls.feed(answer('102'), raw('c', answer('102')));
  expect(hub.get().calls).toMatchObject([{ phase: 'ended', answeredBy: '102', mine: true }]);
  clock.now += LINGER_MS + 60;
  for (const run of later.splice(0)) run();
  expect(hub.get().calls).toEqual([]);
  await calls.feed(end('answered', '102'), raw('d', end('answered', '102')));
  expect(hub.get().missed).toBe(0);
  expect(await page()).toMatchObject([{ call: { answeredBy: '102', duration: 62, phase: 'ended' } }]);
});

test('an ended call lingers for two seconds, then goes', async () => {
  const { hub, clock, later, calls } = await setUp();
  await calls.feed(ring('101'), null);
  await calls.feed(answer('101'), null);
  clock.now = T0 + 67_000;
  await calls.feed(end('answered', '101'), null);
  expect(hub.get().calls).toMatchObject([{ phase: 'ended', duration: 62 }]);
  clock.now += LINGER_MS + 60;
  for (const run of later.splice(0)) run();
  expect(hub.get().calls).toEqual([]);
});

test('a missed call is counted, also one that rang nowhere', async () => {
  const { hub, calls } = await setUp();
  await calls.feed(ring('101'), null);
  await calls.feed(end('cancelled', null), null);
  expect(hub.get().missed).toBe(1);
  const other = { ...end('cancelled', null), pbxCallId: `in_${'f'.repeat(40)}` } as CallEvent;
  await calls.feed(other, null);
  expect(hub.get().missed).toBe(2);
});

test('a notification replayed after a restart does not make a finished call ring', async () => {
  const first = await setUp();
  await first.calls.feed(ring('101'), raw('a', ring('101')));
  await first.calls.feed(answer('101'), raw('b', answer('101')));
  await first.calls.feed(end('answered', '101'), raw('c', end('answered', '101')));
  await first.store.close();
  open.splice(open.indexOf(first.store), 1);

  const second = await setUp(first.folder);
  second.clock.now = T0 + 7 * 24 * 3_600_000;
  await second.calls.resume();
  await second.calls.feed(ring('101'), raw('a', ring('101')));
  expect(second.hub.get().calls).toEqual([]);
  expect(await second.page()).toMatchObject([{ call: { phase: 'ended', duration: 62, answeredBy: '101' } }]);
});

/** The same call, `ms` later in everything the PBX says of it. */
const later = (event: CallEvent, ms: number): CallEvent =>
  'callStart' in event ? { ...event, callStart: event.callStart + ms } : event;

test('the store is not asked for a call that memory must have, and a replay of one never rings', async () => {
  const MINUTE = 60_000;
  // The PBX's clock may be far from ours.
  for (const skew of [-3, 0, 20].map((minutes) => minutes * MINUTE)) {
    for (const restarted of [false, true]) {
      const first = await setUp();
      await first.calls.resume();
      const events = [ring('101'), answer('101'), end('answered', '101')].map((event) => later(event, skew));
      for (const event of events) await first.calls.feed(event, null);
      let now = first;
      if (restarted) {
        await first.store.close();
        open.splice(open.indexOf(first.store), 1);
        now = await setUp(first.folder);
        now.clock.now = T0 + 2 * MINUTE;
        await now.calls.resume();
      }
      for (let minute = 3; minute < 60; minute += 1) {
        now.clock.now = T0 + minute * MINUTE;
        // Another call, so that memory is tidied between the replays.
        const other = { ...later(end('cancelled', null), minute * MINUTE), pbxCallId: `in_${minute}` } as CallEvent;
        await now.calls.feed(other, null);
        const [replayed] = events;
        if (replayed) await now.calls.feed(replayed, null);
        expect([skew, restarted, minute, now.hub.get().calls]).toEqual([skew, restarted, minute, []]);
      }
    }
  }
});

test('a call that just began waits for the name only; an older one for what is stored of it, too', async () => {
  const { calls, clock, store } = await setUp();
  const asked = vi.spyOn(store.calls, 'factsAround');
  await calls.resume();
  await calls.feed(ring('101'), null);
  expect(asked).not.toHaveBeenCalled();
  clock.now = T0 + 20 * 60_000;
  // Memory is tidied here: from now on it holds the last ten minutes for certain.
  await calls.feed(answer('101'), null);
  await calls.feed({ ...ring('101'), pbxCallId: 'in_old' } as CallEvent, null);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(asked.mock.calls[0]?.[0]).toEqual(['pbx:in_old']);
});

test('a ringing call reaches the popup before anything is written of it, and is written all the same', async () => {
  const { calls, hub, rows, store } = await setUp();
  const write = vi.spyOn(store.calls, 'write');
  const writtenAtFirst: number[] = [];
  hub.subscribe(() => writtenAtFirst.push(write.mock.calls.length), 'first');
  await calls.feed(ring('101'), raw('a', ring('101')));
  expect(writtenAtFirst[0]).toBe(0);
  expect([write.mock.calls.length, rows.length]).toEqual([1, 1]);
});

const start = (pbxCallId = PBX_ID, ms = 0): CallEvent => ({
  ...{ ...base, pbxCallId, callStart: T0 + ms, type: 'start', receivedAt: T0 + ms + 50 },
});

test('an announced call is told with its contact and shown nowhere, until it rings here as it was told', async () => {
  const { store, hub, calls, announced } = await setUp();
  await store.contacts.save({
    id: null,
    name: 'Ana',
    company: '',
    email: '',
    url: '',
    numbers: [CALLER],
    responsible: '',
  });
  const shown: number[] = [];
  hub.subscribe((state) => shown.push(state.calls.length));
  await calls.feed(start(), raw('a', start()));
  await calls.feed(ring('102'), raw('b', ring('102')));
  expect([shown, hub.get().calls]).toEqual([[], []]);
  const [told] = announced.at(-1) ?? [];
  expect(told).toMatchObject({ contact: { name: 'Ana' }, numberText: '600111222', phase: 'ringing' });

  const prepared: (string | null)[] = [];
  const toldBefore = announced.length;
  hub.subscribe((_state, viewId) => prepared.push(viewId), 'first');
  await calls.feed(ring('101'), raw('c', ring('101')));
  expect(prepared.slice(0, 2)).toEqual([told?.viewId, null]);
  expect(hub.get().calls).toMatchObject([{ ...told, legs: [{ extension: '101' }, { extension: '102' }] }]);
  expect(announced.slice(toldBefore)).toEqual([[]]);
});

test('of several announced calls the newest three are told, and each until it rings here or ends', async () => {
  const { hub, calls, announced } = await setUp();
  const ids = () => announced.at(-1)?.map((call) => call.pbxCallId);
  for (const [at, id] of ['in_1', 'in_2', 'in_3', 'in_4'].entries()) await calls.feed(start(id, at * 1000), null);
  expect(ids()).toEqual(['in_2', 'in_3', 'in_4']);
  await calls.feed({ ...ring('101'), pbxCallId: 'in_3', callStart: T0 + 2000 } as CallEvent, null);
  expect([ids(), hub.get().calls.map((call) => call.pbxCallId)]).toEqual([['in_1', 'in_2', 'in_4'], ['in_3']]);
  await calls.feed({ ...end('cancelled', null), pbxCallId: 'in_4', callStart: T0 + 3000 } as CallEvent, null);
  expect(ids()).toEqual(['in_1', 'in_2']);
});

test('a call that rings otherwise than announced, or beside another, is drawn anew', async () => {
  const { hub, contacts, calls } = await setUp();
  const prepared: (string | null)[] = [];
  hub.subscribe((_state, viewId) => prepared.push(viewId), 'first');
  await calls.feed(start(), null);
  const ana = { id: null, name: 'Ana', company: '', email: '', url: '', numbers: [CALLER], responsible: '' };
  await contacts.save(ana);
  await calls.feed(ring('101'), null);
  expect(hub.get().calls).toMatchObject([{ contact: { name: 'Ana' } }]);
  await calls.feed(start('in_2', 1000), null);
  await calls.feed({ ...ring('101'), pbxCallId: 'in_2', callStart: T0 + 1000 } as CallEvent, null);
  expect(hub.get().calls).toHaveLength(2);
  expect(prepared.filter((viewId) => viewId !== null)).toEqual([]);
});

test('what is announced is told again when the contact changes, and only then', async () => {
  const { store, contacts, calls, announced } = await setUp();
  await calls.feed(start(), null);
  await calls.refresh();
  expect(announced).toHaveLength(1);
  await contacts.save({ id: null, name: 'Ana', company: '', email: '', url: '', numbers: [CALLER], responsible: '' });
  await calls.refresh();
  expect(announced.at(-1)).toMatchObject([{ contact: { name: 'Ana' } }]);
  expect(await store.contacts.byNumber(CALLER)).not.toBe(null);
});

test('a session that was live when the program died is over after the start', async () => {
  const first = await setUp();
  await first.calls.feed(
    {
      source: 'sip',
      type: 'session',
      sessionId: 's1',
      seq: 3,
      extension: '101',
      direction: 'in',
      number: CALLER,
      networkName: null,
      state: 'connected',
      startedAt: T0,
      answeredAt: T0 + 3_000,
      endedAt: null,
      endCause: null,
      muted: false,
      hold: 'none',
    },
    null,
  );
  await first.store.close();
  open.splice(open.indexOf(first.store), 1);

  const second = await setUp(first.folder);
  second.clock.now = T0 + 60_000;
  await second.calls.resume();
  expect(await second.page()).toMatchObject([{ call: { phase: 'ended', session: { state: 'ended' } } }]);
});

test('a SIP session and its webhooks are one row, whichever comes first', async () => {
  const { calls, page } = await setUp();
  const session: CallEvent = {
    source: 'sip',
    type: 'session',
    sessionId: 's1',
    seq: 1,
    extension: '101',
    direction: 'in',
    number: '34600111222',
    networkName: 'ANA',
    state: 'ringing',
    startedAt: T0 + 50,
    answeredAt: null,
    endedAt: null,
    endCause: null,
    muted: false,
    hold: 'none',
  };
  await calls.feed(session, null);
  const before = await page();
  await calls.feed(ring('101'), raw('a', ring('101')));
  const after = await page();
  expect(after).toHaveLength(1);
  expect(after[0]?.id).toBe(before[0]?.id);
  expect(after[0]?.call).toMatchObject({ key: `pbx:${PBX_ID}`, session: { sessionId: 's1' }, number: CALLER });
  expect(calls.live('sip:s1')?.key).toBe(`pbx:${PBX_ID}`);
});

test('calls that a full disk did not take are kept once there is room, by the next event or by themselves', async () => {
  const { calls, disk, hub, later, page, clock } = await setUp();
  disk.isFull = true;
  await expect(calls.feed(ring('101'), raw('a', ring('101')))).rejects.toMatchObject({ code: 'store.disk-full' });
  const over = end('cancelled', null);
  await expect(calls.feed(over, raw('b', over))).rejects.toMatchObject({ code: 'store.disk-full' });
  expect(hub.get().notices).toMatchObject([{ error: { code: 'store.disk-full' } }]);
  expect(await page()).toEqual([]);

  disk.isFull = false;
  const second = { ...base, pbxCallId: PBX_ID.replace('0', 'f'), callStart: T0 + 90_000, receivedAt: T0 + 91_000 };
  const other: CallEvent = { ...second, type: 'internal', internal: '101' };
  await calls.feed(other, raw('c', other));
  expect((await page()).map(({ call }) => call.disposition)).toEqual([null, 'cancelled']);

  disk.isFull = true;
  const otherEnd = { ...over, ...second } as CallEvent;
  await expect(calls.feed(otherEnd, raw('d', otherEnd))).rejects.toMatchObject({ code: 'store.disk-full' });
  disk.isFull = false;
  clock.now += 60_000;
  for (const run of later.splice(0)) run();
  await expect.poll(async () => (await page()).map(({ call }) => call.disposition)).toEqual(['cancelled', 'cancelled']);
});

const ringing: CallEvent = {
  source: 'sip',
  type: 'session',
  sessionId: 's1',
  seq: 1,
  extension: '101',
  direction: 'in',
  number: CALLER,
  networkName: null,
  state: 'ringing',
  startedAt: T0 + 50,
  answeredAt: null,
  endedAt: null,
  endCause: null,
  muted: false,
  hold: 'none',
};

test('an INVITE and a webhook in the same moment are both kept', async () => {
  const { hub, calls } = await setUp();
  await Promise.all([calls.feed(ringing, null), calls.feed(ring('101'), raw('a', ring('101')))]);
  expect(hub.get().calls).toMatchObject([{ key: `pbx:${PBX_ID}`, session: { sessionId: 's1', state: 'ringing' } }]);
  expect(calls.live('sip:s1')?.pbxCallId).toBe(PBX_ID);
});

test('a call on screen keeps its id when its key changes, whichever came first', async () => {
  for (const order of [
    [ringing, ring('101')],
    [ring('101'), ringing],
  ]) {
    const { hub, calls } = await setUp();
    const ids: (string | undefined)[] = [];
    for (const event of order) {
      await calls.feed(event, null);
      ids.push(hub.get().calls[0]?.viewId);
    }
    expect(new Set(ids).size).toBe(1);
  }
});

test('a call sent to me after a colleague answered rings here, and my talk begins with my answer', async () => {
  const { hub, calls } = await setUp();
  await calls.feed(ring('102'), null);
  await calls.feed(answer('102'), null);
  await calls.feed({ ...ring('101'), receivedAt: T0 + 20_000 } as CallEvent, null);
  await calls.feed({ ...ringing, startedAt: T0 + 20_000 } as CallEvent, null);
  expect(hub.get().calls).toMatchObject([{ phase: 'ringing', answeredAt: null, session: { state: 'ringing' } }]);
  const answered = { ...ringing, seq: 2, startedAt: T0 + 20_000, state: 'connected', answeredAt: T0 + 25_000 };
  await calls.feed(answered as CallEvent, null);
  expect(hub.get().calls).toMatchObject([{ phase: 'talking', answeredAt: T0 + 25_000 }]);
});

test("the PBX's own ring of a callback rings here although the call goes out", async () => {
  const { hub, calls } = await setUp();
  const out: CallEvent = {
    source: 'pbx',
    type: 'out-start',
    pbxCallId: `out_${'a'.repeat(40)}`,
    callStart: T0,
    receivedAt: T0,
    internal: '101',
    destination: CALLER,
    callerId: DID,
  };
  await calls.feed(out, null);
  await calls.feed(ringing, null);
  expect(hub.get().calls).toMatchObject([{ direction: 'out', phase: 'ringing', session: { direction: 'in' } }]);
});

test('a ringing call whose end was lost leaves the screen after five minutes', async () => {
  const { hub, clock, later, calls } = await setUp();
  await calls.feed(ring('101'), null);
  clock.now = T0 + 4 * 60_000;
  for (const run of later.splice(0)) run();
  expect(hub.get().calls).toHaveLength(1);
  clock.now = T0 + 6 * 60_000;
  for (const run of later.splice(0)) run();
  expect(hub.get().calls).toEqual([]);
});

test('a call that a crash cut off ends when the program was last known to run', async () => {
  const first = await setUp();
  await first.calls.feed({ ...ringing, seq: 2, state: 'connected', answeredAt: T0 + 3_000 } as CallEvent, null);
  await first.store.close();
  open.splice(open.indexOf(first.store), 1);
  const second = await setUp(first.folder);
  second.clock.now = T0 + 8 * 3_600_000;
  second.clock.alive = T0 + 63_000;
  await second.calls.resume();
  expect(await second.page()).toMatchObject([{ call: { phase: 'ended', duration: 60 } }]);
});

test('with a store that fails, a ringing call is on screen all the same', async () => {
  const { store, hub, calls } = await setUp();
  await store.close();
  open.splice(open.indexOf(store), 1);
  await expect(calls.feed(ringing, null)).rejects.toMatchObject({ code: 'store.failed' });
  expect(hub.get().calls).toMatchObject([{ phase: 'ringing' }]);
  expect(hub.get().notices).toMatchObject([{ error: { code: 'store.failed' } }]);
});

const mine: CallEvent = {
  ...{ source: 'sip', type: 'session', sessionId: 's1', seq: 1, extension: '101', direction: 'in', number: CALLER },
  ...{ networkName: 'PBX name', state: 'ringing', startedAt: T0 + 150, answeredAt: null, endedAt: null },
  ...{ endCause: null, muted: false, hold: 'none' },
};

test.each([
  ['after my leg was gone', [0, 1, 2, 3, 4, 5, 6, 7]],
  ['before my leg was gone', [0, 1, 2, 3, 5, 6, 4, 7]],
])('a call that I transfer is one row under its own name, told %s', async (_name, order) => {
  const { calls, contacts, page, clock, hub } = await setUp();
  const ana = { id: null, name: 'Ana', company: '', email: '', url: '', responsible: '', numbers: [CALLER] };
  await contacts.save(ana);
  const events: CallEvent[] = [
    ring('101'),
    mine,
    answer('101'),
    { ...mine, seq: 2, state: 'connected', answeredAt: T0 + 5_000 },
    { ...mine, seq: 3, state: 'ended', answeredAt: T0 + 5_000, endedAt: T0 + 30_000, endCause: 'hung-up' },
    { ...base, type: 'internal', internal: '102', receivedAt: T0 + 29_500 },
    { ...base, type: 'answer', destination: '102', internal: '102', receivedAt: T0 + 29_900 },
    end('answered', '102'),
  ];
  for (const index of order) {
    const event = events[index];
    if (event === undefined) throw new Error('no event');
    clock.now = Math.max(clock.now, event.source === 'pbx' ? event.receivedAt : clock.now);
    await calls.feed(event, null);
    for (const call of hub.get().calls) expect(call).toMatchObject({ number: CALLER, contact: { name: 'Ana' } });
  }
  const rows = await page();
  expect(rows).toMatchObject([
    { call: { number: CALLER, direction: 'in', answeredBy: '102', duration: 62 }, contact: { name: 'Ana' } },
  ]);
  expect(rows[0]?.call.legs.map((leg) => leg.extension)).toEqual(['101', '102']);
});

test('two calls that I connect with each other stay two rows, each under its own name', async () => {
  const { calls, page } = await setUp();
  const other: CallEvent = { ...mine, sessionId: 's2', direction: 'out', number: '+34600999888', networkName: null };
  const talk = { answeredAt: T0 + 5_000, state: 'connected' as const, seq: 2 };
  const over = { ...talk, state: 'ended' as const, seq: 3, endedAt: T0 + 40_000, endCause: 'hung-up' as const };
  for (const change of [{}, talk, over]) {
    await calls.feed({ ...mine, ...change }, null);
    await calls.feed({ ...other, ...change }, null);
  }
  expect((await page()).map((row) => [row.call.number, row.call.duration]).toSorted()).toEqual([
    [CALLER, 35],
    ['+34600999888', 35],
  ]);
});
