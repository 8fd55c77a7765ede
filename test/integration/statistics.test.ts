// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src-main/app.ts';
import type { Handlers } from '../../src-main/shell/api.ts';
import { createPoller } from '../../src-main/statistics/poller.ts';
import { pbxSource } from '../../src-main/statistics/sources.ts';
import { openStore } from '../../src-main/store/client.ts';
import { createMegacallClient } from '../../src-megacall/client.ts';
import { parseNotification } from '../../src-shared/megacall/webhook.ts';
import { accountZone } from '../../src-shared/megacall/zone.ts';
import { startCallStand } from '../call-stand.ts';
import { fakeShell, silentLog } from '../fakes.ts';
import { startTunnel } from '../lab/tunnel.ts';
import { until } from '../sandbox/client.ts';
import { type HistoryRow, type SandboxOptions, startSandbox } from '../sandbox/index.ts';

/** The history from the statistics alone: real store, real call service, real API client, on the sandbox. */

const MINUTE = 60_000;
const DAY = 24 * 3_600_000;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function setUp(options: SandboxOptions & { at?: number; computer?: string; limited?: boolean } = {}) {
  const { at = Date.now(), computer = 'UTC', limited = false, ...rest } = options;
  const sandbox = await startSandbox({ sip: false, ...(limited ? {} : { limits: { statistics: 1000 } }), ...rest });
  closing.push(() => sandbox.stop());
  sandbox.api.faults.skewMs = at - Date.now();
  const dir = mkdtempSync(join(tmpdir(), 'megadial-statistics-'));
  closing.push(async () => rmSync(dir, { recursive: true }));
  const workerPath = new URL('../../src-main/store/worker.ts', import.meta.url);
  const store = await openStore({ file: join(dir, 'm.db'), backupsDir: join(dir, 'b'), workerPath, log: silentLog });
  closing.push(() => store.close());
  const stand = startCallStand({ store, now: at });
  // Minutes of waiting for the limits pass at once, unless they are what is tested.
  let skipped = 0;
  const sleep = async (ms: number): Promise<void> => {
    skipped += ms;
  };
  const client = createMegacallClient({
    ...{ baseUrl: () => sandbox.url, credentials: async () => sandbox.account, fetch, now: () => stand.clock.now },
    ...{ log: silentLog, ...(limited ? {} : { sleep, monotonic: () => performance.now() + skipped }) },
  });
  let offsetMs = 0;
  const readClock = async (): Promise<void> => {
    ({ offsetMs } = await client.timezone());
  };
  const planned: { run: () => void; ms: number }[] = [];
  const states: string[] = [];
  const poller = createPoller({
    source: () => source,
    ...{ account: () => '1-101', mode: () => 'alone', cursors: store.cursors, log: silentLog },
    zone: () => accountZone('', computer, offsetMs, stand.clock.now),
    settings: () => ({ historyDays: 30, pollMinutes: 5 }),
    feed: stand.calls.feedRows,
    tell: ({ state }) => void states.push(state),
    now: () => stand.clock.now,
    schedule: (run, ms) => {
      planned.splice(0, 1, { run, ms });
      return () => void planned.splice(0);
    },
  });
  const source = pbxSource(client, readClock, () => offsetMs);
  closing.push(() => poller.stop());
  /** What is planned next happens now, and all that follows at once. */
  const look = async (): Promise<void> => {
    const next = planned.shift();
    if (next === undefined) throw new Error('nothing is planned');
    stand.clock.now += next.ms;
    sandbox.api.faults.skewMs += next.ms;
    states.length = 0;
    next.run();
    await until(() => ['idle', 'failed'].includes(states.at(-1) ?? ''), 'the look');
    expect(states.at(-1)).toBe('idle');
  };
  /** Delivers the sandbox's webhooks of a call by hand: there is no relay. */
  const webhook = (fields: Readonly<Record<string, string>>) => {
    const event = parseNotification(fields, offsetMs, stand.clock.now);
    return event === null ? Promise.resolve() : stand.calls.feed(event, null);
  };
  return { ...stand, sandbox, client, poller, planned, look, webhook };
}

const leg = (startedAt: number, extra: Partial<HistoryRow> = {}): HistoryRow => ({
  ...{ callId: `${Math.floor(startedAt / 1000)}.12345671`, pbxCallId: `in_${startedAt}`, direction: 'in' },
  ...{ extension: '101', startedAt, number: '+34600111222', name: null, destination: '+34912345678' },
  ...{ disposition: 'answered', seconds: 62, isRecorded: true, ...extra },
});

