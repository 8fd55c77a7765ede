// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { peaksOf } from './peaks.ts';

test('peaks lie between 0 and 1, the loudest is 1, and there are as many as asked or as samples', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 1, maxLength: 500 }),
      fc.integer({ min: 1, max: 200 }),
      (samples, count) => {
        const peaks = peaksOf(samples, count);
        expect(peaks).toHaveLength(Math.min(count, samples.length));
        expect(peaks.every((peak) => peak >= 0 && peak <= 1)).toBe(true);
        if (samples.some((sample) => sample !== 0)) expect(Math.max(...peaks)).toBe(1);
      },
    ),
  );
});

test('a knock stands where it was', () => {
  const samples = new Float32Array(100);
  samples[75] = -0.5;
  expect(peaksOf(samples, 4)).toEqual([0, 0, 0, 1]);
});

test('no samples are one silent bar', () => {
  expect(peaksOf(new Float32Array(0), 10)).toEqual([0]);
});
