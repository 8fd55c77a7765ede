// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { refusedDelay, retryDelay, silentDelay } from './backoff.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('tries at once, then fourteen times within thirteen seconds, then ever slower, up to half a minute', () => {
  expect([0, 1, 2, 3, 4, 14, 15, 16, 17, 18, 19, 20].map((attempt) => retryDelay(attempt, 0.5))).toEqual([
    120, 500, 1_000, 1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
});

it('stays within its limits for any attempt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (attempt, r) => {
      expect(retryDelay(attempt, r)).toBeGreaterThanOrEqual(375);
      expect(retryDelay(attempt, r)).toBeLessThanOrEqual(37_500);
      expect(silentDelay(attempt, r)).toBeGreaterThanOrEqual(0);
      expect(silentDelay(attempt, r)).toBeLessThanOrEqual(37_500);
    }),
  );
});

it('does not wait between tries that nobody hears, for two minutes', () => {
  expect([0, 1, 24, 25, 26].map((attempt) => silentDelay(attempt, 0.5))).toEqual([125, 125, 125, 2_000, 4_000]);
});

it('asks a refused login rarely', () => {
  expect([0, 1, 2, 3, 4, 9].map((attempt) => refusedDelay(attempt, 0.5))).toEqual([
    60_000, 120_000, 240_000, 480_000, 600_000, 600_000,
  ]);
});

it('spreads desktops that lost the same switch', () => {
  expect(new Set([0, 0.3, 0.6, 0.9].map((r) => retryDelay(3, r))).size).toBe(4);
});
