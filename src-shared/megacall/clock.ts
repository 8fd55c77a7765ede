// SPDX-License-Identifier: MIT
/**
 * The PBX writes moments as wall clock of the account's zone, without naming it (megacall-api.md, trap 19).
 * `offsetMs` is wall clock minus UTC: +7 200 000 in Madrid in summer. This is for moments of today; `zone.ts` is for
 * those of last month.
 */
const WALL = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)$/;
const MINUTE = 60_000;

/** UTC milliseconds of a wall clock `YYYY-MM-DD HH:MM:SS`; null when it is none, or a day or hour that does not exist. */
export function wallToUtc(text: string, offsetMs: number): number | null {
  const parts = WALL.exec(text.trim());
  if (!parts) return null;
  const wall = Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
  // Date.parse takes 24:00:00 and some engines take 30 February: what does not read back the same is refused.
  return !Number.isNaN(wall) && utcToWall(wall, 0) === text.trim().replace('T', ' ') ? wall - offsetMs : null;
}

/** Wall clock text for request parameters. */
export function utcToWall(utcMs: number, offsetMs: number): string {
  return new Date(utcMs + offsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * The account's offset now, from `/v1/info/timezone/`: the zone's label may be a fixed one, the difference of its two
 * clocks is exact (section 2.1). Null when the reply is unusable or the difference is no offset of this planet.
 */
export function accountOffset(unixtime: number, datetime: string): number | null {
  const wall = wallToUtc(datetime, 0);
  if (wall === null || !Number.isFinite(unixtime)) return null;
  const offset = Math.round((wall - unixtime * 1000) / MINUTE) * MINUTE;
  return Math.abs(offset) <= 15 * 60 * MINUTE ? offset : null;
}
