// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { levelOf } from './level-scale.ts';

it('is empty for silence, full for full scale, and half at -30 dB', () => {
  expect(levelOf(new Float32Array(100))).toBe(0);
  expect(levelOf(new Float32Array(0))).toBe(0);
  expect(levelOf(new Float32Array(100).fill(1))).toBe(1);
  expect(levelOf(new Float32Array(100).fill(10 ** (-30 / 20)))).toBeCloseTo(0.5, 5);
});

it('stays between 0 and 1 and grows with the sound', () => {
  const samples = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 1 });
  fc.assert(
    fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (loud, factor) => {
      const level = levelOf(loud);
      expect(level >= 0 && level <= 1).toBe(true);
      expect(levelOf(loud.map((sample) => sample * factor))).toBeLessThanOrEqual(level + 1e-9);
    }),
  );
  expect(levelOf(Float32Array.of(Number.NaN))).toBe(0);
});
