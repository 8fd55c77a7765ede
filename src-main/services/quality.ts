// SPDX-License-Identifier: MIT
import type { QualitySample } from '../../src-shared/engine-protocol.ts';
import type { CallQuality } from '../../src-shared/state.ts';

/** Sums over a call, so that an hour of it takes no more room than a minute. */
export type QualitySums = {
  readonly samples: number;
  readonly worstMos: number;
  readonly sums: Readonly<Record<Measure, { readonly sum: number; readonly n: number }>>;
};

type Measure = 'mos' | 'rtt' | 'jitter' | 'loss';
const MEASURES: readonly Measure[] = ['mos', 'rtt', 'jitter', 'loss'];
const none = { sum: 0, n: 0 };

export const NO_QUALITY: QualitySums = {
  samples: 0,
  worstMos: Number.POSITIVE_INFINITY,
  sums: { mos: none, rtt: none, jitter: none, loss: none },
};

/** @param sample one second of the call; what was not measured in it changes no mean. */
export function addSample(before: QualitySums, sample: QualitySample): QualitySums {
  const sums = { ...before.sums };
  for (const measure of MEASURES) {
    const value = sample[measure];
    if (value !== null) sums[measure] = { sum: sums[measure].sum + value, n: sums[measure].n + 1 };
  }
  const worstMos = Math.min(before.worstMos, sample.mos ?? Number.POSITIVE_INFINITY);
  return { samples: before.samples + 1, worstMos, sums };
}

/** Means and worst, rounded to what a person reads; null when no second could be rated. */
export function summariseQuality({ samples, worstMos, sums }: QualitySums): CallQuality | null {
  const mean = (measure: Measure, decimals: number): number | null => {
    const { sum, n } = sums[measure];
    return n === 0 ? null : round(sum / n, decimals);
  };
  const mos = mean('mos', 2);
  if (mos === null) return null;
  return {
    mos,
    worstMos: round(worstMos, 2),
    rtt: mean('rtt', 0),
    jitter: mean('jitter', 1),
    loss: mean('loss', 4),
    seconds: samples,
  };
}

function round(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
