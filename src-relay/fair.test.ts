// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { createFair } from './fair.ts';
import { createQuota } from './quota.ts';

describe('turns of desktops', () => {
  it('give each its share, whoever asked for more first', async () => {
    const fair = createFair({ atOnce: 1, waiting: 10, longestWaitMs: 10_000 });
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const work = (name: string) => async () => {
      await gate.promise;
      order.push(name);
    };
    const greedy = ['a1', 'a2', 'a3', 'a4'].map((name) => fair.run('a', work(name)));
    const modest = [fair.run('b', work('b1')), fair.run('c', work('c1')), fair.run('b', work('b2'))];
    gate.resolve();
    await Promise.all([...greedy, ...modest]);
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('go on after failures, and never run more than so many at once', async () => {
    const fair = createFair({ atOnce: 2, waiting: 10, longestWaitMs: 10_000 });
    let [running, most] = [0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      throw new Error('refused');
    };
    const all = await Promise.allSettled(['a', 'a', 'b', 'c', 'c', 'c'].map((device) => fair.run(device, work)));
    expect(all.map(({ status }) => status)).toEqual(new Array(6).fill('rejected'));
    expect(most).toBe(2);
  });

  it('are refused to whoever has too many, and given up when they do not come', async () => {
    const fair = createFair({ atOnce: 1, waiting: 1, longestWaitMs: 20 });
    const gate = Promise.withResolvers<string>();
    const first = fair.run('a', () => gate.promise);
    const second = fair.run('a', async () => 'never');
    await expect(fair.run('a', async () => 'never')).rejects.toMatchObject({ code: 'api.rate-limited' });
    await expect(second).rejects.toMatchObject({ code: 'api.rate-limited', params: { seconds: 1 } });
    gate.resolve('done');
    expect(await first).toBe('done');
    expect(await fair.run('a', async () => 'next')).toBe('next');
  });
});

describe('the quota of a device', () => {
  it('is its own, slides, and says when there is more', () => {
    let clock = 0;
    const quota = createQuota(2, 60_000, () => clock);
    const refused = (): unknown => {
      try {
        quota.take('a');
        return null;
      } catch (error) {
        return (error as { params: unknown }).params;
      }
    };
    expect(refused()).toBeNull();
    clock = 20_000;
    expect(refused()).toBeNull();
    expect(refused()).toEqual({ seconds: 40 });
    quota.take('b');
    clock = 60_000;
    expect(refused()).toBeNull();
    expect(refused()).toEqual({ seconds: 20 });
    clock = 200_000;
    expect([refused(), refused()]).toEqual([null, null]);
  });
});
