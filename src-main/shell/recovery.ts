// SPDX-License-Identifier: MIT
/** Milliseconds before the n-th reload in a row; the last repeats. */
const DELAYS = [100, 1_000, 5_000, 15_000, 60_000];
/** A page that lived this long was well: the next failure starts from the first delay. */
const WELL_AFTER = 60_000;

export type Backoff = { next(now: number): number };

/** How long to wait before a page that died is loaded again, so that one that always dies does not eat the computer. */
export function createBackoff(): Backoff {
  let failures = 0;
  let last = Number.NEGATIVE_INFINITY;
  return {
    next(now) {
      if (now - last > WELL_AFTER + (DELAYS[failures - 1] ?? 0)) failures = 0;
      last = now;
      const delay = DELAYS[Math.min(failures, DELAYS.length - 1)] ?? 0;
      failures = Math.min(failures + 1, DELAYS.length);
      return delay;
    },
  };
}
