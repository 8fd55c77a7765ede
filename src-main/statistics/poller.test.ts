// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import { utcToWall } from '../../src-shared/megacall/clock.ts';
import { fixedZone } from '../../src-shared/megacall/zone.ts';
import type { AppState } from '../../src-shared/state.ts';
import { memoryStore } from '../../test/call-stand.ts';
import { silentLog } from '../../test/fakes.ts';
import type { StatisticsSource } from './pages.ts';
import { createPoller, LOOK_BACK_MS } from './poller.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 4, 14, 9, 30, 5);

type Call = { readonly id: string; readonly at: number; readonly lasts?: number };

/** A poller on a clock that only moves when told, and a PBX that shows a call once it is over. */
function stand(
  own: { calls?: Call[]; limit?: number; mode?: 'alone' | 'team'; pollMinutes?: number; historyDays?: number } = {},
) {
  const calls = own.calls ?? [];
  const clock = { now: T0 };
  const cursors = memoryStore().cursors;
  const account = { name: '1-101' as string | null };
  const failing: { with: AppError | null } = { with: null };
  const full: { disk: boolean } = { disk: false };
  /** While it is set, the PBX takes its time. */
  const slow: { until: Promise<void> | null } = { until: null };
  const stopAfter = { asked: 0 };
  const fed: { id: string; since: number; at: number }[] = [];
  const asked: { at: number; start: number; callType: string }[] = [];
  const told: AppState['statistics'][] = [];
  const verdict = { told: 0, untold: 1 };
  let timers: { at: number; run: () => void }[] = [];

  const source: StatisticsSource = {
    ready: async () => undefined,
    async page({ start, end, callType, skip }) {
      asked.push({ at: clock.now, start, callType });
      if (failing.with !== null) throw failing.with;
      if (asked.length > stopAfter.asked) await slow.until;
      const found = calls
        .filter(({ at, lasts = 0 }) => callType === 'in' && at >= start && at <= end && at + lasts <= clock.now)
        .sort((a, b) => a.at - b.at)
        .slice(skip, skip + (own.limit ?? 1000));
      const rows = found.map(({ id, at }) => ({ call_id: id, callstart: utcToWall(at, 0), pbx_call_id: `in_${id}` }));
      return { rows, more: rows.length >= (own.limit ?? 1000) };
    },
  };
  const start = () =>
    createPoller({
      ...{ source: () => (account.name === null ? null : source), account: () => account.name },
      ...{ mode: () => own.mode ?? 'alone', zone: () => fixedZone(0), cursors, log: silentLog },
      settings: () => ({ historyDays: own.historyDays ?? 30, pollMinutes: own.pollMinutes ?? 5 }),
      async feed(rows, since) {
        if (full.disk) throw new AppError('store.disk-full');
        fed.push(...rows.map(({ callId }) => ({ id: callId, since, at: clock.now })));
        return verdict;
      },
      tell: (state) => void told.push(state),
      now: () => clock.now,
      schedule: (run, ms) => {
        const timer = { at: clock.now + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
    });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 60; turn++) await new Promise(setImmediate);
  };
  /** Lets time pass; what is planned happens when it is due. */
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now + ms;
    await settle();
    for (;;) {
      const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers = timers.filter((timer) => timer !== next);
      clock.now = Math.max(clock.now, next.at);
      next.run();
      await settle();
    }
    clock.now = until;
  };
  const reset = (): void => {
    timers = [];
  };
  const ids = (): string[] => fed.map(({ id }) => id);
  return {
    clock,
    cursors,
    account,
    failing,
    full,
    slow,
    stopAfter,
    fed,
    asked,
    told,
    verdict,
    calls,
    start,
    pass,
    reset,
    ids,
  };
}

const looks = (asked: readonly { at: number; callType: string }[]) => [
  ...new Set(asked.filter(({ callType }) => callType === 'in').map(({ at }) => (at - T0) / SECOND)),
];

