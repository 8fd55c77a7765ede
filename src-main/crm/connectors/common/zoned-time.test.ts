// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localDate } from './local-date.ts';
import { zonedTime } from './zoned-time.ts';

it.each([
  ['UTC', '2026-11-20T09:14:05+00:00'],
  ['Europe/Madrid', '2026-11-20T10:14:05+01:00'],
  ['Asia/Kathmandu', '2026-11-20T14:59:05+05:45'],
  ['America/New_York', '2026-11-20T04:14:05-05:00'],
])('a moment in %s', (zone, expected) => {
  expect(zonedTime(Date.UTC(2026, 10, 20, 9, 14, 5, 678), zone)).toBe(expected);
});

it('is the same moment everywhere, to the second, on the day it is there', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Madrid', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Pago_Pago');
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2060, 0) }), zones, (at, zone) => {
      const text = zonedTime(at, zone);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
      expect(Date.parse(text)).toBe(at - (at % 1_000));
      expect(text.slice(0, 10)).toBe(localDate(at, zone));
    }),
  );
});
