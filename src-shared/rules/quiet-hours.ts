// SPDX-License-Identifier: MIT
import type { QuietHours } from './team.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MOST_FORMATS = 500;
/** Making one takes tens of microseconds, and a caller waits. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Whether any of these times is now. `days` are those on which a time begins: one with `to` below `from` goes over
 * midnight into the day after, one with both equal lasts a whole day. Summer time is the zone's: a local hour that is
 * left out never comes, one that comes twice is quiet twice.
 *
 * @param now UTC milliseconds
 * @param offsetMinutes the account's offset from UTC, for times without a zone or with one nobody knows
 */
export function isQuiet(times: readonly QuietHours[], now: number, offsetMinutes: number): boolean {
  return times.some(({ days, from, to, timeZone }) => {
    const { day, minute } = wallOf(now, timeZone, offsetMinutes);
    const began = days.includes(day) && minute >= from;
    if (from < to) return began && minute < to;
    return began || (days.includes((day + 6) % 7) && minute < to);
  });
}

/** Day of the week (0: Sunday) and minute of the day that a clock on the wall shows. */
function wallOf(now: number, timeZone: string, offsetMinutes: number): { day: number; minute: number } {
  const format = timeZone === '' ? null : formatOf(timeZone);
  if (format === null) {
    const wall = Math.floor(now / MINUTE) + offsetMinutes;
    // The first day of 1970 was a Thursday.
    return { day: mod(Math.floor(wall / DAY_MINUTES) + 4, 7), minute: mod(wall, DAY_MINUTES) };
  }
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return { day: DAYS.indexOf(parts.weekday ?? ''), minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** null for a zone this computer does not know. */
function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  try {
    const options = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
    const made = new Intl.DateTimeFormat('en-US', options);
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(timeZone, made);
    return made;
  } catch {
    return null;
  }
}

/** True for an IANA zone this computer knows, and for '' (the account's own offset). */
export function isTimeZone(timeZone: string): boolean {
  return timeZone === '' || formatOf(timeZone) !== null;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
