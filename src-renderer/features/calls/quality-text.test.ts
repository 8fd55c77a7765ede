// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chartPoints, lossBars, qualityWord } from './quality-text.ts';

const sample = fc.record({
  at: fc.integer({ min: 0, max: 120_000 }),
  rtt: fc.option(fc.double({ min: 0, max: 5000, noNaN: true })),
  jitter: fc.option(fc.double({ min: 0, max: 500, noNaN: true })),
  loss: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  concealed: fc.constant(null),
  mos: fc.option(fc.double({ min: -1, max: 9, noNaN: true })),
});
const samples = fc.array(sample, { maxLength: 100 }).map((list) => list.sort((one, two) => one.at - two.at));

test('every point of the chart lies inside it', () => {
  fc.assert(
    fc.property(samples, (list) => {
      const points = chartPoints(list, 60, 16);
      for (const point of points === '' ? [] : points.split(' ')) {
        const [x, y] = point.split(',').map(Number);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(60);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(16);
      }
    }),
  );
});

test('a minute ago is at the left, now at the right, and lost audio rises from the ground', () => {
  const at = (time: number, mos: number, loss: number) => ({
    at: time,
    mos,
    loss,
    rtt: null,
    jitter: null,
    concealed: null,
  });
  const list = [at(0, 1, 0), at(60_000, 4.5, 0.1)];
  expect(chartPoints(list, 60, 16)).toBe('0,16 60,0');
  expect(lossBars(list, 60, 16)).toBe('M60 16V8');
});

test('words follow the steps of G.107', () => {
  expect([4.4, 4.03, 4.02, 3.6, 3.59, 1, null, Number.NaN].map(qualityWord)).toEqual([
    'good',
    'good',
    'fair',
    'fair',
    'poor',
    'poor',
    'unknown',
    'unknown',
  ]);
});
