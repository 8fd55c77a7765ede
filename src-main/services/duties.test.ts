// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createLeases } from '../../src-relay/leases.ts';
import { AppError } from '../../src-shared/errors.ts';
import { type Job, TAKE_OVER_AFTER_MS } from '../../src-shared/rules/duty.ts';
import { silentLog } from '../../test/fakes.ts';
import { createMemoryStore } from '../../test/relay/memory-store.ts';
import { migrate } from '../store/migrate.ts';
import { openTables } from '../store/tables.ts';
import { createDuties, type Duties, LEASE_MS, type Leases, LOCAL_LEASES, type Work } from './duties.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A clock that only goes on when told, and whatever was planned on it. */
function virtualTime() {
  let time = 1_000_000;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    schedule: (run: () => void, ms: number) => void timers.push({ at: time + ms, run }),
    async goOn(ms: number) {
      const until = time + ms;
      for (;;) {
        await settled();
        const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        time = Math.max(time, next.at);
        next.run();
      }
      time = until;
    },
  };
}

/** The table of jobs of one desktop, which outlives the program. */
function jobStore() {
  const db = new Database(':memory:');
  migrate(db);
  const { jobs } = openTables(db);
  return {
    plan: async (...args: Parameters<typeof jobs.plan>) => jobs.plan(...args),
    open: async () => jobs.open(),
    worked: async (...args: Parameters<typeof jobs.worked>) => jobs.worked(...args),
    done: async (...args: Parameters<typeof jobs.done>) => jobs.done(...args),
  };
}

function alone(work: Work, leases: Leases = LOCAL_LEASES, store = jobStore()) {
  const time = virtualTime();
  const options = { store, leases: () => leases, work: { reminder: work }, ...time, random: () => 0.5, log: silentLog };
  return { time, store, duties: createDuties(options), again: () => createDuties(options) };
}

test('alone: done once in its time, never planned again', async () => {
  const work = vi.fn(async () => 'made');
  const { time, duties, store } = alone(work);
  await duties.plan('reminder:p1', 10_000, { row: 7 });
  await duties.plan('reminder:p1', 0, { row: 7 });
  await time.goOn(9_999);
  expect(work).not.toHaveBeenCalled();
  await time.goOn(1);
  expect(work.mock.calls).toMatchObject([['p1', { row: 7 }, expect.any(AbortSignal)]]);
  await duties.plan('reminder:p1', 0, {});
  await time.goOn(3_600_000);
  expect(work).toHaveBeenCalledTimes(1);
  expect(await store.open()).toEqual([]);
});

test('what was planned when the program ended is done after the start', async () => {
  const work = vi.fn(async () => '');
  const { time, duties, again } = alone(work);
  await duties.plan('reminder:p1', 60_000, {});
  await duties.stop();
  await time.goOn(120_000);
  expect(work).not.toHaveBeenCalled();
  const next = again();
  await next.resume();
  await next.resume();
  await time.goOn(0);
  expect(work).toHaveBeenCalledTimes(1);
});

test('work that fails, throws nobody’s name, or never ends, is tried again, more and more rarely', async () => {
  const at: number[] = [];
  const { time, duties, store } = alone(async () => {
    at.push(time.now());
    if (at.length === 1) throw new Error('no network');
    if (at.length === 2) return new Promise(() => {});
    if (at.length < 15) throw new AppError('team.offline');
    return '';
  });
  await duties.plan('reminder:p1', 0, {});
  await time.goOn(5 * 3_600_000);
  expect(at).toHaveLength(15);
  const waits = at.slice(1).map((one, index) => one - (at[index] ?? 0));
  expect(waits.slice(0, 4)).toEqual([5_000, 30_000, 20_000, 40_000]);
  expect(Math.max(...waits)).toBe(600_000);
  expect(await store.open()).toEqual([]);
});

test('when the relay is back, what failed is tried at once; what somebody else does is waited for', async () => {
  let on = false;
  const take = vi.fn(async (job: Job) => {
    if (!on) throw new AppError('team.offline');
    return job === 'reminder:held' ? ('held' as const) : ('granted' as const);
  });
  const work = vi.fn(async () => '');
  const { time, duties } = alone(work, { ...LOCAL_LEASES, take });
  await duties.plan('reminder:p1', 0, {});
  await time.goOn(3 * 3_600_000);
  on = true;
  duties.wake();
  await time.goOn(0);
  expect(work).toHaveBeenCalledTimes(1);
  await duties.plan('reminder:held', 0, {});
  await time.goOn(0);
  const tries = take.mock.calls.length;
  duties.wake();
  await time.goOn(0);
  expect(take.mock.calls.length).toBe(tries);
  await time.goOn(LEASE_MS);
  expect(take.mock.calls.length).toBe(tries + 1);
});

test('after a crash between the work and its word, only the word is left', async () => {
  const work = vi.fn(async () => 'made');
  const done = vi.fn(async (): Promise<void> => new Promise(() => {}));
  const { time, duties, again, store } = alone(work, { ...LOCAL_LEASES, done });
  await duties.plan('reminder:p1', 0, {});
  await time.goOn(0);
  expect(await store.open()).toMatchObject([{ state: 'worked', data: 'made' }]);
  const next = again();
  done.mockResolvedValue(undefined);
  await next.resume();
  await time.goOn(0);
  expect(work).toHaveBeenCalledTimes(1);
  expect(done).toHaveBeenLastCalledWith('reminder:p1', 'made');
  expect(await store.open()).toEqual([]);
});

