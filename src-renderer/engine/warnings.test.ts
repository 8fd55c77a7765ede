// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MediaWarnings, type WarningLook } from './warnings.ts';

type Second = {
  readonly received?: number;
  readonly lost?: number;
  /** Root mean square of the microphone in this second; null: there is none. */
  readonly mic?: number | null;
  readonly muted?: boolean;
  readonly held?: boolean;
};

/** What was said in each second of a call. */
function run(seconds: readonly Second[]): string[][] {
  const warnings = new MediaWarnings();
  const totals = { packetsReceived: 0, packetsLost: 0, micEnergy: 0, micSeconds: 0 };
  const look = (at: number, second: Second): WarningLook => ({
    at,
    packetsReceived: totals.packetsReceived,
    packetsLost: totals.packetsLost,
    micEnergy: second.mic === null ? null : totals.micEnergy,
    micSeconds: second.mic === null ? null : totals.micSeconds,
    muted: second.muted ?? false,
    held: second.held ?? false,
  });
  expect(warnings.look(look(0, {}))).toEqual([]);
  return seconds.map((second, index) => {
    totals.packetsReceived += second.received ?? 50;
    totals.packetsLost += second.lost ?? 0;
    totals.micEnergy += (second.mic ?? 0.05) ** 2;
    totals.micSeconds += 1;
    return warnings.look(look((index + 1) * 1_000, second)).map(({ warning, on }) => `${warning} ${on ? 'on' : 'off'}`);
  });
}

const times = (count: number, second: Second = {}): Second[] => Array.from({ length: count }, () => second);
/** Seconds, counted from 1, in which something was said. */
const said = (seconds: readonly Second[]) =>
  Object.fromEntries(run(seconds).flatMap((lines, index) => (lines.length > 0 ? [[index + 1, lines.join()]] : [])));

describe('mic-silent', () => {
  it('comes after five silent seconds and goes with the first sound', () => {
    expect(said([...times(3), ...times(7, { mic: 0 }), ...times(2)])).toEqual({
      8: 'mic-silent on',
      11: 'mic-silent off',
    });
  });

  it('does not flicker around the limit', () => {
    expect(said([...times(5, { mic: 0.00005 }), ...times(5, { mic: 0.00015 }), { mic: 0.0003 }])).toEqual({
      5: 'mic-silent on',
      11: 'mic-silent off',
    });
    expect(said([...times(4, { mic: 0 }), ...times(20, { mic: 0.00015 })])).toEqual({});
  });

  it('does not come while muted or held, or without a microphone', () => {
    for (const why of [{ muted: true }, { held: true, received: 0 }, { mic: null }]) {
      expect(said(times(20, { mic: 0, ...why }))).toEqual({});
    }
    expect(said([...times(6, { mic: 0 }), ...times(3, { mic: 0, muted: true }), ...times(5, { mic: 0 })])).toEqual({
      5: 'mic-silent on',
      7: 'mic-silent off',
    });
  });
});

describe('no-incoming-audio', () => {
  it('comes after three seconds without a packet, also at the start, and goes with the first one', () => {
    expect(said([...times(2), ...times(5, { received: 0 }), ...times(2)])).toEqual({
      5: 'no-incoming-audio on',
      8: 'no-incoming-audio off',
    });
    expect(said(times(4, { received: 0 }))).toEqual({ 3: 'no-incoming-audio on' });
  });

  it('does not come on hold', () => {
    expect(said([...times(20, { received: 0, held: true }), ...times(2, { received: 0 })])).toEqual({});
  });
});

describe('network-loss', () => {
  it('comes above 5 % of five seconds and goes below 2 %', () => {
    const events = said([...times(10), ...times(10, { received: 45, lost: 5 }), ...times(10)]);
    const [[on, what] = [], [off, gone] = []] = Object.entries(events);
    expect([what, gone]).toEqual(['network-loss on', 'network-loss off']);
    expect(Number(on)).toBeGreaterThan(11);
    expect(Number(on)).toBeLessThanOrEqual(15);
    expect(Number(off)).toBeGreaterThan(20);
    expect(Number(off)).toBeLessThanOrEqual(25);
  });

  it('takes one bad second among good ones, and hardly any packets, as no reason', () => {
    expect(said([...times(10), { received: 40, lost: 10 }, ...times(10)])).toEqual({});
    expect(said(times(20, { received: 3, lost: 1 }))).toEqual({});
    expect(said(times(20, { received: 49, lost: 1 }))).toEqual({});
  });
});

it('tells every warning on and off in turn, whatever happens', () => {
  const second = fc.record(
    {
      received: fc.nat(60),
      lost: fc.nat(30),
      mic: fc.option(fc.constantFrom(0, 0.0001, 0.00015, 0.1)),
      muted: fc.boolean(),
      held: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(second, { maxLength: 60 }), (seconds) => {
      const last = new Map<string, string>();
      for (const line of run(seconds).flat()) {
        const [warning = '', state = ''] = line.split(' ');
        expect(state).not.toBe(last.get(warning) ?? 'off');
        last.set(warning, state);
      }
    }),
  );
});
