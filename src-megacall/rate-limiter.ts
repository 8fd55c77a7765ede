// SPDX-License-Identifier: MIT
import { AppError } from '../src-shared/errors.ts';

/** Calls before what a person waits for, that before what happens by itself. */
export type Priority = 'call' | 'ui' | 'background';
export type Budget = 'general' | 'statistics';

export type RateLimiter = {
  /** Resolves when a request may go out; rejects with `api.rate-limited` when the wait would be longer than `maxWait`. */
  acquire(budget: Budget, priority: Priority, maxWait: number): Promise<void>;
  /** Lets nothing of this budget out for so many milliseconds from now. */
  pause(budget: Budget, ms: number): void;
};

export const WINDOW_MS = 60_000;
/** megacall-api.md section 1.5. Every request counts as general, statistics as both. */
export const LIMITS: Readonly<Record<Budget, number>> = { general: 100, statistics: 3 };
/** Of the general budget, kept free for those more urgent: a poller must never make a person wait to call. */
const RESERVED: Readonly<Record<Priority, number>> = { call: 0, ui: 5, background: 20 };
const RANK: Readonly<Record<Priority, number>> = { call: 0, ui: 1, background: 2 };

type Waiter = {
  readonly budget: Budget;
  readonly priority: Priority;
  readonly deadline: number;
  readonly go: () => void;
  readonly giveUp: (readyAt: number) => void;
};

/**
 * Sliding windows: in no sixty seconds do more requests go out than the limit.
 *
 * @param now a clock that never goes back, in milliseconds
 */
export function createRateLimiter(now: () => number, sleep: (ms: number) => Promise<unknown>): RateLimiter {
  const sent: Record<Budget, number[]> = { general: [], statistics: [] };
  const pausedUntil: Record<Budget, number> = { general: 0, statistics: 0 };
  let waiting: readonly Waiter[] = [];
  let wakeAt = Number.POSITIVE_INFINITY;

  /** When this budget next has a place, `keep` places left free. */
  function freeAt(budget: Budget, keep: number): number {
    const place = sent[budget].at(-(LIMITS[budget] - keep));
    return Math.max(pausedUntil[budget], place === undefined ? 0 : place + WINDOW_MS);
  }

  function readyAt({ budget, priority }: Pick<Waiter, 'budget' | 'priority'>): number {
    const general = freeAt('general', RESERVED[priority]);
    return budget === 'statistics' ? Math.max(general, freeAt('statistics', 0)) : general;
  }

  function take(budget: Budget, at: number): void {
    for (const name of budget === 'statistics' ? (['general', 'statistics'] as const) : (['general'] as const)) {
      sent[name] = [...sent[name].slice(1 - LIMITS[name]), at];
    }
  }

  /** Lets out whoever may go, in order of urgency and then of arrival; the rest wait for the earliest moment. */
  function pump(): void {
    const still: Waiter[] = [];
    for (const waiter of waiting) {
      const at = now();
      const ready = readyAt(waiter);
      if (ready <= at) {
        take(waiter.budget, at);
        waiter.go();
      } else if (ready > waiter.deadline) waiter.giveUp(ready);
      else still.push(waiter);
    }
    waiting = still;
    const next = Math.min(...waiting.map(readyAt));
    if (next < wakeAt) wake(next);
  }

  function wake(at: number): void {
    wakeAt = at;
    void sleep(Math.max(1, Math.ceil(at - now()))).then(() => {
      if (wakeAt === at) wakeAt = Number.POSITIVE_INFINITY;
      pump();
    });
  }

  return {
    acquire(budget, priority, maxWait) {
      const asked = now();
      return new Promise((resolve, reject) => {
        const giveUp = (ready: number) =>
          reject(new AppError('api.rate-limited', { seconds: Math.ceil((ready - now()) / 1000) }));
        const waiter = { budget, priority, deadline: asked + maxWait, go: resolve, giveUp };
        const after = waiting.findIndex((other) => RANK[other.priority] > RANK[priority]);
        waiting = after < 0 ? [...waiting, waiter] : waiting.toSpliced(after, 0, waiter);
        pump();
      });
    },
    pause(budget, ms) {
      pausedUntil[budget] = Math.max(pausedUntil[budget], now() + ms);
    },
  };
}
