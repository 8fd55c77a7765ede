// SPDX-License-Identifier: MIT
import type { RowEvent } from '../../src-shared/calls/events.ts';
import { parseStatisticsRow } from '../../src-shared/megacall/statistics.ts';
import { type AccountZone, offsetRange } from '../../src-shared/megacall/zone.ts';

export type CallType = 'in' | 'out';

/** Where rows come from: the PBX itself, or a team's relay in its place. */
export type StatisticsSource = {
  /** Resolves when the account's offset from UTC is known. */
  ready(): Promise<void>;
  /**
   * One page of rows as the PBX writes them (`/v1/statistics/pbx/`, megacall-api.md section 2.9). `start` and `end` are
   * UTC ms by today's offset. A source that cannot `skip` says in `until` where to go on.
   */
  page(query: {
    readonly start: number;
    readonly end: number;
    readonly callType: CallType;
    readonly skip: number;
  }): Promise<{ readonly rows: readonly unknown[]; readonly more: boolean; readonly until?: number }>;
};

export type Page = {
  readonly rows: readonly RowEvent[];
  /** Rows that could not be read, or that nobody asked for. */
  readonly malformed: number;
  /** All calls that began before are told, UTC ms. */
  readonly until: number;
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A longer range is silently cut to 30 days; clocks that change, and an hour at each end, must fit in. */
export const WINDOW_MS = 30 * DAY - 4 * HOUR;
/** Starts are told in whole seconds: others may have begun in the last one of a page. */
const OVERLAP_MS = 1_000;
/** A row that says it began so far outside what was asked, or lasted so long, is not believed. */
const OUTSIDE_MS = 2 * DAY;
const LONGEST_SECONDS = 7 * 24 * 3600;

/**
 * Every row of calls that began between two moments, oldest window first. Within a window it goes on after the last
 * start while rows come in order, and counts rows to skip when they do not. Rows may come twice.
 */
export async function* pagesOf(
  source: StatisticsSource,
  { from, to, callType }: { readonly from: number; readonly to: number; readonly callType: CallType },
  zone: () => AccountZone,
): AsyncGenerator<Page> {
  for (let start = from; start < to; ) {
    const end = Math.min(to, start + WINDOW_MS);
    let [at, skip, before] = [start, 0, ''];
    for (let more = true; more; ) {
      const asked = widened({ start: at, end }, zone());
      const page = await source.page({ ...asked, callType, skip });
      const read = page.rows.map((row) => parseStatisticsRow(row, zone(), callType));
      const rows = read.filter((row) => row !== null && isBelieved(row, at, end));
      const malformed = read.length - rows.length;
      // A source that cannot skip gives the same page for ever.
      const content = JSON.stringify([page.rows[0], page.rows.at(-1)]);
      const next = page.until ?? (isAscending(page.rows) ? afterLast(rows, zone()) : null);
      more = page.more && page.rows.length > 0 && !(skip > 0 && content === before) && (next ?? at) < end;
      before = content;
      if (next !== null && next > at) [at, skip] = [next, 0];
      else skip += page.rows.length;
      yield { rows, malformed, until: more ? at : end };
    }
    start = end;
  }
}

/** Whatever the account's offset was then, the range leaves nothing out. */
function widened({ start, end }: { start: number; end: number }, zone: AccountZone): { start: number; end: number } {
  return {
    start: start + offsetRange(zone, start).least - zone.offsetMs,
    end: end + offsetRange(zone, end).most - zone.offsetMs,
  };
}

function isBelieved(row: RowEvent | null, from: number, to: number): row is RowEvent {
  if (row === null || row.duration > LONGEST_SECONDS) return false;
  return row.callStart >= from - OUTSIDE_MS && row.callStart <= to + OUTSIDE_MS;
}

/**
 * Whether the page is in order of its own wall clock, as text: an hour that comes twice can make the newest row first
 * look like the oldest first.
 */
function isAscending(rows: readonly unknown[]): boolean {
  const starts = rows.map((row) => String(Object(row).callstart ?? ''));
  return starts.every((start, index) => start >= (starts[index - 1] ?? ''));
}

/**
 * Where to go on after rows in order of time; null when they are in no such order, which nobody promises. Rows sorted by
 * their wall clock may go back by as much as the clock did.
 */
function afterLast(rows: readonly RowEvent[], zone: AccountZone): number | null {
  const inOrder = rows.every((row, index) => row.callStart >= (rows[index - 1]?.callStart ?? 0));
  const [first, last] = [rows[0]?.callStart ?? 0, rows.at(-1)?.callStart ?? 0];
  const { least, most } = offsetRange(zone, last);
  return inOrder && last > first ? last - (most - least) - OVERLAP_MS : null;
}