describe('as the only source', () => {
  it('a call is in the history within one look, and webhooks that come later make no second row', async () => {
    const { sandbox, poller, look, history, webhook, clock, hub } = await setUp({ at: Date.now() - MINUTE });
    poller.wake();
    await look();
    expect(await history()).toEqual([]);

    const incoming = sandbox.calls.incoming({ from: '+34600111222', did: '+34912345678', name: 'Carmen Ruiz' });
    await incoming.ring('101');
    await incoming.ring('102');
    await incoming.answer('102');
    await incoming.end({ disposition: 'answered', duration: 62 });
    const outgoing = sandbox.calls.outgoing({ extension: '101', to: '+34600999888' });
    await outgoing.end({ disposition: 'no answer' });
    await sandbox.calls.incoming({ from: '+34600111333', did: '+34912345678' }).end({ disposition: 'cancel' });
    await look();
    const rows = await history();
    const seen = rows.map(({ call }) => [
      call.direction,
      call.number,
      call.disposition,
      call.answeredBy,
      call.duration,
    ]);
    expect(seen.toSorted()).toEqual([
      ['in', '+34600111222', 'answered', '102', 62],
      ['in', '+34600111333', 'cancelled', null, 0],
      ['out', '+34600999888', 'no-answer', null, 0],
    ]);
    expect(rows.find(({ call }) => call.number === '+34600111222')?.call.networkName).toBe('Carmen Ruiz');
    // The call nobody's phone rang for was missed since the program is here: news.
    expect(hub.get()).toMatchObject({ missed: 1, calls: [] });

    clock.now += MINUTE;
    for (const { event, fields } of sandbox.webhooks.log) await webhook({ ...fields, event });
    const after = await history();
    expect(after.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(after.map(({ call }) => call.legs.map((one) => one.extension))).toContainEqual(['101', '102']);
  });

  it('the first look brings a month, without news, popup or a storm of requests', async () => {
    const { sandbox, poller, look, history, hub } = await setUp();
    for (let day = 0; day < 29; day++) {
      const at = Date.now() - day * DAY - 5 * MINUTE;
      sandbox.history.add(leg(at), leg(at - MINUTE, { disposition: 'cancel', seconds: 0, isRecorded: false }));
      sandbox.history.add(
        leg(at - 2 * MINUTE, { direction: 'out', pbxCallId: `out_${at}`, destination: '+34600999888' }),
      );
      sandbox.history.add(leg(at - 3 * MINUTE, { extension: '103' }));
    }
    const shown: number[] = [];
    hub.subscribe((state) => shown.push(state.calls.length), 'first');
    poller.wake();
    await look();
    expect(await history()).toHaveLength(3 * 29);
    expect(hub.get().missed).toBe(0);
    expect(await history(true)).toHaveLength(29);
    expect(shown.every((count) => count === 0)).toBe(true);
    expect(sandbox.api.log.filter(({ path }) => path === '/v1/statistics/pbx/')).toHaveLength(2);
  });

  it.each(['text', 'numbers'] as const)('rows with the types of %s; odd ones are passed over', async (variant) => {
    const { sandbox, poller, look, history } = await setUp({ variant });
    const at = Date.now() - MINUTE;
    sandbox.history.add(
      leg(at),
      leg(at - MINUTE, { pbxCallId: '' }),
      leg(at - 2 * MINUTE, { callId: '0', pbxCallId: '' }),
    );
    poller.wake();
    await look();
    const keys = (await history()).map(({ call }) => call.key);
    expect(keys).toEqual([`pbx:in_${at}`, `row:${Math.floor((at - MINUTE) / 1000)}.12345671`]);
  });
});

describe('over a change of the clock in Madrid', () => {
  const AUTUMN = Date.UTC(2026, 9, 25, 1);
  const SPRING = Date.UTC(2026, 2, 29, 1);

  it.each([
    ['to winter time', AUTUMN, 'Europe/Madrid'],
    ['to winter time, on a computer elsewhere', AUTUMN, 'America/Lima'],
    ['to summer time', SPRING, 'Europe/Madrid'],
    ['to summer time, on a computer elsewhere', SPRING, 'America/Lima'],
  ])('%s: every call is there, at its time', async (_name, change, computer) => {
    const at = change + 3 * DAY;
    const { sandbox, poller, look, history } = await setUp({ at, computer, account: { timezone: 'Europe/Madrid' } });
    const minutes = [-3 * 1440, -150, -90, -59, -30, -1, 0, 1, 30, 59, 61, 90, 150, 1440];
    const starts = minutes.map((minute) => change + minute * MINUTE);
    for (const start of starts) sandbox.history.add(leg(start));
    poller.wake();
    await look();
    expect((await history()).map(({ call }) => call.startedAt)).toEqual(starts.toReversed());
  });

  it('a look in the hour that comes twice loses nothing, and neither does the next', async () => {
    const change = AUTUMN;
    const { sandbox, poller, look, history, clock } = await setUp({
      ...{ at: change - 40 * MINUTE, computer: 'Europe/Madrid', account: { timezone: 'Europe/Madrid' } },
    });
    poller.wake();
    const starts: number[] = [];
    for (let n = 0; n < 20; n++) {
      starts.push(clock.now - 7_000);
      sandbox.history.add(leg(Math.floor((clock.now - 7_000) / 1000) * 1000, { pbxCallId: `in_${n}` }));
      await look();
    }
    expect(clock.now).toBeGreaterThan(change + 40 * MINUTE);
    expect((await history()).map(({ call }) => call.startedAt)).toEqual(
      starts.map((start) => Math.floor(start / 1000) * 1000).toReversed(),
    );
  });
});

it('the app fills its history by itself, and asks its own public address when it is told to', async () => {
  const sandbox = await startSandbox({ sip: false });
  closing.push(() => sandbox.stop());
  const { account, url } = sandbox;
  const at = Date.now() - 40 * MINUTE;
  sandbox.history.add(leg(at), leg(at - 5 * DAY, { disposition: 'cancel', seconds: 0, isRecorded: false }));
  const dir = mkdtempSync(join(tmpdir(), 'megadial-app-'));
  closing.push(async () => rmSync(dir, { recursive: true }));
  const provision = join(dir, 'provision.json');
  const mine = { pbxId: String(account.pbxId), extension: '101', sipPassword: 'secret' };
  const settings = {
    apiBaseUrl: url,
    relayPort: 0,
    sipWssUrls: ['wss://phone.example'],
    relaySources: ['127.0.0.0/8'],
  };
  writeFileSync(
    provision,
    JSON.stringify({ settings, account: { key: account.key, secret: account.secret, ...mine }, sessionOnly: true }),
  );
  const { shell, told, emit } = fakeShell({ userDataDir: dir, switches: { provision }, fetch });
  const [workerPath = '', contactsWorkerPath = ''] = ['store', 'contacts-file'].map((folder) =>
    fileURLToPath(new URL(`../../src-main/${folder}/worker.ts`, import.meta.url)),
  );
  await createApp({ shell, workerPath, contactsWorkerPath, log: silentLog, now: Date.now });
  const handlers = told.find((one) => one.name === 'handle')?.args[0] as Handlers;
  closing.push(async () => {
    const waiting: Promise<unknown>[] = [];
    emit('quit', { waitFor: (promise) => void waiting.push(promise) });
    const off = { type: 'registration', state: 'off', error: null, realm: null, retryIn: null } as const;
    await handlers['engine.event']('engine', off);
    await Promise.all(waiting);
  });
  const state = async () => handlers['state.get']('main');
  await vi.waitFor(
    async () => expect((await state()).statistics).toMatchObject({ state: 'idle', error: null }),
    10_000,
  );
  const filter = { direction: null, missed: false, disposition: null, search: '' };
  const { rows } = await handlers['history.page']('main', { before: null, limit: 50, filter });
  expect(rows.map(({ call, recording }) => [call.disposition, recording.state])).toEqual([
    ['answered', 'waiting'],
    ['cancelled', 'none'],
  ]);
  expect((await state()).missed).toBe(0);

  expect(await handlers['direct.check']('main')).toMatchObject({ advice: 'no-address' });
  const tunnel = await startTunnel(`http://127.0.0.1:${(await state()).relay.port}`);
  closing.push(() => tunnel.stop());
  await handlers['settings.set']('main', { publicUrl: tunnel.url });
  expect(await handlers['direct.register']('main', { replace: false })).toMatchObject({ state: 'registered' });
  expect(sandbox.webhooks.urls.callinfo).toBe(`${tunnel.url}/megacall`);
});

it('a person’s requests are not held up while the statistics wait for their turn', async () => {
  const { sandbox, client, poller, look } = await setUp({ limited: true });
  poller.wake();
  await look();
  // The third request of this minute, and one that must wait for the next.
  const ask = () => client.statisticsPbx({ start: 0, end: 1, callType: 'in' }, 0);
  await ask();
  // Nobody waits for this one.
  ask().catch(() => undefined);
  expect((await client.callback({ from: '101', to: '+34600111222' })).from).toBe('101');
  expect((await client.balance()).currency).toBe('EUR');
  expect(sandbox.api.log.filter(({ path }) => path.startsWith('/v1/statistics'))).toHaveLength(3);
});