test('who lost the lease leaves it to the other', async () => {
  const done = async (): Promise<void> => {
    throw new AppError('team.refused', { message: 'lease.lost', code: 'lease.lost' });
  };
  const { time, duties, store } = alone(async () => '', { ...LOCAL_LEASES, done });
  await duties.plan('reminder:p1', 0, {});
  await time.goOn(0);
  expect(await store.open()).toEqual([]);
});

/** Pseudo-random numbers of a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A company: real leases of a relay, desktops that crash and start again, a network that loses questions and answers.
 * The work writes something that all can look up, over the same network.
 */
function company(seed: number, size: number) {
  const time = virtualTime();
  const random = randomOf(seed);
  const leases = createLeases(createMemoryStore(time.now).kv, 7 * 24 * 3_600_000, time.now);
  const written = new Map<string, number>();
  let atWork = 0;
  let mostAtWork = 0;
  let faults = 0.25;

  function desktop(index: number) {
    const store = jobStore();
    const caller = { tenant: 't', extension: `10${index}`, role: 'agent', device: `d${index}` } as const;
    let life = 0;
    let duties: Duties | null = null;

    /** Reaches the relay after a while, or not; the answer comes back to this life of the program, or never. */
    const over = <T>(ask: () => Promise<T>): Promise<T> => {
      const mine = life;
      const fate = random();
      return new Promise((resolve, reject) => {
        const back = (run: () => void, ms: number): void => time.schedule(() => mine === life && run(), ms);
        const lost = (): void => back(() => reject(new AppError('team.unreachable')), 4_000);
        if (fate < faults / 2) return lost();
        time.schedule(() => {
          const answer = ask();
          if (fate < faults) return lost();
          const way = random() * 900;
          answer.then(
            (value) => back(() => resolve(value), way),
            (error: unknown) => back(() => reject(toRefusal(error)), way),
          );
        }, random() * 900);
      });
    };
    /** A disk that a dead program does not write to. */
    const alive = <A extends readonly unknown[], T>(run: (...args: A) => Promise<T>) => {
      const mine = life;
      return (...args: A): Promise<T> => (mine === life ? run(...args) : new Promise(() => {}));
    };
    const work: Work = async (subject) => {
      atWork += 1;
      mostAtWork = Math.max(mostAtWork, atWork);
      try {
        const known = await over(async () => written.get(subject) ?? 0);
        if (known > 0) return 'found';
        await over(async () => written.set(subject, (written.get(subject) ?? 0) + 1));
        return 'made';
      } finally {
        atWork -= 1;
      }
    };

    return {
      async start() {
        if (duties !== null) return;
        const mine = life;
        duties = createDuties({
          store: {
            plan: alive(store.plan),
            open: alive(store.open),
            worked: alive(store.worked),
            done: alive(store.done),
          },
          leases: () => ({
            take: (job, ms) => over(() => leases.take(caller, job, ms)),
            done: (job, result) => over(() => leases.done(caller, job, result)),
            release: (job) => over(() => leases.release(caller, job)),
          }),
          work: { reminder: work },
          now: time.now,
          schedule: (run, ms) => time.schedule(() => mine === life && run(), ms),
          random,
          log: silentLog,
        });
        await duties.resume();
      },
      crash() {
        life += 1;
        duties = null;
        // Whatever it was at dies with it.
        atWork = 0;
      },
      plan: async (job: Job, delay: number) => duties?.plan(job, delay, {}),
      open: async () => (await store.open()).length,
    };
  }
  return {
    time,
    random,
    written,
    desktops: Array.from({ length: size }, (_, index) => desktop(index)),
    mostAtWork: () => mostAtWork,
    calm: () => {
      faults = 0;
    },
  };
}

function toRefusal(error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new AppError('team.refused', { message: code, code });
}

test('in a company with crashes and lost words, each job is done exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 4 }), async (seed, size) => {
      const { time, random, written, desktops, calm } = company(seed, size);
      const jobs = ['p1', 'p2', 'p3'];
      for (const one of desktops) await one.start();
      for (const subject of jobs) {
        const turn = Math.floor(random() * size);
        for (const [index, one] of desktops.entries()) {
          await one.plan(`reminder:${subject}`, index === turn ? 0 : TAKE_OVER_AFTER_MS);
          await time.goOn(random() * 2_000);
        }
      }
      for (let step = 0; step < 12; step += 1) {
        const one = desktops[Math.floor(random() * size)];
        if (random() < 0.5) one?.crash();
        else await one?.start();
        await time.goOn(random() * 30_000);
      }
      calm();
      for (const one of desktops) await one.start();
      await time.goOn(2 * 3_600_000);
      expect([...written].sort()).toEqual(jobs.map((subject) => [subject, 1]));
      for (const one of desktops) expect(await one.open()).toBe(0);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('two desktops are never at one job in the same moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 5 }), async (seed, size) => {
      const { time, random, desktops, mostAtWork } = company(seed, size);
      for (const one of desktops) await one.start();
      for (const one of desktops) {
        await one.plan('reminder:p1', 0);
        await time.goOn(random() * 500);
      }
      await time.goOn(20 * 60_000);
      expect(mostAtWork()).toBe(1);
    }),
    { numRuns: 40 },
  );
}, 60_000);
