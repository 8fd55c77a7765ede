// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeepAlive } from './recovery-keepalive.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const sent: string[] = [];
  const silent = vi.fn();
  const send = (text: string) => void sent.push(text);
  const keepAlive = new KeepAlive({ send, silent, from: '1@pbx.test', domain: 'pbx.test', viaTransport: () => 'WSS' });
  keepAlive.start();
  return { sent, silent, keepAlive };
}

it('sends nothing while the server speaks', () => {
  const { sent, keepAlive } = setUp();
  for (let n = 0; n < 20; n += 1) {
    vi.advanceTimersByTime(11_000);
    expect(keepAlive.heard('SIP/2.0 200 OK\r\nCall-ID: x\r\n\r\n')).toBe(false);
  }
  expect(sent).toEqual([]);
});

it('has found any dead connection after 22 s, which leaves a REGISTER its 3 s', () => {
  const { silent } = setUp();
  vi.advanceTimersByTime(21_999);
  expect(silent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(silent).toHaveBeenCalledTimes(1);
});

it('does not ask twice where pings were answered before', () => {
  const { sent, silent, keepAlive } = setUp();
  vi.advanceTimersByTime(12_000);
  expect(keepAlive.heard('\r\n')).toBe(false);
  vi.advanceTimersByTime(17_000);
  expect(silent).toHaveBeenCalledTimes(1);
  expect(sent).toEqual(['\r\n\r\n', '\r\n\r\n']);
});

it('goes on when nobody acted, and stops when told', () => {
  const { silent, keepAlive } = setUp();
  vi.advanceTimersByTime(44_000);
  expect(silent).toHaveBeenCalledTimes(2);
  keepAlive.stop();
  vi.advanceTimersByTime(100_000);
  expect(silent).toHaveBeenCalledTimes(2);
});
