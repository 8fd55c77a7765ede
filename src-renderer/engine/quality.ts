// SPDX-License-Identifier: MIT
import type { QualitySample } from '../../src-shared/engine-protocol.ts';

/** Counters of a call's media at one moment, out of getStats; null: not known (yet). Times in ms. */
export type MediaCounters = {
  readonly at: number; // UTC ms
  readonly codec: string | null; // MIME type
  readonly rtt: number | null;
  readonly jitter: number | null;
  readonly packetsReceived: number | null;
  readonly packetsLost: number | null;
  readonly samples: number | null;
  readonly concealed: number | null;
  /** Mean delay of the jitter buffer is the growth of the first over that of the second. */
  readonly bufferDelay: number | null; // seconds, summed over samples
  readonly bufferEmitted: number | null; // samples
};

/** What a codec costs: Ie, its impairment without loss, and Bpl, how well it takes loss. */
type Impairment = { readonly ie: number; readonly bpl: number };

/**
 * G.711 with concealment: ITU-T G.113 appendix I (Ie 0, Bpl 25.1). Opus and G.722 are wideband codecs, for which the
 * narrowband E-model has no entry. Ie 0 for both is the most that the narrowband scale can say; for Opus Bpl 20 stands
 * between G.711 with and without concealment, since its own concealment is good and its in-band correction may be off;
 * for G.722 Bpl 4.3, G.711's without concealment, as G.722 by itself prescribes none. These two are our estimates.
 */
const IMPAIRMENTS: Readonly<Record<string, Impairment>> = {
  'audio/pcma': { ie: 0, bpl: 25.1 },
  'audio/pcmu': { ie: 0, bpl: 25.1 },
  'audio/opus': { ie: 0, bpl: 20 },
  'audio/g722': { ie: 0, bpl: 4.3 },
};
const UNKNOWN: Impairment = { ie: 0, bpl: 4.3 };
/** Ro - Is with every default of G.107 table 3. */
const R0 = 93.2;
/** Packetization and codec look-ahead, and the sound card. */
const FIXED_DELAY_MS = 25;

export function impairmentOf(codec: string | null): Impairment {
  const key = codec?.toLowerCase() ?? '';
  return Object.hasOwn(IMPAIRMENTS, key) ? (IMPAIRMENTS[key] ?? UNKNOWN) : UNKNOWN;
}

/**
 * Transmission rating R by the E-model, ITU-T G.107 (06/2015), with all but delay, codec and loss at their defaults:
 * R = 93.2 - Id - Ie-eff, where
 * Ie-eff = Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl) (equation 7-29; BurstR = 1: losses are independent) and
 * Id = 0.024 d + 0.11 (d - 177.3) H(d - 177.3), the fit to equations 7-27 and 7-28 for no echo by R. Cole and
 * J. Rosenbluth, "Voice over IP performance monitoring", ACM SIGCOMM CCR 31 (2001).
 *
 * @param delay one way, mouth to ear, in ms
 * @param loss share of packets that never became sound, 0 to 1
 */
export function ratingR(delay: number, loss: number, { ie, bpl }: Impairment): number {
  const ppl = 100 * Math.min(1, Math.max(0, loss));
  const late = Math.max(0, delay - 177.3);
  const id = 0.024 * Math.max(0, delay) + 0.11 * late;
  const ieEff = ie + ((95 - ie) * ppl) / (ppl + bpl);
  return Math.min(100, Math.max(0, R0 - id - ieEff));
}

/** Mean opinion score of a rating, ITU-T G.107 annex B: 1 to 4.5. */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  // Below R = 6.5 the polynomial dips under 1.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

function growth(now: number | null, before: number | null | undefined): number | null {
  if (now === null || before === null || before === undefined) return null;
  return Math.max(0, now - before);
}

function share(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null || whole <= 0) return null;
  return Math.min(1, part / whole);
}

/** One second of a call, from the counters at its start and end. */
export function sampleOf(now: MediaCounters, before: MediaCounters | null): QualitySample {
  const received = growth(now.packetsReceived, before?.packetsReceived);
  const lost = growth(now.packetsLost, before?.packetsLost);
  const loss = received === null || lost === null ? null : share(lost, received + lost);
  const concealed = share(growth(now.concealed, before?.concealed), growth(now.samples, before?.samples));
  const emitted = growth(now.bufferEmitted, before?.bufferEmitted);
  const buffered = growth(now.bufferDelay, before?.bufferDelay);
  // Two jitters is what a buffer settles at when it does not tell.
  const buffer = emitted && buffered !== null ? (1_000 * buffered) / emitted : 2 * (now.jitter ?? 0);
  const delay = (now.rtt ?? 0) / 2 + buffer + FIXED_DELAY_MS;
  // Packets that came too late are lost to the ear as well: they show in concealment.
  const heard = loss === null && concealed === null ? null : Math.max(loss ?? 0, concealed ?? 0);
  const mos = heard === null ? null : mosOf(ratingR(delay, heard, impairmentOf(now.codec)));
  return { at: now.at, rtt: now.rtt, jitter: now.jitter, loss, concealed, mos };
}
