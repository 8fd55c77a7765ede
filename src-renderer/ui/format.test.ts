// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countryName, dayName, dayOf, daysAgo, duration, money } from './format.ts';

describe('duration', () => {
  test.each([
    [0, '00:00'],
    [9.9, '00:09'],
    [151, '02:31'],
    [3599, '59:59'],
    [3600, '1:00:00'],
    [36_061, '10:01:01'],
    [-4, '00:00'],
    [Number.NaN, '00:00'],
  ])('%s s is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  test('reads back as the same number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seconds) => {
        const back = duration(seconds)
          .split(':')
          .reduce((sum, part) => sum * 60 + Number(part), 0);
        expect(back).toBe(seconds);
      }),
    );
  });
});

describe('days', () => {
  test('count back across the change of clocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 23 }), (days, hour) => {
        const now = new Date(2026, 10, 20, 9).getTime();
        const then = new Date(2026, 10, 20 - days, hour).getTime();
        expect(daysAgo(then, now)).toBe(days);
      }),
    );
  });

  test('are named in the language, with the year only when it differs', () => {
    const now = new Date(2026, 10, 20).getTime();
    expect(dayName(new Date(2026, 10, 17).getTime(), 'en', now)).toBe('Tuesday 17 November');
    expect(dayName(new Date(2026, 10, 17).getTime(), 'es', now)).toBe('Martes, 17 de noviembre');
    expect(dayName(new Date(2025, 0, 3).getTime(), 'en', now)).toContain('2025');
  });

  test('begin at local midnight', () => {
    expect(new Date(dayOf(new Date(2026, 10, 20, 23, 59).getTime())).getHours()).toBe(0);
  });
});

test('an unknown currency or country is shown as it came', () => {
  expect(money(12.5, 'EUR', 'en')).toBe('€12.50');
  expect(money(12.5, '??', 'en')).toBe('12.50 ??');
  expect(countryName('ES', 'es')).toBe('España');
  expect(countryName('?', 'en')).toBe('?');
});