describe('at the start', () => {
  test('as many days as the setting says, of a small company with one request for each direction', async () => {
    const days = [0.5, 2, 10, 29, 31];
    const calls = days.map((day) => ({ id: `${day}`, at: T0 - day * DAY }));
    const { start, pass, ids, asked } = stand({ calls });
    start().wake();
    await pass(SECOND);
    expect(ids()).toEqual(['29', '10', '2', '0.5']);
    expect(asked.map(({ callType }) => callType)).toEqual(['in', 'out']);
    const long = stand({ calls, historyDays: 365 });
    long.start().wake();
    await long.pass(SECOND);
    expect(new Set(long.ids()).size).toBe(5);
    // Thirteen windows, the newest day, and the last quarter of an hour of the first window again.
    expect(long.asked.length).toBeLessThanOrEqual(2 * 15);
  });

  test('of a large one the newest day before what is old, and old calls are no news', async () => {
    const days = [0.5, 2, 10, 20, 25, 29];
    const calls = days.map((day) => ({ id: `${day}`, at: T0 - day * DAY }));
    const { start, pass, ids, fed, told } = stand({ calls, limit: 3 });
    start().wake();
    await pass(SECOND);
    expect(ids().slice(0, 4)).toEqual(['29', '25', '20', '0.5']);
    expect(new Set(ids())).toEqual(new Set(['0.5', '29', '25', '20', '10', '2']));
    expect(new Set(fed.map(({ since }) => since))).toEqual(new Set([T0]));
    expect(told.at(-1)).toEqual({ state: 'idle', until: T0, error: null });
    expect(told.map(({ state }) => state)).toContain('filling');
  });

  test('later from where it was, also for calls that were not over then', async () => {
    const world = stand({ calls: [{ id: 'long', at: T0 - 5 * HOUR, lasts: 5 * HOUR + MINUTE }] });
    const first = world.start();
    first.wake();
    await world.pass(SECOND);
    await first.stop();
    world.reset();
    expect(world.ids()).toEqual([]);
    world.clock.now += 3 * DAY;
    world.calls.push({ id: 'meanwhile', at: T0 + DAY });
    world.start().wake();
    await world.pass(SECOND);
    expect(world.ids().sort()).toEqual(['long', 'meanwhile']);
    // The first start of all says what is old.
    expect(world.fed.every(({ since }) => since === T0)).toBe(true);
    expect(Math.min(...world.asked.slice(-2).map((one) => one.start))).toBeGreaterThan(T0 - LOOK_BACK_MS - HOUR);
  });

  test('without history wanted, only what comes', async () => {
    const world = stand({ historyDays: 0, calls: [{ id: 'old', at: T0 - HOUR }] });
    world.start().wake();
    await world.pass(SECOND);
    expect(world.ids()).toEqual([]);
  });

  test('nothing without an account, and all anew for another one', async () => {
    const world = stand({ calls: [{ id: '1', at: T0 - HOUR }] });
    world.account.name = null;
    const poller = world.start();
    poller.wake();
    await world.pass(MINUTE);
    expect(world.asked).toEqual([]);
    expect(world.told.at(-1)?.state).toBe('off');
    for (const name of ['1-101', '1-102']) {
      world.account.name = name;
      poller.wake();
      await world.pass(3 * MINUTE);
    }
    expect(world.asked.filter(({ start }) => start < T0 - 29 * DAY)).toHaveLength(4);
  });
});

