// SPDX-License-Identifier: MIT
import type { QuietHours } from '../../../src-shared/rules/team.ts';
import type { Language, T } from '../../i18n/index.ts';

/** Days of the week from Monday on; 0 is Sunday, as in `QuietHours`. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

const DAY_MINUTES = 24 * 60;
/** A Sunday, in UTC. */
const SUNDAY = Date.UTC(2023, 0, 1);

/** A time of day as people type it (`20:00`, `8`, `8.30`, `0830`) in minutes; null for none. */
export function parseTime(text: string): number | null {
  const [, hour, minute = '00'] = /^(\d{1,2})(?:[:.h]?(\d{2}))?h?$/.exec(text.trim()) ?? [];
  if (hour === undefined || Number(minute) > 59) return null;
  const all = Number(hour) * 60 + Number(minute);
  return all <= DAY_MINUTES ? all : null;
}

/** Minutes of the day as `08:05`. */
export function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Name of a day, 0 = Sunday. */
export function dayText(day: number, language: Language, length: 'short' | 'long'): string {
  const format = new Intl.DateTimeFormat(language, { weekday: length, timeZone: 'UTC' });
  return format.format(SUNDAY + day * DAY_MINUTES * 60_000);
}

/** `Mon–Fri`, `Sat, Sun`: three days or more in a row are told by their first and last. */
export function daysText(days: readonly number[], language: Language): string {
  const runs: number[][] = [];
  for (const [place, day] of WEEK.entries()) {
    if (!days.includes(day)) continue;
    const before = WEEK[place - 1];
    const run = runs.at(-1);
    if (run !== undefined && before !== undefined && run.at(-1) === before) run.push(day);
    else runs.push([day]);
  }
  const name = (day: number | undefined) => (day === undefined ? '' : dayText(day, language, 'short'));
  return runs
    .map((run) => (run.length > 2 ? `${name(run[0])}–${name(run.at(-1))}` : run.map(name).join(', ')))
    .join(', ');
}

/** One of the quiet times in words: `Mon–Fri, 20:00 to 08:00`. */
export function quietText({ days, from, to }: QuietHours, t: T, language: Language): string {
  return t('rules.quietText', { days: daysText(days, language), from: timeText(from), to: timeText(to) });
}
