// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isQuiet, isTimeZone } from './quiet-hours.ts';

const at = (text: string): number => Date.parse(text);
const WEEKDAYS = [1, 2, 3, 4, 5];
const night = { days: WEEKDAYS, from: 20 * 60, to: 8 * 60, timeZone: 'Europe/Madrid' };
const lunch = { days: [0, 1, 2, 3, 4, 5, 6], from: 14 * 60, to: 15 * 60, timeZone: 'Europe/Madrid' };

describe('quiet hours', () => {
  it.each([
    // Monday 18 May 2026; Madrid is two hours ahead in summer
    ['2026-05-18T12:00:00Z', lunch, true],
    ['2026-05-18T11:59:59Z', lunch, false],
    ['2026-05-18T12:59:59Z', lunch, true],
    ['2026-05-18T13:00:00Z', lunch, false],
    // and one hour in winter
    ['2026-01-19T13:00:00Z', lunch, true],
    ['2026-01-19T12:59:59Z', lunch, false],
    // over midnight: Friday's night lasts into Saturday, Sunday's does not exist
    ['2026-05-22T18:00:00Z', night, true],
    ['2026-05-23T05:59:59Z', night, true],
    ['2026-05-23T06:00:00Z', night, false],
    ['2026-05-23T19:00:00Z', night, false],
    ['2026-05-25T05:00:00Z', night, false],
    ['2026-05-25T17:59:59Z', night, false],
  ])('%s', (now, time, quiet) => {
    expect(isQuiet([time], at(now), 0)).toBe(quiet);
  });

  const early = { days: [0], from: 2 * 60, to: 3 * 60, timeZone: 'Europe/Madrid' };
  it('has no hour that summer time leaves out', () => {
    // 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    const minutes = Array.from({ length: 180 }, (_, minute) => at('2026-03-29T00:00:00Z') + minute * 60_000);
    expect(minutes.some((minute) => isQuiet([early], minute, 0))).toBe(false);
  });

  it('has the hour twice that comes twice', () => {
    // 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
    const minutes = Array.from({ length: 240 }, (_, minute) => at('2026-10-24T23:00:00Z') + minute * 60_000);
    expect(minutes.filter((minute) => isQuiet([early], minute, 0))).toHaveLength(120);
  });

  it('goes by the account where no zone is given, or none that exists', () => {
    for (const timeZone of ['', 'Mars/Olympus']) {
      const time = { ...lunch, timeZone };
      expect(isQuiet([time], at('2026-05-18T12:30:00Z'), 120)).toBe(true);
      expect(isQuiet([time], at('2026-05-18T14:30:00Z'), 120)).toBe(false);
      expect(isQuiet([{ ...time, days: [1] }], at('1969-12-29T19:30:00Z'), -300)).toBe(true);
    }
  });

  it('lasts a whole day when both ends are the same, and never on no day', () => {
    const day = { days: [1], from: 9 * 60, to: 9 * 60, timeZone: 'UTC' };
    expect(isQuiet([day], at('2026-05-18T08:59:00Z'), 0)).toBe(false);
    expect(isQuiet([day], at('2026-05-18T09:00:00Z'), 0)).toBe(true);
    expect(isQuiet([day], at('2026-05-19T08:59:00Z'), 0)).toBe(true);
    expect(isQuiet([day], at('2026-05-19T09:00:00Z'), 0)).toBe(false);
    expect(isQuiet([{ ...day, days: [] }], at('2026-05-18T09:00:00Z'), 0)).toBe(false);
    expect(isQuiet([], at('2026-05-18T09:00:00Z'), 0)).toBe(false);
  });

  it('knows the zones of the world', () => {
    expect(['', 'Europe/Madrid', 'Atlantic/Canary', 'UTC'].map(isTimeZone)).toEqual([true, true, true, true]);
    expect(['Mars/Olympus', '+25:00', ' ', 'x'.repeat(60)].map(isTimeZone)).toEqual([false, false, false, false]);
  });

  it('is a time or the rest of the day, in every zone and year', () => {
    const minute = fc.integer({ min: 0, max: 1440 });
    const zone = fc.constantFrom('', 'Europe/Madrid', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia');
    const everyDay = [0, 1, 2, 3, 4, 5, 6];
    fc.assert(
      fc.property(minute, minute, zone, fc.integer({ min: 0, max: 4e12 }), (a, b, timeZone, now) => {
        fc.pre(a !== b);
        const within = isQuiet([{ days: everyDay, from: a, to: b, timeZone }], now, 60);
        const without = isQuiet([{ days: everyDay, from: b, to: a, timeZone }], now, 60);
        expect(within).toBe(!without);
      }),
    );
  });
});