describe('a long time to be filled', () => {
  const many = Array.from({ length: 40 }, (_, n) => ({ id: `c${n}`, at: T0 - 20 * DAY + n * HOUR }));

  test('goes on after a restart where it was, and a look that is due goes first', async () => {
    const world = stand({ calls: [...many], limit: 10 });
    const poller = world.start();
    poller.wake();
    const never = Promise.withResolvers<void>();
    world.stopAfter.asked = 4;
    world.slow.until = never.promise;
    await world.pass(SECOND);
    await poller.stop();
    world.reset();
    const before = world.ids();
    expect(before.length).toBeGreaterThan(10);
    expect(before.length).toBeLessThan(30);
    world.slow.until = null;
    world.start().wake();
    await world.pass(SECOND);
    expect(new Set(world.ids())).toEqual(new Set(many.map(({ id }) => id)));
    // What was told before the end is not asked for again, but for what may stand on two pages.
    expect(world.ids().slice(before.length)).not.toContain('c0');
  });

  test('is noted for good before it is filled, and filled without any look in a team', async () => {
    const world = stand({ mode: 'team', calls: [{ id: 'lost', at: T0 + 2 * HOUR }] });
    const poller = world.start();
    poller.wake();
    await world.pass(DAY);
    expect(looks(world.asked)).toEqual([0]);
    world.account.name = null;
    world.account.name = '1-101';
    await poller.fillGap(T0 + HOUR, T0 + 3 * HOUR);
    await poller.stop();
    world.reset();
    expect(world.ids()).toEqual([]);
    world.start().wake();
    await world.pass(DAY);
    expect(world.ids()).toEqual(['lost']);
    expect(looks(world.asked)).toHaveLength(2);
  });

  test('waits for the account, over a restart too', async () => {
    const world = stand({ mode: 'team', calls: [{ id: 'lost', at: T0 - 200 * DAY }] });
    const known = world.start();
    known.wake();
    await world.pass(DAY);
    world.account.name = null;
    await known.fillGap(T0 - 200 * DAY - HOUR, T0 - 200 * DAY + HOUR);
    await world.pass(DAY);
    expect(world.ids()).toEqual([]);
    world.account.name = '1-101';
    known.wake();
    await world.pass(DAY);
    expect(world.ids()).toEqual(['lost']);
    await known.stop();

    world.calls.push({ id: 'older', at: T0 - 300 * DAY });
    world.account.name = null;
    const before = world.start();
    await before.fillGap(T0 - 300 * DAY - HOUR, T0 - 300 * DAY + HOUR);
    await before.stop();
    world.reset();
    world.account.name = '1-101';
    const after = world.start();
    after.wake();
    await world.pass(DAY);
    expect(world.ids()).toEqual(['lost', 'older']);
    // Once.
    after.wake();
    const asked = world.asked.length;
    await world.pass(DAY);
    expect(world.asked).toHaveLength(asked);
  });

  test('two gaps at once are both filled', async () => {
    const world = stand({
      mode: 'team',
      calls: [
        { id: 'a', at: T0 - 100 * DAY },
        { id: 'b', at: T0 - 80 * DAY },
      ],
    });
    const poller = world.start();
    poller.wake();
    await world.pass(SECOND);
    await Promise.all([
      poller.fillGap(T0 - 101 * DAY, T0 - 99 * DAY),
      poller.fillGap(T0 - 81 * DAY, T0 - 79 * DAY),
      poller.fillGap(T0, T0 - DAY),
    ]);
    await world.pass(SECOND);
    expect(world.ids()).toEqual(['a', 'b']);
  });
});

describe('how often', () => {
  test('every five minutes as the only source, and no row twice', async () => {
    const world = stand({ calls: [{ id: '1', at: T0 + 12 * MINUTE, lasts: MINUTE }] });
    world.start().wake();
    await world.pass(21 * MINUTE);
    expect(looks(world.asked)).toEqual([0, 300, 600, 900, 1200]);
    expect(world.fed).toMatchObject([{ id: '1', at: T0 + 15 * MINUTE }]);
  });

  test('soon after a call of mine, but never twice within two minutes', async () => {
    const world = stand({ calls: [] });
    const poller = world.start();
    poller.wake();
    await world.pass(3 * MINUTE);
    for (let n = 0; n < 12; n++) {
      poller.callEnded();
      poller.wake();
      await world.pass(10 * SECOND);
    }
    const times = looks(world.asked);
    expect(times).toEqual([0, 180, 300]);
    poller.callEnded();
    await world.pass(2 * MINUTE);
    expect(looks(world.asked)).toEqual([0, 180, 300, 420]);
  });

  test('hourly while webhooks tell of every call before, and often again when they do not', async () => {
    const world = stand({ calls: [] });
    world.start().wake();
    Object.assign(world.verdict, { told: 1, untold: 0 });
    world.calls.push({ id: 'told', at: T0 + MINUTE });
    await world.pass(3 * HOUR);
    expect(looks(world.asked)).toEqual([0, 300, 3900, 7500]);
    Object.assign(world.verdict, { told: 1, untold: 1 });
    world.calls.push({ id: 'untold', at: T0 + 3 * HOUR });
    await world.pass(30 * MINUTE);
    expect(looks(world.asked).slice(4)).toEqual([11_100, 11_400, 11_700, 12_000, 12_300, 12_600]);
  });

  test('only when woken when the setting says never', async () => {
    const world = stand({ pollMinutes: 0 });
    const poller = world.start();
    poller.wake();
    await world.pass(10 * HOUR);
    poller.callEnded();
    await world.pass(HOUR);
    poller.wake();
    await world.pass(HOUR);
    expect(looks(world.asked)).toEqual([0, 39_600]);
  });
});

