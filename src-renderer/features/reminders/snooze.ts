// SPDX-License-Identifier: MIT
import type { Language, T } from '../../i18n/index.ts';
import { clock } from '../../ui/format.ts';

const MINUTE = 60_000;
/** When an office opens, hours of the local day. */
const MORNING = 9;
/** A week, as main takes it. */
const LONGEST = 10_080;

/** `minutes` from now, as `reminder.act` takes them. */
export type SnoozeChoice = { readonly id: string; readonly label: string; readonly minutes: number };

/**
 * How long a reminder can be put off: the usual time, one and three hours, and two mornings.
 *
 * @param usual minutes of the settings
 * @param now UTC milliseconds
 */
export function snoozeChoices(usual: number, now: number, t: T, language: Language): readonly SnoozeChoice[] {
  const tomorrow = morningIn(1, now);
  const monday = morningIn((8 - new Date(now).getDay()) % 7 || 7, now);
  const after = [...new Set([usual, 60, 180])].map((minutes) => ({
    id: `minutes-${minutes}`,
    label:
      minutes % 60 === 0
        ? t('reminders.for-hours', { count: minutes / 60 })
        : t('reminders.for-minutes', { count: minutes }),
    minutes,
  }));
  const morning = (id: 'tomorrow' | 'monday', at: number) => ({
    id,
    label: t(`reminders.${id}`, { time: clock(at, language) }),
    minutes: Math.ceil((at - now) / MINUTE),
  });
  const mornings = [morning('tomorrow', tomorrow), ...(monday === tomorrow ? [] : [morning('monday', monday)])];
  return [...after, ...mornings.filter(({ minutes }) => minutes <= LONGEST)];
}

/** UTC milliseconds of the morning so many days ahead, across a change of clocks too. */
function morningIn(days: number, now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, MORNING).getTime();
}
