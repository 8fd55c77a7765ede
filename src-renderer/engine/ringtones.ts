// SPDX-License-Identifier: MIT
import type { BUILTIN_RINGTONES } from '../../src-shared/engine-protocol.ts';
import { RING, renderTone } from './tones.ts';

type RingtoneName = (typeof BUILTIN_RINGTONES)[number];

/** One struck note: seconds from the start, frequency, and seconds until it has died away. */
type Note = readonly [at: number, hertz: number, decay: number];
/** `partials`: strength of the fundamental's multiples, which makes the instrument. Ends in silence, for the loop. */
type Melody = {
  readonly seconds: number;
  readonly partials: readonly (readonly [multiple: number, strength: number])[];
  readonly notes: readonly Note[];
};

const C5 = 523.25;
const E5 = 659.25;
const G5 = 783.99;
const A4 = 440;
const D5 = 587.33;
const C6 = 1046.5;

/** Shorter than five seconds: longer sounds would show up among the computer's media players. */
const MELODIES: Readonly<Record<Exclude<RingtoneName, 'classic'>, Melody>> = {
  chime: {
    seconds: 3.6,
    partials: [
      [1, 1],
      [2.76, 0.35],
      [5.4, 0.12],
    ],
    notes: [
      [0, G5, 1.2],
      [0.35, E5, 1.2],
      [0.7, C5, 1.6],
    ],
  },
  marimba: {
    seconds: 3.2,
    partials: [
      [1, 1],
      [3.93, 0.25],
    ],
    notes: [
      [0, C5, 0.35],
      [0.15, E5, 0.35],
      [0.3, G5, 0.35],
      [0.45, C6, 0.6],
      [0.9, G5, 0.35],
      [1.05, C6, 0.7],
    ],
  },
  pulse: {
    seconds: 3,
    partials: [
      [1, 1],
      [2, 0.5],
      [3, 0.15],
    ],
    notes: [
      [0, A4, 0.18],
      [0.2, D5, 0.18],
      [0.4, A4, 0.18],
      [0.6, D5, 0.3],
      [1.2, A4, 0.18],
      [1.4, D5, 0.3],
    ],
  },
  dawn: {
    seconds: 4.4,
    partials: [
      [1, 1],
      [2, 0.2],
    ],
    notes: [
      [0, A4, 1.6],
      [0.6, C5, 1.6],
      [1.2, E5, 1.6],
      [1.8, A4 * 2, 2],
    ],
  },
};

const ATTACK_S = 0.005;

/** One period of a ringtone as samples from -1 to 1. An unknown name is the first one. */
export function renderRingtone(name: string, sampleRate: number): Float32Array<ArrayBuffer> {
  const melody = Object.hasOwn(MELODIES, name) ? MELODIES[name as keyof typeof MELODIES] : null;
  if (melody === null) return renderTone(RING, sampleRate);
  const samples = new Float32Array(Math.round(melody.seconds * sampleRate));
  for (const [at, hertz, decay] of melody.notes) {
    const start = Math.round(at * sampleRate);
    const length = Math.min(Math.round(decay * sampleRate), samples.length - start);
    for (let index = 0; index < length; index += 1) {
      const seconds = index / sampleRate;
      // Dies away exponentially and reaches nothing at the end, so that no note clicks.
      const envelope = Math.min(1, seconds / ATTACK_S) * Math.exp((-5 * index) / length) * (1 - index / length);
      let sum = 0;
      for (const [multiple, strength] of melody.partials) {
        sum += strength * Math.sin(2 * Math.PI * hertz * multiple * seconds);
      }
      samples[start + index] = (samples[start + index] ?? 0) + envelope * sum;
    }
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => (0.9 * sample) / peak);
}

/** Mono 16-bit PCM in a RIFF container, which every audio element plays. */
export function toWav(samples: Float32Array, sampleRate: number): Blob {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at: number, word: string) => {
    for (let index = 0; index < word.length; index += 1) view.setUint8(at + index, word.charCodeAt(index));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits a sample
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => {
    view.setInt16(44 + index * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
  });
  return new Blob([view], { type: 'audio/wav' });
}

/** The bytes of a `data:audio/…;base64,` URL; null for anything else. */
export function ringtoneFile(url: string): Blob | null {
  const [, type, base64] = /^data:(audio\/[a-z0-9.+-]{1,40});base64,([A-Za-z0-9+/=]+)$/.exec(url) ?? [];
  if (type === undefined || base64 === undefined) return null;
  try {
    return new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type });
  } catch {
    return null;
  }
}
