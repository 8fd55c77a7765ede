// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HOST_SETTLE_MS, type IceReason, IceTimer, STUN_WAIT_MS } from './ice-timer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function timer(hasStun: boolean) {
  const reasons: IceReason[] = [];
  return { reasons, ice: new IceTimer({ hasStun, done: (reason) => reasons.push(reason) }) };
}

describe('IceTimer', () => {
  it('sends at the first server-reflexive candidate', () => {
    const { ice, reasons } = timer(true);
    ice.candidate('host');
    vi.advanceTimersByTime(STUN_WAIT_MS - 1);
    ice.candidate('srflx');
    expect(reasons).toEqual(['srflx']);
  });

  it('sends 500 ms after the first host candidate, not after the last', () => {
    const { ice, reasons } = timer(true);
    ice.candidate('host');
    vi.advanceTimersByTime(300);
    ice.candidate('host');
    vi.advanceTimersByTime(199);
    expect(reasons).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(reasons).toEqual(['host-timeout']);
  });

  it('waits for nothing but the first burst when there is no STUN', () => {
    const { ice, reasons } = timer(false);
    ice.candidate(null);
    expect(reasons).toEqual([]);
    vi.advanceTimersByTime(HOST_SETTLE_MS);
    expect(reasons).toEqual(['host-timeout']);
  });

  it('sends when gathering is over', () => {
    const { ice, reasons } = timer(true);
    ice.complete();
    expect(reasons).toEqual(['complete']);
  });

  it('says nothing after it was cancelled', () => {
    const { ice, reasons } = timer(true);
    ice.candidate('host');
    ice.cancel();
    ice.candidate('srflx');
    ice.complete();
    vi.runAllTimers();
    expect(reasons).toEqual([]);
  });

  it('decides exactly once, and within 500 ms of the first candidate, whatever comes', () => {
    const steps = fc.array(
      fc.record({ wait: fc.nat(400), what: fc.constantFrom('host', 'srflx', 'prflx', 'complete', null) }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(steps, fc.boolean(), (events, hasStun) => {
        const { ice, reasons } = timer(hasStun);
        for (const { wait, what } of events) {
          if (what === 'complete') ice.complete();
          else ice.candidate(what);
          vi.advanceTimersByTime(wait);
        }
        vi.advanceTimersByTime(STUN_WAIT_MS);
        expect(reasons).toHaveLength(1);
      }),
    );
  });
});
