// SPDX-License-Identifier: MIT
import { utcToWall, wallToUtc } from './clock.ts';

/**
 * The account's time zone, as far as it is known. The PBX writes moments as wall clock and tells only today's offset
 * (megacall-api.md section 2.1, traps 19 and 20), which is not the offset of last month when the clock has changed since.
 */
export type AccountZone = {
  /** Wall clock minus UTC now, by the PBX's own clock, milliseconds. */
  readonly offsetMs: number;
  /** IANA name, or null when nothing but the offset is known. */
  readonly name: string | null;
  /** False for a name that was guessed: what the PBX's ids say counts more. */
  readonly certain: boolean;
};

const HOUR = 3_600_000;
/** An id and the moment beside it are one call's: further apart than this they prove nothing. */
const EVIDENCE_MS = 20 * 60_000;
/** So near a change of the clock both offsets are possible. */
const AROUND_MS = 2 * HOUR;

/** A zone of one offset, summer and winter. */
export function fixedZone(offsetMs: number): AccountZone {
  return { offsetMs, name: null, certain: true };
}

/**
 * What to believe: a name that was set; else that of this computer, when its clock now stands as the PBX's does (or
 * stood so before a change within the last hours, which the PBX was not asked about yet); else the offset alone.
 *
 * @param now UTC ms
 */
export function accountZone(set: string, computer: string, offsetMs: number, now: number): AccountZone {
  if (set !== '' && isZone(set)) return { offsetMs, name: set, certain: true };
  const fits =
    isZone(computer) && [now, now - AROUND_MS].some((at) => zoneOffset(computer, at) === offsetMs) ? computer : null;
  return { offsetMs, name: fits, certain: false };
}

/** The account's offset at a moment, milliseconds. */
export function offsetAt({ name, offsetMs }: AccountZone, utcMs: number): number {
  return name === null ? offsetMs : zoneOffset(name, utcMs);
}

/** The least and the greatest offset the account may have had at about that moment: for ranges that leave nothing out. */
export function offsetRange(zone: AccountZone, utcMs: number): { readonly least: number; readonly most: number } {
  const { offsetMs, certain } = zone;
  const around = [utcMs - AROUND_MS, utcMs + AROUND_MS].map((at) => offsetAt(zone, at));
  const all = certain ? around : [...around, offsetMs - HOUR, offsetMs + HOUR];
  return { least: Math.min(...all), most: Math.max(...all) };
}

/**
 * UTC milliseconds of the account's wall clock; null when it is none. An hour that comes twice is the one that `evidence`
 * lies in; without evidence it is read with today's offset, else as the first. An hour that is left out is read with the
 * offset before the change.
 *
 * @param evidence a moment known to be near, UTC ms, or null: see `timeOfId`
 */
export function wallToUtcIn(zone: AccountZone, text: string, evidence: number | null): number | null {
  const wall = wallToUtc(text, 0);
  if (wall === null) return null;
  const likely = likelyOffsets(zone, wall);
  const guessed = zone.certain ? [] : [zone.offsetMs, zone.offsetMs + HOUR, zone.offsetMs - HOUR];
  const proved = evidence === null ? undefined : nearest([...likely, ...guessed], wall, evidence);
  const today = likely.find((offset) => offset === zone.offsetMs);
  return wall - (proved ?? today ?? likely[0] ?? zone.offsetMs);
}

/** The account's wall clock at a moment. */
export function wallIn(zone: AccountZone, utcMs: number): string {
  return utcToWall(utcMs, offsetAt(zone, utcMs));
}

/**
 * The moment in an Asterisk-style id (`1781129241.26640977`, `1-1458313316.343456-100-…`), UTC ms, or null. By Asterisk's
 * convention it is when the channel was made; Zadarma does not say so, so it only breaks ties (trap 20).
 */
export function timeOfId(id: string): number | null {
  const seconds = /^(?:\d{1,4}-)?(\d{10})\.\d+/.exec(id)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** One offset, or both of an hour that comes twice, the earlier moment first. */
function likelyOffsets({ name, offsetMs }: AccountZone, wall: number): readonly number[] {
  if (name === null) return [offsetMs];
  const [before, after] = [wall - 24 * HOUR, wall + 24 * HOUR].map((at) => zoneOffset(name, at)) as [number, number];
  const both = [...new Set([before, after])].sort((a, b) => b - a);
  const valid = both.filter((offset) => zoneOffset(name, wall - offset) === offset);
  return valid.length > 0 ? valid : [before];
}

function nearest(offsets: readonly number[], wall: number, evidence: number): number | undefined {
  const distance = (offset: number): number => Math.abs(wall - offset - evidence);
  return offsets.filter((offset) => distance(offset) <= EVIDENCE_MS).sort((a, b) => distance(a) - distance(b))[0];
}

const formats = new Map<string, Intl.DateTimeFormat>();

function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

function formatOf(name: string): Intl.DateTimeFormat {
  const known = formats.get(name);
  if (known !== undefined) return known;
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', ...parts, second: 'numeric' });
  formats.set(name, made);
  return made;
}

function zoneOffset(name: string, utcMs: number): number {
  const field = new Map(
    formatOf(name)
      .formatToParts(utcMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const at = (type: Intl.DateTimeFormatPartTypes): number => field.get(type) ?? 0;
  const wall = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
  return wall - Math.floor(utcMs / 1000) * 1000;
}
