// SPDX-License-Identifier: MIT
/** The loudest sample of each of `count` equal parts, scaled so that the loudest of all is 1. Silence stays 0. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const bars = Math.max(1, Math.min(count, samples.length));
  const peaks = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * samples.length) / bars);
    const to = Math.floor(((bar + 1) * samples.length) / bars);
    let peak = 0;
    for (let index = from; index < to; index += 1) peak = Math.max(peak, Math.abs(samples[index] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks);
  return loudest === 0 ? peaks : peaks.map((peak) => peak / loudest);
}
