// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFanOut } from './fan-out.ts';
import { createRate } from './rate.ts';
import { createTurns } from './turns.ts';
import { createWheel } from './wheel.ts';

describe('the wheel', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes to each item once a turn, to few at a time, and to none that was taken off', () => {
    const turns: number[] = [];
    const perTick: number[] = [];
    const wheel = createWheel<number>(30_000, (item) => turns.push(item));
    for (let item = 0; item < 300; item++) wheel.add(item);
    wheel.remove(7);
    for (let tick = 0; tick < 60; tick++) {
      const before = turns.length;
      vi.advanceTimersByTime(1_000);
      perTick.push(turns.length - before);
    }
    const times = new Map<number, number>();
    for (const item of turns) times.set(item, (times.get(item) ?? 0) + 1);
    expect(times.size).toBe(299);
    expect(new Set(times.values())).toEqual(new Set([2]));
    expect(Math.max(...perTick)).toBe(20);
    // Nobody is asked right after it came.
    expect(perTick.slice(0, 14).every((count) => count === 0)).toBe(true);
    wheel.close();
    vi.advanceTimersByTime(60_000);
    expect(turns).toHaveLength(2 * 299);
  });

  it('runs what is due soon once, also what is added by it', () => {
    const wheel = createWheel<number>(30_000, () => {});
    const ran: string[] = [];
    wheel.soon(() => {
      ran.push('first');
      wheel.soon(() => ran.push('second'));
    });
    vi.advanceTimersByTime(1_000);
    expect(ran).toEqual(['first']);
    vi.advanceTimersByTime(5_000);
    expect(ran).toEqual(['first', 'second']);
    wheel.close();
  });
});

describe('a rate', () => {
  it('is so many at once, so many a second, for each key by itself', () => {
    let now = 0;
    const rate = createRate(2, 5, () => now);
    const taken = (key: string) => Array.from({ length: 10 }, () => rate.take(key)).filter(Boolean).length;
    expect(taken('a')).toBe(5);
    expect(taken('b')).toBe(5);
    now += 1_000;
    expect(taken('a')).toBe(2);
    now += 3600_000;
    expect(taken('a')).toBe(5);
  });

  it('forgets those who are quiet, and none who is not', () => {
    let now = 0;
    const rate = createRate(1, 2, () => now);
    rate.take('busy');
    rate.take('busy');
    for (let key = 0; key < 25_000; key++) {
      rate.take(`key ${key}`);
      now += 0.01;
    }
    expect(rate.take('busy')).toBe(false);
  });
});

it('so many jobs run at once, the others in the order they came, failed ones too', async () => {
  const turns = createTurns(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const jobs = [0, 1, 2, 3, 4].map((number) =>
    turns(async () => {
      started.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 1) throw new Error('failed');
      return number;
    }).catch(() => 'failed'),
  );
  await vi.waitFor(() => expect(started).toEqual([0, 1]));
  for (let left = 5; left > 0; left--) {
    await vi.waitFor(() => expect(ends.length).toBeGreaterThan(0));
    expect(started.length - (5 - left)).toBeLessThanOrEqual(2);
    ends.shift()?.();
  }
  expect(await Promise.all(jobs)).toEqual([0, 'failed', 2, 3, 4]);
  expect(started).toEqual([0, 1, 2, 3, 4]);
});

it('lets other things happen between jobs that wait for nothing', async () => {
  const turns = createTurns(1);
  let isOver = false;
  const jobs = Promise.all(Array.from({ length: 50 }, () => turns(async () => {}))).then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  await jobs;
});

it('an entry finds its tenant’s audience and nobody else', () => {
  const fanOut = createFanOut<string>();
  fanOut.add('acme', '101', 'a');
  fanOut.add('acme', '*', 'b');
  fanOut.add('other', '101', 'c');
  expect([...fanOut.recipients({ tenant: 'acme', audience: '101' })]).toEqual(['a']);
  expect([...fanOut.recipients({ tenant: 'acme', audience: 'control' })]).toEqual([]);
  expect(fanOut.ofTenant('acme')).toEqual(['a', 'b']);
  fanOut.remove('acme', '101', 'a');
  expect([...fanOut.recipients({ tenant: 'acme', audience: '101' })]).toEqual([]);
  expect(fanOut.ofTenant('other')).toEqual(['c']);
});
