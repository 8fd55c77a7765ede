// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impairmentOf, type MediaCounters, mosOf, ratingR, sampleOf } from './quality.ts';

const PCMA = impairmentOf('audio/PCMA');
const counters = (change: Partial<MediaCounters> = {}): MediaCounters => ({
  at: 0,
  codec: 'audio/opus',
  rtt: 40,
  jitter: 5,
  packetsReceived: 0,
  packetsLost: 0,
  samples: 0,
  concealed: 0,
  bufferDelay: 0,
  bufferEmitted: 0,
  ...change,
});

describe('mosOf', () => {
  // ITU-T G.107 annex B, table B.1: the limits of the categories of satisfaction.
  it.each([
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
    [93.2, 4.41],
    [0, 1],
    [-5, 1],
    [100, 4.5],
  ])('rates R %d as %d', (r, mos) => {
    // The table is rounded by hand: its 4.03 for R = 80 is 4.024 by the formula beside it.
    expect(Math.abs(mosOf(r) - mos)).toBeLessThan(0.01);
  });
});

describe('ratingR', () => {
  it('has known points', () => {
    expect(ratingR(0, 0, PCMA)).toBeCloseTo(93.2, 5);
    // Delay alone: gently to 177 ms, steeply after it (Cole and Rosenbluth).
    expect(ratingR(150, 0, PCMA)).toBeCloseTo(93.2 - 3.6, 5);
    expect(ratingR(277.3, 0, PCMA)).toBeCloseTo(93.2 - 0.024 * 277.3 - 11, 5);
    // G.711 with concealment at 1 % and 5 % random loss: Ie-eff 3.64 and 15.78.
    expect(ratingR(0, 0.01, PCMA)).toBeCloseTo(89.56, 2);
    expect(ratingR(0, 0.05, PCMA)).toBeCloseTo(77.42, 2);
    // A codec that is not known is taken to have no concealment: 5 % costs 51.1.
    expect(ratingR(0, 0.05, impairmentOf('audio/x'))).toBeCloseTo(42.12, 2);
    expect(impairmentOf('constructor')).toEqual(impairmentOf(null));
  });

  it('never gets better with more delay or more loss', () => {
    const delay = fc.double({ min: 0, max: 5_000, noNaN: true });
    const loss = fc.double({ min: 0, max: 1, noNaN: true });
    const codec = fc.constantFrom('audio/opus', 'audio/PCMU', 'audio/G722', null);
    fc.assert(
      fc.property(delay, delay, loss, loss, codec, (d1, d2, l1, l2, name) => {
        const impairment = impairmentOf(name);
        const best = mosOf(ratingR(Math.min(d1, d2), Math.min(l1, l2), impairment));
        const worst = mosOf(ratingR(Math.max(d1, d2), Math.max(l1, l2), impairment));
        expect(worst).toBeLessThanOrEqual(best + 1e-9);
        expect(worst).toBeGreaterThanOrEqual(1);
        expect(best).toBeLessThanOrEqual(4.5);
      }),
    );
  });
});

describe('sampleOf', () => {
  it('is about one second, not about the whole call', () => {
    const before = counters({ packetsReceived: 1_000, packetsLost: 500, samples: 48_000, concealed: 24_000 });
    const good = { packetsReceived: 1_050, packetsLost: 500, samples: 96_000, concealed: 24_000 };
    const sample = sampleOf(counters({ ...good, at: 7 }), before);
    expect(sample).toMatchObject({ at: 7, rtt: 40, jitter: 5, loss: 0, concealed: 0 });
    expect(sample.mos).toBeGreaterThan(4.3);
    const bad = { packetsReceived: 1_045, packetsLost: 505, samples: 96_000, concealed: 28_800 };
    const lossy = sampleOf(counters(bad), before);
    expect(lossy).toMatchObject({ loss: 0.1, concealed: 0.1 });
    expect(lossy.mos).toBeLessThan(3.5);
  });

  it('counts what came too late as heard loss, and the buffer as delay', () => {
    const before = counters();
    const late = { packetsReceived: 50, samples: 48_000, concealed: 9_600, bufferEmitted: 48_000 };
    const quick = sampleOf(counters({ ...late, bufferDelay: 0.02 * 48_000 }), before);
    const slow = sampleOf(counters({ ...late, bufferDelay: 0.5 * 48_000 }), before);
    expect(quick).toMatchObject({ loss: 0, concealed: 0.2 });
    expect(quick.mos).toBeLessThan(3);
    expect(slow.mos).toBeLessThan(quick.mos ?? 0);
  });

  it('says nothing of what is not known, and stays in range for any counters', () => {
    const nothing = counters({ packetsReceived: null, samples: null });
    expect(sampleOf(counters(), null)).toMatchObject({ loss: null, concealed: null, mos: null });
    expect(sampleOf(nothing, nothing)).toMatchObject({ loss: null, concealed: null, mos: null });
    expect(sampleOf(counters(), counters())).toMatchObject({ loss: null, mos: null });
    const count = fc.option(fc.integer({ min: -1_000, max: 1_000_000 }));
    const any = fc.record({
      at: fc.nat(),
      codec: fc.constantFrom('audio/opus', null),
      rtt: count,
      jitter: count,
      packetsReceived: count,
      packetsLost: count,
      samples: count,
      concealed: count,
      bufferDelay: count,
      bufferEmitted: count,
    });
    fc.assert(
      fc.property(any, any, (now, before) => {
        const { loss, concealed, mos } = sampleOf(now, before);
        for (const part of [loss, concealed]) expect(part === null || (part >= 0 && part <= 1)).toBe(true);
        expect(mos === null || (mos >= 1 && mos <= 4.5)).toBe(true);
      }),
    );
  });
});
