// SPDX-License-Identifier: MIT
/**
 * An instant (UTC ms) as the wall clock of this computer, or of another IANA zone, with its offset and without
 * milliseconds: `2026-11-20T09:14:00+01:00`.
 */
export function zonedTime(at: number, timeZone?: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...({ year: 'numeric', month: '2-digit', day: '2-digit', hourCycle: 'h23' } as const),
    ...({ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'longOffset' } as const),
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const of = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  const offset = of('timeZoneName').replace('GMT', '') || '+00:00';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}${offset}`;
}
