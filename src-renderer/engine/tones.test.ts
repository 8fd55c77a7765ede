// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { CALL_WAITING, RING, RINGBACK, renderTone } from './tones.ts';

const RATE = 8_000;

describe.each([
  ['ring', RING],
  ['call waiting', CALL_WAITING],
  ['ringback', RINGBACK],
])('%s', (_name, tone) => {
  const samples = renderTone(tone, RATE);

  it('lasts one period and stays within full scale', () => {
    expect(samples.length).toBe(Math.round(tone.cadence.reduce((sum, part) => sum + part, 0) * RATE));
    expect(samples.every((sample) => Math.abs(sample) <= 1)).toBe(true);
  });

  it('sounds in the on parts, is silent in the off parts, and starts and ends each without a click', () => {
    let start = 0;
    tone.cadence.forEach((seconds, index) => {
      const part = samples.subarray(start, start + Math.round(seconds * RATE));
      const loudest = part.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
      if (index % 2 === 1) expect(loudest).toBe(0);
      else {
        expect(loudest).toBeGreaterThan(0.5);
        expect(Math.abs(part[0] ?? 1)).toBeLessThan(0.05);
        expect(Math.abs(part.at(-1) ?? 1)).toBeLessThan(0.05);
      }
      start += part.length;
    });
  });
});
