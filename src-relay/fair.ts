// SPDX-License-Identifier: MIT
import { WireFailure } from './parts.ts';

/** Work for many desktops on one account: some at a time, each desktop in its turn. */
export type Fair = {
  /** Rejects with WireFailure `api.rate-limited` when it cannot begin in time, else as the work does. */
  run<T>(device: string, work: () => Promise<T>): Promise<T>;
};

export type FairOptions = {
  /** Pieces of work under way at once. */
  readonly atOnce: number;
  /** Pieces one desktop may have waiting. */
  readonly waiting: number;
  readonly longestWaitMs: number;
};

type Waiter = { readonly begin: () => void };

/** One desktop that asks for a hundred things waits for them; a second one that asks for one is next. */
export function createFair({ atOnce, waiting, longestWaitMs }: FairOptions): Fair {
  /** In the order of whose turn it is. */
  const queues = new Map<string, Waiter[]>();
  let running = 0;

  const next = (): void => {
    const turn = queues.entries().next().value;
    if (turn === undefined || running >= atOnce) return;
    const [device, waiters] = turn;
    const first = waiters.shift();
    queues.delete(device);
    if (waiters.length > 0) queues.set(device, waiters);
    running++;
    first?.begin();
  };

  const turnOf = (device: string): Promise<void> =>
    new Promise((begin, reject) => {
      const waiters = queues.get(device) ?? [];
      const tooMany = new WireFailure('api.rate-limited', 'too much asked of the account', {
        seconds: Math.ceil(longestWaitMs / 1000),
      });
      if (waiters.length >= waiting) {
        reject(tooMany);
        return;
      }
      const timer = setTimeout(() => {
        const left = (queues.get(device) ?? []).filter((one) => one !== waiter);
        if (left.length > 0) queues.set(device, left);
        else queues.delete(device);
        reject(tooMany);
      }, longestWaitMs);
      const waiter = {
        begin: () => {
          clearTimeout(timer);
          begin();
        },
      };
      queues.set(device, [...waiters, waiter]);
      next();
    });

  return {
    async run(device, work) {
      await turnOf(device);
      try {
        return await work();
      } finally {
        running--;
        next();
      }
    },
  };
}
