// SPDX-License-Identifier: MIT
import type { MediaCounters } from './quality.ts';

/** What the warnings look at besides the counters. */
export type MediaLook = MediaCounters & {
  /** Energy of the microphone's sound and its duration in seconds, both summed since the start; null without one. */
  readonly micEnergy: number | null;
  readonly micSeconds: number | null;
};

type Entry = Readonly<Record<string, unknown>>;

const number = (entry: Entry | undefined, key: string): number | null => {
  const value = entry?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};
const text = (entry: Entry | undefined, key: string): string => {
  const value = entry?.[key];
  return typeof value === 'string' ? value : '';
};
const ms = (seconds: number | null) => (seconds === null ? null : seconds * 1_000);

/** Reads a peer connection's statistics (W3C webrtc-stats); what a browser does not tell is null. */
export function lookAt(entries: Iterable<Entry>, at: number): MediaLook {
  const all = [...entries];
  const byId = new Map(all.map((entry) => [text(entry, 'id'), entry]));
  const audio = (type: string) => all.find((entry) => entry.type === type && text(entry, 'kind') === 'audio');
  const inbound = audio('inbound-rtp');
  const source = audio('media-source');
  const transport = byId.get(text(inbound, 'transportId')) ?? all.find(({ type }) => type === 'transport');
  const pair = byId.get(text(transport, 'selectedCandidatePairId'));
  // The far end's RTCP is the truth about the voice's way; ICE's own checks stand in until the first report.
  const rtt = number(audio('remote-inbound-rtp'), 'roundTripTime') ?? number(pair, 'currentRoundTripTime');
  return {
    at,
    codec: text(byId.get(text(inbound, 'codecId')), 'mimeType') || null,
    rtt: ms(rtt),
    jitter: ms(number(inbound, 'jitter')),
    packetsReceived: number(inbound, 'packetsReceived'),
    packetsLost: number(inbound, 'packetsLost'),
    samples: number(inbound, 'totalSamplesReceived'),
    concealed: minus(number(inbound, 'concealedSamples'), number(inbound, 'silentConcealedSamples')),
    bufferDelay: number(inbound, 'jitterBufferDelay'),
    bufferEmitted: number(inbound, 'jitterBufferEmittedCount'),
    micEnergy: number(source, 'totalAudioEnergy'),
    micSeconds: number(source, 'totalSamplesDuration'),
  };
}

/** Silence that was filled with silence is no loss to the ear (the far end sends nothing while nobody talks). */
function minus(concealed: number | null, silent: number | null): number | null {
  return concealed === null ? null : Math.max(0, concealed - (silent ?? 0));
}
