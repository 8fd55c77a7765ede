// SPDX-License-Identifier: MIT
import i18next from 'i18next';
import { describe, expect, test } from 'vitest';
import '../../i18n/screens.ts';
import { snoozeChoices } from './snooze.ts';

const t = i18next.getFixedT('en');
const choices = (now: Date, usual = 15) => snoozeChoices(usual, now.getTime(), t, 'en');

describe('how long a reminder can be put off', () => {
  test('the usual time, some hours, and two mornings', () => {
    // A Friday afternoon.
    const now = new Date(2026, 10, 20, 16, 30);
    expect(choices(now).map(({ label, minutes }) => [label, minutes])).toEqual([
      ['In 15 minutes', 15],
      ['In 1 hour', 60],
      ['In 3 hours', 180],
      ['Tomorrow at 09:00', 16.5 * 60],
      ['Monday at 09:00', (16.5 + 48) * 60],
    ]);
  });

  test('a time that is there already is not there twice', () => {
    const now = new Date(2026, 10, 20, 16, 30);
    expect(choices(now, 60).map(({ id }) => id)).toEqual(['minutes-60', 'minutes-180', 'tomorrow', 'monday']);
    expect(choices(now, 90)[0]?.label).toBe('In 90 minutes');
    // On Sunday, tomorrow is Monday.
    expect(choices(new Date(2026, 10, 22, 12)).map(({ id }) => id)).not.toContain('monday');
  });

  test('never more than main takes, on any day and at any hour', () => {
    for (let hour = 0; hour < 24 * 14; hour++) {
      for (const { minutes } of choices(new Date(2026, 2, 20, hour, 59))) {
        expect(minutes).toBeGreaterThan(0);
        expect(minutes).toBeLessThanOrEqual(10_080);
        expect(Number.isInteger(minutes)).toBe(true);
      }
    }
  });
});
