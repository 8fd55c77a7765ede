// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lookAt } from './stats.ts';

/** As Chromium tells them. */
const REPORT = [
  { id: 'C1', type: 'codec', mimeType: 'audio/opus' },
  { id: 'T1', type: 'transport', selectedCandidatePairId: 'P1' },
  { id: 'P1', type: 'candidate-pair', currentRoundTripTime: 0.05 },
  {
    id: 'I1',
    type: 'inbound-rtp',
    kind: 'audio',
    codecId: 'C1',
    transportId: 'T1',
    jitter: 0.004,
    packetsReceived: 100,
    packetsLost: 2,
    totalSamplesReceived: 96_000,
    concealedSamples: 2_000,
    silentConcealedSamples: 500,
    jitterBufferDelay: 1_920,
    jitterBufferEmittedCount: 96_000,
  },
  { id: 'S1', type: 'media-source', kind: 'audio', totalAudioEnergy: 0.2, totalSamplesDuration: 2 },
];

it('reads what a call needs, in ms', () => {
  expect(lookAt(REPORT, 9)).toEqual({
    at: 9,
    codec: 'audio/opus',
    rtt: 50,
    jitter: 4,
    packetsReceived: 100,
    packetsLost: 2,
    samples: 96_000,
    concealed: 1_500,
    bufferDelay: 1_920,
    bufferEmitted: 96_000,
    micEnergy: 0.2,
    micSeconds: 2,
  });
});

it("prefers the far end's own report of the way", () => {
  const rtcp = { id: 'R1', type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.12 };
  expect(lookAt([...REPORT, rtcp], 0).rtt).toBe(120);
});

it('knows nothing of a report that tells nothing, and throws at none', () => {
  const { at: _at, ...empty } = lookAt([], 0);
  expect(new Set(Object.values(empty))).toEqual(new Set([null]));
  fc.assert(fc.property(fc.array(fc.dictionary(fc.string(), fc.anything())), (any) => void lookAt(any, 0)));
});
