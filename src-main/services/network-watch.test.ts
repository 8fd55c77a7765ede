// SPDX-License-Identifier: MIT
import type { NetworkInterfaceInfo } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { watchNetwork } from './network-watch.ts';

afterEach(() => void vi.useRealTimers());

test('another address is told of, once; the order of the list and this computer’s own addresses are not', () => {
  vi.useFakeTimers();
  const info = (address: string, internal = false) => ({ address, internal }) as NetworkInterfaceInfo;
  let now: Record<string, NetworkInterfaceInfo[]> = { eth0: [info('10.0.0.2'), info('fe80::1')] };
  const onChange = vi.fn();
  const stop = watchNetwork(onChange, () => now);
  vi.advanceTimersByTime(20_000);
  now = { lo: [info('127.0.0.1', true)], eth0: [info('fe80::1'), info('10.0.0.2')] };
  vi.advanceTimersByTime(20_000);
  expect(onChange).not.toHaveBeenCalled();
  now = {};
  vi.advanceTimersByTime(20_000);
  expect(onChange).toHaveBeenCalledTimes(1);
  stop();
  now = { wlan0: [info('192.168.1.5')] };
  vi.advanceTimersByTime(20_000);
  expect(onChange).toHaveBeenCalledTimes(1);
});
