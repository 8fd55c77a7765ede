// SPDX-License-Identifier: MIT
/** A tone as the telephone network describes it: frequencies together, and the seconds on and off in turn. */
export type Tone = { readonly hertz: readonly number[]; readonly cadence: readonly number[] };

/** Our own bell: two short bursts and a pause. */
export const RING: Tone = { hertz: [523.25, 659.25], cadence: [0.4, 0.2, 0.4, 2] };
/** A second call while one is on: heard, but not over the person talking. */
export const CALL_WAITING: Tone = { hertz: [425], cadence: [0.18, 0.2, 0.18, 4.3] };
/** Spain's ringing tone (ITU-T E.180 supplement 2). */
export const RINGBACK: Tone = { hertz: [425], cadence: [1.5, 3] };

const FADE_S = 0.01;

/** One period of a tone as samples from -1 to 1, faded at each edge so that it does not click. */
export function renderTone(tone: Tone, sampleRate: number): Float32Array<ArrayBuffer> {
  const total = tone.cadence.reduce((sum, seconds) => sum + seconds, 0);
  const samples = new Float32Array(Math.round(total * sampleRate));
  let start = 0;
  tone.cadence.forEach((seconds, index) => {
    const length = Math.round(seconds * sampleRate);
    if (index % 2 === 0) {
      const fade = FADE_S * sampleRate;
      for (let at = 0; at < length && start + at < samples.length; at += 1) {
        const edge = Math.min(1, at / fade, (length - 1 - at) / fade);
        let sum = 0;
        for (const hertz of tone.hertz) sum += Math.sin((2 * Math.PI * hertz * at) / sampleRate);
        samples[start + at] = (edge * sum) / tone.hertz.length;
      }
    }
    start += length;
  });
  return samples;
}
