// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { fakeHub, fakeSettings } from '../../test/fakes.ts';
import { offsetOf, zoneOf } from './account-zone.ts';

const HOUR = 3_600_000;
/** The end of summer time in Madrid. */
const AUTUMN = Date.UTC(2026, 9, 25, 1);

test('a webhook from before a change of the clock has the offset of its time', () => {
  const settings = fakeSettings(fakeHub(), { accountTimeZone: 'Europe/Madrid', accountOffsetMinutes: 60 });
  const now = AUTUMN + 24 * HOUR;
  expect([AUTUMN - HOUR, AUTUMN, now].map((at) => offsetOf(settings, now, at) / HOUR)).toEqual([2, 1, 1]);
});

test('until the PBX was asked again, the zone knows better than its last answer', () => {
  const settings = fakeSettings(fakeHub(), { accountTimeZone: 'Europe/Madrid', accountOffsetMinutes: 120 });
  expect(offsetOf(settings, AUTUMN + 60_000, AUTUMN + 60_000)).toBe(HOUR);
});

test('without a zone, the offset of the PBX holds for all times', () => {
  const computer = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const here = -new Date(AUTUMN).getTimezoneOffset();
  const settings = fakeSettings(fakeHub(), { accountOffsetMinutes: here + 195 });
  expect(zoneOf(settings, AUTUMN)).toEqual({ offsetMs: (here + 195) * 60_000, name: null, certain: false });
  expect(offsetOf(settings, AUTUMN, 0)).toBe((here + 195) * 60_000);
  const same = fakeSettings(fakeHub(), { accountOffsetMinutes: here });
  expect(zoneOf(same, AUTUMN).name).toBe(computer);
});
