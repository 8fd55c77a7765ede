// SPDX-License-Identifier: MIT
import { keyPart } from './keys.ts';
import { type Caller, WireFailure } from './parts.ts';
import type { Kv } from './store/api.ts';

/** Work that is due once for a call in a whole company (`rules/duty.ts`): who does it, or that it is done. */
export type Leases = {
  /** `granted` also to whoever holds it: its time begins anew. */
  take(caller: Caller, job: string, ms: number): Promise<'granted' | 'held' | 'done'>;
  /**
   * The job is done for good. May be said again by whoever did it.
   *
   * @throws WireFailure `lease.lost`: somebody else has it, or has done it
   */
  done(caller: Caller, job: string, result: string): Promise<void>;
  /** Somebody else may, at once. Nothing when the caller does not hold it. */
  release(caller: Caller, job: string): Promise<void>;
};

type State =
  | { readonly state: 'free' }
  | { readonly state: 'held'; readonly by: string; readonly until: number }
  | { readonly state: 'done'; readonly by: string; readonly result: string };

/** Clocks of nodes may differ by this much; a holder's time is longer by it for everybody else. Milliseconds. */
const CLOCKS_MS = 2_000;
const TRIES = 30;

/**
 * @param keptMs how long a job is known to be done: as long as events may be delivered
 * @param now UTC ms
 */
export function createLeases(kv: Kv, keptMs: number, now: () => number = Date.now): Leases {
  /** Decides on the state as it is, and again when another was quicker. `next` answers null to change nothing. */
  async function change<R>(
    caller: Caller,
    job: string,
    decide: (before: State) => { readonly next: State | null; readonly answer: R },
  ): Promise<R> {
    const key = `${caller.tenant}/${keyPart(job)}`;
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await kv.get('leases', key);
      const { next, answer } = decide(found === null ? { state: 'free' } : (JSON.parse(found.value) as State));
      if (next === null) return answer;
      if ((await kv.put('leases', key, JSON.stringify(next), found?.revision ?? 0, keptMs)) > 0) return answer;
    }
    throw new WireFailure('lease.busy');
  }

  return {
    take: (caller, job, ms) =>
      change(caller, job, (before) => {
        if (before.state === 'done') return { next: null, answer: 'done' };
        const isTaken = before.state === 'held' && before.by !== caller.device && before.until + CLOCKS_MS > now();
        if (isTaken) return { next: null, answer: 'held' };
        return { next: { state: 'held', by: caller.device, until: now() + ms }, answer: 'granted' };
      }),
    done: async (caller, job, result) => {
      const isDone = await change(caller, job, (before) => {
        if (before.state === 'free' || before.by !== caller.device) return { next: null, answer: false };
        // Late, but nobody else has begun.
        if (before.state === 'held') return { next: { state: 'done', by: caller.device, result }, answer: true };
        return { next: null, answer: true };
      });
      if (!isDone) throw new WireFailure('lease.lost');
    },
    release: (caller, job) =>
      change(caller, job, (before) => ({
        next: before.state === 'held' && before.by === caller.device ? { state: 'free' } : null,
        answer: undefined,
      })),
  };
}
