// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('writes counters, gauges and histograms as Prometheus reads them', () => {
  const metrics = createMetrics();
  const seen = metrics.counter('x_seen_total', 'Seen.');
  const lag = metrics.histogram('x_lag_seconds', 'Lag.', [0.1, 1]);
  let depth: number | null = 3;
  metrics.gauge('x_depth', 'Depth.', () => depth);
  metrics.total('x_bytes_total', 'Bytes.', () => 12);
  seen.add();
  seen.add({ why: 'forged' }, 2);
  seen.add({ why: 'a"b\\c\nd' });
  for (const value of [0.05, 0.1, 0.2, 5]) lag.observe(value);
  expect(metrics.render().split('\n')).toEqual([
    '# HELP x_seen_total Seen.',
    '# TYPE x_seen_total counter',
    'x_seen_total 1',
    'x_seen_total{why="forged"} 2',
    'x_seen_total{why="a_b_c_d"} 1',
    '# HELP x_lag_seconds Lag.',
    '# TYPE x_lag_seconds histogram',
    'x_lag_seconds_bucket{le="0.1"} 2',
    'x_lag_seconds_bucket{le="1"} 3',
    'x_lag_seconds_bucket{le="+Inf"} 4',
    'x_lag_seconds_sum 5.35',
    'x_lag_seconds_count 4',
    '# HELP x_depth Depth.',
    '# TYPE x_depth gauge',
    'x_depth 3',
    '# HELP x_bytes_total Bytes.',
    '# TYPE x_bytes_total counter',
    'x_bytes_total 12',
    '',
  ]);
  depth = null;
  expect(metrics.render()).not.toMatch(/^x_depth/m);
});

it('counts each observation once, and buckets only grow', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: 0, max: 20, noNaN: true })), (values) => {
      const metrics = createMetrics();
      const lag = metrics.histogram('lag', 'Lag.', [0.5, 1, 10]);
      for (const value of values) lag.observe(value);
      const counts = [...metrics.render().matchAll(/le="[^"]+"\} (\d+)/g)].map((match) => Number(match[1]));
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(counts[1]).toBe(values.filter((value) => value <= 1).length);
      expect(counts.at(-1)).toBe(values.length);
    }),
  );
});
