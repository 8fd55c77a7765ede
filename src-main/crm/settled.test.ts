// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSettled } from './settled.ts';
import { laterOn } from './timer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('runs once for many changes, for each thing by itself', async () => {
  const ran: number[] = [];
  const settled = createSettled(async (id) => void ran.push(id), 3_000, laterOn);
  settled.touch(2);
  for (let pause = 0; pause < 5; pause++) {
    settled.touch(1);
    await vi.advanceTimersByTimeAsync(2_000);
  }
  expect(ran).toEqual([2]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ran).toEqual([2, 1]);
});

it('runs at the end what was still to come, waits for it, and takes up nothing after', async () => {
  const ran: number[] = [];
  const settled = createSettled(
    async (id) => {
      await Promise.resolve();
      ran.push(id);
    },
    3_000,
    laterOn,
  );
  settled.touch(1);
  await settled.stop();
  settled.touch(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ran).toEqual([1]);
});
