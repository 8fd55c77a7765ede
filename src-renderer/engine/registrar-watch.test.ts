// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import { RegistrarWatch } from './registrar-watch.ts';

type Report = Extract<EngineEvent, { type: 'registration' }>;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch on a line that does nothing by itself; `drop` closes the socket as the real one does. */
function setUp(expires = 300) {
  const line = { connect: vi.fn(), register: vi.fn(), drop: vi.fn(() => watch.socketDown()) };
  const reports: Report[] = [];
  const watch = new RegistrarWatch({ line, report: (event) => reports.push(event), expires, random: () => 0.5 });
  const registered = () => {
    watch.start();
    watch.socketUp();
    watch.registerSent();
    watch.registered();
  };
  return { line, reports, watch, registered };
}

describe('RegistrarWatch', () => {
  it('connects, registers, and says each state once', () => {
    const { line, reports, registered, watch } = setUp();
    registered();
    watch.registerSent();
    watch.registered();
    expect(reports.map(({ state }) => state)).toEqual(['connecting', 'registering', 'registered']);
    expect(line.connect).toHaveBeenCalledTimes(1);
    expect(line.register).toHaveBeenCalledTimes(1);
  });

  it('mends a lost socket at once without an alarm, then says that it cannot', () => {
    const { line, reports, registered, watch } = setUp();
    registered();
    watch.socketDown();
    expect(reports.at(-1)).toMatchObject({ state: 'connecting', error: null, retryIn: 120 });
    vi.advanceTimersByTime(120);
    expect(line.connect).toHaveBeenCalledTimes(2);
    watch.socketDown();
    expect(reports.at(-1)).toMatchObject({ state: 'failed', error: { code: 'sip.unreachable' }, retryIn: 500 });
    vi.advanceTimersByTime(500);
    watch.socketDown();
    expect(reports.at(-1)).toMatchObject({ retryIn: 1_000 });
  });

  it('starts again from the quick retry after a success', () => {
    const { reports, registered, watch } = setUp();
    registered();
    for (let n = 0; n < 5; n += 1) {
      watch.socketDown();
      vi.advanceTimersByTime(60_000);
    }
    watch.socketUp();
    watch.registered();
    watch.socketDown();
    expect(reports.at(-1)).toMatchObject({ state: 'connecting', retryIn: 120 });
  });

  it('gives up a connection that does not open and a REGISTER without an answer', () => {
    const { line, watch } = setUp();
    watch.start();
    vi.advanceTimersByTime(5_000);
    expect(line.drop).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(250);
    watch.socketUp();
    watch.registerSent();
    vi.advanceTimersByTime(8_000);
    expect(line.drop).toHaveBeenCalledTimes(2);
  });

  it('retries a server error on the live socket, a refusal only after a minute', () => {
    const { line, reports, registered, watch } = setUp();
    registered();
    watch.registerFailed({ status: 503, reason: 'no', realm: null });
    expect(reports.at(-1)).toMatchObject({ error: { code: 'sip.server', params: { status: 503 } }, retryIn: 500 });
    vi.advanceTimersByTime(1_000);
    expect(line.register).toHaveBeenCalledTimes(2);
    watch.registerFailed({ status: 403, reason: 'no', realm: null });
    expect(reports.at(-1)).toMatchObject({ error: { code: 'sip.rejected' }, retryIn: 60_000 });
    vi.advanceTimersByTime(60_000);
    expect(line.register).toHaveBeenCalledTimes(3);
    expect(line.drop).not.toHaveBeenCalled();
  });

  it('waits for a new ha1 when the realm is another', () => {
    const { line, reports, watch } = setUp();
    watch.start();
    watch.socketUp();
    watch.registerFailed({ status: 401, reason: 'no', realm: 'other' });
    expect(reports.at(-1)).toMatchObject({ state: 'failed', realm: 'other', retryIn: null });
    vi.advanceTimersByTime(3_600_000);
    expect(line.register).toHaveBeenCalledTimes(1);
  });

  it('registers by itself when the library forgot to refresh', () => {
    const { line, registered } = setUp();
    registered();
    vi.advanceTimersByTime(283_999);
    expect(line.register).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(line.register).toHaveBeenCalledTimes(2);
  });

  it('tests the socket on refresh and drops it when it is silent for three seconds', () => {
    const { line, reports, registered, watch } = setUp();
    registered();
    watch.refresh();
    expect(line.register).toHaveBeenCalledTimes(2);
    expect(reports.at(-1)?.state).toBe('registered');
    vi.advanceTimersByTime(3_000);
    expect(line.drop).toHaveBeenCalledTimes(1);
  });

  it('does not wait for the timer when a refresh comes between two tries', () => {
    const { line, registered, watch } = setUp();
    registered();
    for (let n = 0; n < 4; n += 1) {
      watch.socketDown();
      if (n < 3) vi.advanceTimersByTime(60_000);
    }
    const tries = line.connect.mock.calls.length;
    watch.refresh();
    expect(line.connect).toHaveBeenCalledTimes(tries + 1);
    watch.refresh();
    expect(line.connect).toHaveBeenCalledTimes(tries + 1);
  });

  it('tries again without a pause when nobody answers, and gives a slow network more time in the end', () => {
    const { line, watch } = setUp();
    watch.start();
    vi.advanceTimersByTime(90_000);
    // Five seconds each, and the pause that spreads desktops.
    expect(line.connect).toHaveBeenCalledTimes(18);
    vi.advanceTimersByTime(15_000);
    const tries = line.connect.mock.calls.length;
    vi.advanceTimersByTime(4_000);
    expect(line.connect).toHaveBeenCalledTimes(tries);
  });

  it('starts a connection anew that was begun on a network that is gone', () => {
    const { line, watch } = setUp();
    watch.start();
    vi.advanceTimersByTime(2_000);
    watch.refresh();
    expect(line.drop).toHaveBeenCalledTimes(1);
    expect(line.connect).toHaveBeenCalledTimes(2);
    watch.refresh();
    expect(line.connect).toHaveBeenCalledTimes(2);
  });

  it('does nothing after it was stopped', () => {
    const { line, reports, registered, watch } = setUp();
    registered();
    watch.stop();
    watch.socketDown();
    watch.refresh();
    vi.advanceTimersByTime(3_600_000);
    expect(reports.at(-1)?.state).toBe('off');
    expect(line.connect).toHaveBeenCalledTimes(1);
  });
});
