// SPDX-License-Identifier: MIT
/** The calendar day of an instant (UTC ms) where this computer is, or in another IANA zone: `2026-11-20`. */
export function localDate(at: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = new Intl.DateTimeFormat('en-GB', { ...zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}
