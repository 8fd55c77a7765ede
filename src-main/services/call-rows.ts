// SPDX-License-Identifier: MIT
import type { RowEvent } from '../../src-shared/calls/events.ts';
import { keyOf } from '../../src-shared/calls/tracker.ts';

/** Rows folded and written in one go: few enough that a call that rings meanwhile is not kept waiting. */
const MOST_ROWS = 200;
/** Facts that began so near a row may be of its call, or compete for it, in milliseconds. */
const AROUND_MS = 5 * 60_000;

/** Rows in portions, oldest first; the legs of one call stay together. */
export function portionsOf(rows: readonly RowEvent[]): readonly (readonly RowEvent[])[] {
  const calls = new Map<string, RowEvent[]>();
  for (const row of rows.toSorted((a, b) => a.callStart - b.callStart)) {
    const key = keyOf(row);
    calls.set(key, [...(calls.get(key) ?? []), row]);
  }
  const portions: RowEvent[][] = [];
  for (const legs of calls.values()) {
    const last = portions.at(-1);
    if (last === undefined || last.length + legs.length > MOST_ROWS) portions.push([...legs]);
    else last.push(...legs);
  }
  return portions;
}

/** What must be known beside these rows before they are folded. Times are UTC ms. */
export function surroundings(rows: readonly RowEvent[]): { keys: readonly string[]; from: number; to: number } {
  const starts = rows.map((row) => row.callStart);
  const keys = [...new Set(rows.map(keyOf))];
  return { keys, from: Math.min(...starts) - AROUND_MS, to: Math.max(...starts) + AROUND_MS };
}

/**
 * Rows of calls that can concern an extension: one of their legs is there, or at no extension at all, or the call is
 * known already. The statistics tell of the whole company.
 */
export function rowsFor(
  rows: readonly RowEvent[],
  extension: string,
  isKnown: (key: string) => boolean,
): readonly RowEvent[] {
  const legs = Map.groupBy(rows, keyOf);
  return [...legs].flatMap(([key, its]) => {
    const mine = its.some((row) => row.extension === extension) || its.every((row) => row.extension === null);
    return mine || isKnown(key) ? its : [];
  });
}
