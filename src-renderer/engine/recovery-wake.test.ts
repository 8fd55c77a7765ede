// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchWake } from './recovery-wake.ts';

const page = new EventTarget();
const connection = new EventTarget();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', page);
  vi.stubGlobal('navigator', { connection });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('hears of a network and notices when the page stood still', () => {
  const woke = vi.fn();
  const stop = watchWake(woke);
  vi.advanceTimersByTime(60_000);
  expect(woke).not.toHaveBeenCalled();
  page.dispatchEvent(new Event('online'));
  connection.dispatchEvent(new Event('change'));
  expect(woke).toHaveBeenCalledTimes(2);
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(1_000);
  expect(woke).toHaveBeenCalledTimes(3);
  stop();
  page.dispatchEvent(new Event('online'));
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(5_000);
  expect(woke).toHaveBeenCalledTimes(3);
});
