// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysText, parseTime, timeText } from './quiet-text.ts';

describe('a time of day', () => {
  test.each([
    ['20:00', 1200],
    ['8', 480],
    ['8:05', 485],
    ['8.30', 510],
    ['0830', 510],
    ['22h', 1320],
    ['24:00', 1440],
    [' 7:15 ', 435],
  ])('%j is %s minutes', (text, minutes) => {
    expect(parseTime(text)).toBe(minutes);
  });

  test.each(['', 'x', '25', '24:01', '8:60', '8:5', '-1', '1:00 pm', '99999'])('%j is none', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  test('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1440 }), (minutes) => {
        expect(parseTime(timeText(minutes))).toBe(minutes);
      }),
    );
  });
});

describe('days', () => {
  test.each([
    [[1, 2, 3, 4, 5], 'Mon–Fri'],
    [[0, 6], 'Sat, Sun'],
    [[0, 1, 2, 3, 4, 5, 6], 'Mon–Sun'],
    [[1, 3, 5], 'Mon, Wed, Fri'],
    [[0], 'Sun'],
    [[], ''],
  ])('%j are %s', (days, text) => {
    expect(daysText(days, 'en')).toBe(text);
  });

  test('have their names in Spanish', () => {
    expect(daysText([1, 2, 3, 4, 5], 'es')).toBe('lun–vie');
  });
});
