// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget, Priority } from './rate-limiter.ts';
import { createRateLimiter, LIMITS, WINDOW_MS } from './rate-limiter.ts';

/** A clock that jumps to the next sleeper: hours pass in milliseconds. */
function fakeClock() {
  let time = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => time,
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ at: time + ms, wake })),
    sleepers: () => sleepers.length,
    async until(end: number) {
      await settle();
      for (;;) {
        const first = sleepers.toSorted((a, b) => a.at - b.at)[0];
        if (!first || first.at > end) break;
        time = Math.max(time, first.at);
        sleepers = sleepers.filter((sleeper) => sleeper !== first);
        first.wake();
        await settle();
      }
      time = Math.max(time, end);
    },
  };
}

const asked = fc.record({
  after: fc.oneof({ weight: 5, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(40_000) }),
  budget: fc.constantFrom<Budget>('general', 'general', 'general', 'statistics'),
  priority: fc.constantFrom<Priority>('call', 'ui', 'background'),
  maxWait: fc.constantFrom(0, 3_000, 15_000, Number.POSITIVE_INFINITY),
  pause: fc.option(fc.nat(30_000), { freq: 30 }),
});

describe('rate limiter', () => {
  it('never lets out more than the limit in any sixty seconds, and answers everyone in time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 50, maxLength: 400 }), async (requests) => {
        const clock = fakeClock();
        const limiter = createRateLimiter(clock.now, clock.sleep);
        const sent: { at: number; budget: Budget }[] = [];
        const late: number[] = [];
        let answered = 0;
        for (const { after, budget, priority, maxWait, pause } of requests) {
          await clock.until(clock.now() + after);
          if (pause !== null) limiter.pause(budget, pause);
          const askedAt = clock.now();
          limiter
            .acquire(budget, priority, maxWait)
            .then(
              () => {
                sent.push({ at: clock.now(), budget });
                if (clock.now() > askedAt + maxWait) late.push(clock.now() - askedAt);
              },
              (error: unknown) => expect(error).toMatchObject({ code: 'api.rate-limited' }),
            )
            .finally(() => answered++);
        }
        await clock.until(clock.now() + requests.length * WINDOW_MS);
        expect(answered).toBe(requests.length);
        expect(late).toEqual([]);
        for (const budget of ['general', 'statistics'] as const) {
          const counted = sent.filter((one) => budget === 'general' || one.budget === budget).map(({ at }) => at);
          for (const [index, at] of counted.entries()) {
            const later = counted[index + LIMITS[budget]];
            if (later !== undefined) expect(later - at).toBeGreaterThanOrEqual(WINDOW_MS);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('lets a call go before what a person waits for, and that before the rest', async () => {
    const clock = fakeClock();
    const limiter = createRateLimiter(clock.now, clock.sleep);
    for (let i = 0; i < LIMITS.general; i++) await limiter.acquire('general', 'call', 0);
    const order: Priority[] = [];
    for (const priority of ['background', 'ui', 'call', 'ui', 'call'] as const) {
      void limiter.acquire('general', priority, Number.POSITIVE_INFINITY).then(() => order.push(priority));
    }
    await clock.until(WINDOW_MS - 1);
    expect(order).toEqual([]);
    await clock.until(WINDOW_MS);
    expect(order).toEqual(['call', 'call', 'ui', 'ui', 'background']);
  });

  it('keeps room for people and calls when something floods in the background', async () => {
    const clock = fakeClock();
    const limiter = createRateLimiter(clock.now, clock.sleep);
    let background = 0;
    for (let i = 0; i < 200; i++) {
      void limiter.acquire('general', 'background', Number.POSITIVE_INFINITY).then(() => background++);
    }
    await clock.until(1);
    expect(background).toBe(80);
    for (let i = 0; i < 15; i++) await limiter.acquire('general', 'ui', 0);
    await expect(limiter.acquire('general', 'ui', 0)).rejects.toMatchObject({ params: { seconds: 60 } });
    for (let i = 0; i < 5; i++) await limiter.acquire('general', 'call', 0);
    await expect(limiter.acquire('general', 'call', 3_000)).rejects.toMatchObject({ code: 'api.rate-limited' });
  });

  it('does not hold up others for statistics, nor statistics sent before a pause', async () => {
    const clock = fakeClock();
    const limiter = createRateLimiter(clock.now, clock.sleep);
    const order: string[] = [];
    for (let i = 0; i < 4; i++) {
      void limiter.acquire('statistics', 'ui', Number.POSITIVE_INFINITY).then(() => order.push(`s${clock.now()}`));
    }
    limiter.pause('statistics', 90_000);
    void limiter.acquire('general', 'background', 0).then(() => order.push('g'));
    await clock.until(200_000);
    expect(order).toEqual(['s0', 's0', 's0', 'g', 's90000']);
    expect(clock.sleepers()).toBe(0);
  });
});
