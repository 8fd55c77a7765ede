// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';
import type { Job } from '../../src-shared/rules/duty.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from '../store/api.ts';
import type { OpenJob } from '../store/team-api.ts';

/**
 * Work that is due once in a whole company. Every desktop that may have to do it plans it; whoever holds the lease does
 * it, and whoever finds it done forgets it. It survives the program's end and outlives the desktop whose turn it was.
 */
export type Duties = {
  /**
   * Does the job in so many milliseconds, unless it was planned here before.
   *
   * @param data JSON: what the work needs to know
   */
  plan(job: Job, delayMs: number, data: unknown): Promise<void>;
  /** Goes on with what was planned when the program ended. */
  resume(): Promise<void>;
  /** What failed may go better now: the relay is back. */
  wake(): void;
  /** Resolves when nothing more is under way. */
  stop(): Promise<void>;
};

/** Who may do a job: a team's relay, or this program alone. Reject when that cannot be asked now. */
export type Leases = {
  take(job: Job, ms: number): Promise<'granted' | 'held' | 'done'>;
  done(job: Job, result: string): Promise<void>;
  release(job: Job): Promise<void>;
};

/**
 * The work for a kind of job. It must look before it writes, or write under the job's own id: another desktop may have
 * done it and fallen over before it could say so.
 *
 * @param subject what follows the kind in the job's name
 * @returns the result, at most 500 characters
 */
export type Work = (subject: string, data: unknown, signal: AbortSignal) => Promise<string>;

export type DutiesOptions = {
  readonly store: StoreApi['jobs'];
  /** Asked anew for each job: the desktop may join or leave a team. */
  readonly leases: () => Leases;
  readonly work: Readonly<Partial<Record<Kind, Work>>>;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly random?: () => number;
  readonly log: Log;
};
type Kind = Job extends `${infer K}:${string}` ? K : never;

/** A holder that says nothing for so long has vanished. The work itself must end well before. */
export const LEASE_MS = 30_000;
const WORK_MS = 20_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 10 * 60_000;
const AT_ONCE = 4;

type Planned = { readonly job: Job; state: OpenJob['state']; data: string; dueAt: number; failures: number };

/** One agent alone has nobody to share with: what is not done here is to be done. */
export const LOCAL_LEASES: Leases = {
  take: async () => 'granted',
  done: async () => undefined,
  release: async () => undefined,
};

export function createDuties(options: DutiesOptions): Duties {
  const { store, leases, work, now, schedule, log, random = Math.random } = options;
  const waiting = new Map<string, Planned>();
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let nextLook = Number.POSITIVE_INFINITY;

  const look = (): void => {
    if (stopping.signal.aborted) return;
    const due = [...waiting.values()].filter((one) => one.dueAt <= now()).sort((a, b) => a.dueAt - b.dueAt);
    for (const one of due.slice(0, AT_ONCE - underWay.size)) {
      waiting.delete(one.job);
      const run = tryOnce(one).finally(() => {
        underWay.delete(one.job);
        look();
      });
      underWay.set(one.job, run);
    }
    // Those without room are looked at when one ends.
    if (underWay.size < AT_ONCE) lookAgain();
  };
  const lookAgain = (): void => {
    const at = Math.min(...[...waiting.values()].map((one) => one.dueAt));
    if (at >= nextLook || !Number.isFinite(at)) return;
    nextLook = at;
    schedule(
      () => {
        if (nextLook === at) nextLook = Number.POSITIVE_INFINITY;
        look();
      },
      Math.max(0, at - now()),
    );
  };
  const again = (one: Planned, ms: number): void => {
    waiting.set(one.job, { ...one, dueAt: now() + ms });
  };

  const tryOnce = async (one: Planned): Promise<void> => {
    try {
      const rest = await carryOut(one);
      if (rest !== null) again(one, rest);
    } catch (error) {
      if (stopping.signal.aborted) return;
      log.warn('a job is not done yet', { job: kindOf(one.job), failures: one.failures, error });
      const wait = Math.min(FIRST_RETRY_MS * 2 ** one.failures, LONGEST_RETRY_MS);
      again({ ...one, failures: one.failures + 1 }, wait * (0.5 + random()));
    }
  };

  /** Answers null when the job is done by whomsoever, else when to ask again, ms. */
  const carryOut = async (one: Planned): Promise<number | null> => {
    const shared = leases();
    const state = await shared.take(one.job, LEASE_MS);
    if (state === 'done') {
      await store.done(one.job);
      return null;
    }
    if (state === 'held') return LEASE_MS * (0.5 + random());
    if (one.state === 'pending') {
      const result = await withinLimit(one).catch(async (error: unknown) => {
        await shared.release(one.job).catch(() => undefined);
        throw error;
      });
      // Written down before it is told: after a crash here only the telling is left.
      await store.worked(one.job, result);
      one.state = 'worked';
      one.data = result;
    }
    await shared.done(one.job, one.data).catch((error: unknown) => {
      if (!isLost(error)) throw error;
      log.warn('a job took longer than its lease', { job: kindOf(one.job) });
    });
    await store.done(one.job);
    return null;
  };

  const withinLimit = async (one: Planned): Promise<string> => {
    const run = work[kindOf(one.job)];
    if (run === undefined) throw new Error('nobody knows this work');
    const tooLong = new AbortController();
    schedule(() => tooLong.abort(), WORK_MS);
    const signal = AbortSignal.any([stopping.signal, tooLong.signal]);
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the work took too long')), { once: true });
    });
    return Promise.race([run(one.job.slice(one.job.indexOf(':') + 1), JSON.parse(one.data), signal), aborted]);
  };

  return {
    async plan(job, delayMs, data) {
      const planned = { job, dueAt: now() + delayMs, data: JSON.stringify(data) };
      if (!(await store.plan(planned))) return;
      waiting.set(job, { ...planned, state: 'pending', failures: 0 });
      look();
    },

    async resume() {
      for (const { job, state, dueAt, data } of await store.open()) {
        if (underWay.has(job) || waiting.has(job)) continue;
        waiting.set(job, { job: job as Job, state, dueAt, data, failures: 0 });
      }
      look();
    },

    wake() {
      for (const one of waiting.values()) {
        if (one.failures > 0) waiting.set(one.job, { ...one, failures: 0, dueAt: Math.min(one.dueAt, now()) });
      }
      look();
    },

    async stop() {
      stopping.abort();
      await Promise.allSettled(underWay.values());
    },
  };
}

function kindOf(job: Job): Kind {
  return job.slice(0, job.indexOf(':')) as Kind;
}

/** Somebody else had the lease by then, and does it or has done it. */
function isLost(error: unknown): boolean {
  return error instanceof AppError && error.code === 'team.refused' && error.params.code === 'lease.lost';
}
