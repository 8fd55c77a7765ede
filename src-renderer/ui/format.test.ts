// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countryName, dayName, dayOf, daysAgo, duration, money, whenText } from './format.ts';

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

describe('a moment as one says it', () => {
  const now = new Date(2026, 10, 20, 14, 5).getTime();
  test.each([
    [new Date(2026, 10, 20, 9, 0), '09:00', '09:00'],
    [new Date(2026, 10, 19, 23, 59), 'yesterday, 23:59', 'ayer, 23:59'],
    [new Date(2026, 10, 21, 0, 1), 'tomorrow, 00:01', 'mañana, 00:01'],
    [new Date(2026, 10, 18, 8, 5), 'Wed 18 Nov, 08:05', 'mié 18 nov, 08:05'],
    [new Date(2025, 10, 20, 8, 5), 'Thu 20 Nov 2025, 08:05', 'jue 20 nov 2025, 08:05'],
  ])('%s', (at, en, es) => {
    expect(whenText(at.getTime(), 'en', now)).toBe(en);
    expect(whenText(at.getTime(), 'es', now)).toBe(es);
  });
});