describe('when it fails', () => {
  test('tries again at growing distances, at once after a wake-up, and loses nothing', async () => {
    const world = stand({ calls: [{ id: '1', at: T0 - MINUTE }] });
    const poller = world.start();
    world.failing.with = new AppError('api.network');
    poller.wake();
    await world.pass(12 * MINUTE);
    expect(looks(world.asked)).toEqual([0, 10, 30, 70, 150, 310, 630]);
    expect(world.told.at(-1)).toMatchObject({ state: 'failed', until: null, error: { code: 'api.network' } });
    world.failing.with = null;
    poller.wake();
    await world.pass(SECOND);
    expect(world.ids()).toEqual(['1']);
    expect(world.told.at(-1)).toMatchObject({ state: 'idle', error: null });
  });

  test('keys that are refused are not tried every few seconds', async () => {
    const world = stand();
    world.failing.with = new AppError('api.unauthorized');
    world.start().wake();
    await world.pass(150 * MINUTE);
    expect(looks(world.asked)).toEqual([0, 3600, 7200]);
  });

  test('rows that could not be kept come again', async () => {
    const world = stand({ calls: [{ id: '1', at: T0 - MINUTE }] });
    world.full.disk = true;
    world.start().wake();
    await world.pass(MINUTE);
    world.full.disk = false;
    await world.pass(5 * MINUTE);
    expect(world.ids()).toEqual(['1']);
  });

  test('an account that changes while the PBX is asked gets none of the other’s rows', async () => {
    const world = stand({ calls: [{ id: '1', at: T0 - MINUTE }] });
    const poller = world.start();
    const answer = Promise.withResolvers<void>();
    world.slow.until = answer.promise;
    poller.wake();
    await world.pass(SECOND);
    expect(world.asked).toHaveLength(1);
    world.account.name = '2-101';
    answer.resolve();
    await world.pass(SECOND);
    await world.pass(SECOND);
    // Asked anew as the other account, whose rows they then are.
    expect(world.fed.map(({ id }) => id)).toEqual(['1']);
    expect(await world.cursors.get('statistics.1-101.in.until')).toBeNull();
    expect(await world.cursors.get('statistics.2-101.in.until')).not.toBeNull();
  });
});

test('whatever happens in between, every call is told once all works', async () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('call' as const), lasts: fc.integer({ min: 0, max: 5 * HOUR }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40 * MINUTE }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('restart', 'fail', 'fill disk', 'mend', 'wake', 'sleep' as const) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.constantFrom(3, 1000), async (steps, limit) => {
      const world = stand({ limit });
      let poller = world.start();
      poller.wake();
      for (const one of steps) {
        if (one.do === 'call')
          world.calls.push({ id: `c${world.calls.length}`, at: world.clock.now, lasts: one.lasts });
        else if (one.do === 'pass') await world.pass(one.ms);
        else if (one.do === 'restart') {
          await poller.stop();
          world.reset();
          poller = world.start();
          poller.wake();
        } else if (one.do === 'fail') world.failing.with = new AppError('api.timeout');
        else if (one.do === 'fill disk') world.full.disk = true;
        else if (one.do === 'wake') poller.wake();
        else if (one.do === 'sleep') world.clock.now += 3 * DAY;
        else [world.failing.with, world.full.disk] = [null, false];
      }
      [world.failing.with, world.full.disk] = [null, false];
      await world.pass(6 * HOUR);
      expect(new Set(world.ids())).toEqual(new Set(world.calls.map(({ id }) => id)));
      await poller.stop();
    }),
    { numRuns: 60 },
  );
});
