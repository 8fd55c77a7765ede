// SPDX-License-Identifier: MIT
/** The quietest that a meter shows, in dB of full scale: a silent room with a good microphone is below it. */
const FLOOR_DB = -60;

/** How far a meter's bar goes, 0 to 1, for samples from -1 to 1: by decibels, as loudness is heard. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (!(rms > 0)) return 0;
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(rms)) / FLOOR_DB));
}
