// SPDX-License-Identifier: MIT
/** Minutes east of UTC of an offset label such as `UTC+1` or `UTC-4:30` (megacall-api.md section 2.1). */
export function offsetMinutes(label: string): number {
  const match = /^UTC([+-])(\d{1,2})(?::(\d{2}))?$/.exec(label);
  if (match === null) throw new Error(`Not an offset label: ${label}`);
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

/** The label the platform would write at that moment for an account in this zone: a label, or an IANA name. */
export function labelAt(ms: number, zone: string): string {
  if (zone.startsWith('UTC')) return zone;
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(ms);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT(?:([+-])0?(\d{1,2}):(\d{2}))?$/.exec(offset);
  if (match === null) throw new Error(`Not a zone: ${zone}`);
  return `UTC${match[1] ?? '+'}${match[2] ?? '0'}${match[3] === undefined || match[3] === '00' ? '' : `:${match[3]}`}`;
}

/** UTC milliseconds as `YYYY-MM-DD HH:MM:SS` on the account's wall clock. */
export function wallClock(ms: number, zone: string): string {
  const minutes = offsetMinutes(labelAt(ms, zone));
  return new Date(ms + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The inverse of `wallClock`, an hour that comes twice being the first; null for anything that is not such a text. */
export function fromWallClock(text: string, zone: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text);
  if (match === null) return null;
  const wall = Date.parse(`${match[1]}T${match[2]}Z`);
  if (Number.isNaN(wall)) return null;
  const offsets = [wall - 86_400_000, wall + 86_400_000].map((ms) => offsetMinutes(labelAt(ms, zone)) * 60_000);
  const first = wall - Math.max(...offsets);
  return wallClock(first, zone) === text ? first : wall - Math.min(...offsets);
}
