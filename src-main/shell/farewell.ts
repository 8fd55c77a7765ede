// SPDX-License-Identifier: MIT
/** The longest that quitting waits for anybody. */
const PATIENCE = 5_000; // ms

export type Waiting = { waitFor(promise: Promise<unknown>): void };

/**
 * Lets everybody finish: `ask` hands out `waitFor`, and what it is given is awaited, failures included, for five
 * seconds at most. Answers whether all were done in time.
 */
export async function farewell(ask: (waiting: Waiting) => void, patience = PATIENCE): Promise<boolean> {
  const promises: Promise<unknown>[] = [];
  ask({ waitFor: (promise) => promises.push(promise) });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patience);
  });
  const done = Promise.allSettled(promises).then(() => true as const);
  const inTime = await Promise.race([done, late]);
  clearTimeout(timer);
  return inTime;
}
