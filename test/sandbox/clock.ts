// SPDX-License-Identifier: MIT
/** Minutes east of UTC of an offset label such as `UTC+1` or `UTC-4:30` (megacall-api.md section 2.1). */
export function offsetMinutes(label: string): number {
  const match = /^UTC([+-])(\d{1,2})(?::(\d{2}))?$/.exec(label);
  if (match === null) throw new Error(`Not an offset label: ${label}`);
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

/** UTC milliseconds as `YYYY-MM-DD HH:MM:SS` on the account's wall clock. */
export function wallClock(ms: number, label: string): string {
  return new Date(ms + offsetMinutes(label) * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The inverse of `wallClock`; null for anything that is not such a text. */
export function fromWallClock(text: string, label: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text);
  if (match === null) return null;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? null : ms - offsetMinutes(label) * 60_000;
}
