// SPDX-License-Identifier: MIT
import { AppError } from '../src-shared/errors.ts';
import { parseStatisticsRow } from '../src-shared/megacall/statistics.ts';
import { fixedZone } from '../src-shared/megacall/zone.ts';
import { inTime } from './answer.ts';

type CallType = 'in' | 'out';
type PageQuery = { readonly start: number; readonly end: number; readonly callType: CallType; readonly skip: number };

/** A row as the PBX wrote it, and what of it is needed here. `wall`: its start by the account's clock, as if UTC. */
export type SharedRow = {
  readonly wall: number;
  readonly extension: string | null;
  readonly pbxCallId: string | null;
  readonly callId: string;
  readonly raw: unknown;
};

export type SharedStatistics = {
  /**
   * Rows that `mine` takes, of calls that began in [from, to), UTC ms by today's offset, oldest first. `until`: all of
   * them are told that began before. Waits some seconds for the PBX, then tells what there is. Rejects as the PBX does, and
   * with AppError `api.rate-limited` when there is nothing yet: it is being asked for.
   */
  ask(
    query: { readonly from: number; readonly to: number; readonly callType: CallType },
    offsetMs: number,
    mine: (row: SharedRow) => boolean,
  ): Promise<{ readonly rows: readonly unknown[]; readonly complete: boolean; readonly until: number }>;
  /** Rows of a call among those that are held now. */
  known(pbxCallId: string): readonly SharedRow[];
};

export type SharedStatisticsOptions = {
  /** `MegacallClient.statisticsPbx`, which keeps the limit of three requests a minute. */
  readonly page: (query: PageQuery, offsetMs: number) => Promise<{ rows: readonly unknown[]; more: boolean }>;
  /** UTC ms. */
  readonly now: () => number;
  readonly waitMs?: number;
};

type Day = { readonly rows: readonly SharedRow[]; readonly askedAt: number };

const DAY = 24 * 3600_000;
/** Desktops that start in the same minute are told the same of today. */
const FRESH_MS = 45_000;
/** A call is in the statistics once it has ended: so long after midnight no call of the day before is still going on. */
const SETTLED_MS = 6 * 3600_000;
const WAIT_MS = 12_000;
/** Until there is room for the next statistics request, at three a minute. */
const RETRY_SECONDS = 20;
/** Starts of ranges are moved back to one of these many days ago: those who were away a little differently ask once. */
const STEPS = [0, 1, 7, 29];
const LONGEST_DAYS = 30;
const MOST_ROWS = 2_000;
const MOST_HELD = 100_000;
const MOST_SKIPPED = 500_000;

/**
 * The account's statistics for all its desktops. Days are fetched once and held, several at a time, so that fifty
 * desktops that start together cost one question for each call type.
 */
export function createSharedStatistics(options: SharedStatisticsOptions): SharedStatistics {
  const types: Readonly<Record<CallType, ReturnType<typeof createDays>>> = {
    in: createDays('in', options),
    out: createDays('out', options),
  };
  const { now, waitMs = WAIT_MS } = options;

  return {
    async ask({ from, to, callType }, offsetMs, mine) {
      const askedAt = now();
      const days = types[callType];
      const today = dayOf(askedAt + offsetMs);
      const first = Math.min(dayOf(from + offsetMs), today);
      const last = Math.min(dayOf(to + offsetMs), today, first + LONGEST_DAYS - 1);
      await inTime(days.fill(startFor(first, today), last, offsetMs, askedAt), waitMs);
      const { rows, end } = days.read(first, last, offsetMs, askedAt);
      const found = rows.filter(({ wall }) => wall >= from + offsetMs && wall < to + offsetMs).filter(mine);
      const told = Math.max(from, Math.min(to, end - offsetMs));
      const complete = told >= to || (end > last * DAY && last === today);
      if (!complete && told <= from) throw new AppError('api.rate-limited', { seconds: RETRY_SECONDS });
      return cut(found, complete, complete ? to : told, offsetMs);
    },
    known: (pbxCallId) => [...types.in.of(pbxCallId), ...types.out.of(pbxCallId)],
  };
}

/** The days of one call type. Numbers of days are by the account's clock. */
function createDays(callType: CallType, { page, now }: SharedStatisticsOptions) {
  const held = new Map<number, Day>();
  let turn: Promise<unknown> = Promise.resolve();
  let failed = { at: Number.NEGATIVE_INFINITY, error: null as unknown };

  const isGood = (day: number, offsetMs: number, askedAt: number): boolean => {
    const known = held.get(day);
    if (known === undefined) return false;
    return known.askedAt >= (day + 1) * DAY - offsetMs + SETTLED_MS || known.askedAt > askedAt - FRESH_MS;
  };

  const fetchDays = async (first: number, last: number, offsetMs: number): Promise<void> => {
    const askedAt = now();
    const range = { start: first * DAY - offsetMs, end: (last + 1) * DAY - 1_000 - offsetMs, callType };
    const rows: SharedRow[] = [];
    for (let skip = 0; skip < MOST_SKIPPED; ) {
      const { rows: raw, more } = await page({ ...range, skip }, offsetMs);
      rows.push(...raw.flatMap((row) => readRow(row, callType)));
      skip += raw.length;
      if (!more || raw.length === 0) break;
    }
    const byDay = Map.groupBy(rows, ({ wall }) => dayOf(wall));
    for (let day = first; day <= last; day++) {
      held.delete(day);
      held.set(day, { rows: (byDay.get(day) ?? []).toSorted((a, b) => a.wall - b.wall), askedAt });
    }
    forgetOldest(first, last);
  };

  /** Those fetched longest ago, but none that somebody waits for now. */
  const forgetOldest = (first: number, last: number): void => {
    let count = [...held.values()].reduce((sum, { rows }) => sum + rows.length, 0);
    for (const [day, { rows }] of held) {
      if (count <= MOST_HELD || (day >= first && day <= last)) return;
      held.delete(day);
      count -= rows.length;
    }
  };

  const fillNow = async (first: number, last: number, offsetMs: number, askedAt: number): Promise<void> => {
    if (failed.at >= askedAt) throw failed.error;
    const isMissing = (day: number): boolean => day <= last && !isGood(day, offsetMs, askedAt);
    for (let day = first; day <= last; day++) {
      if (!isMissing(day)) continue;
      let end = day;
      while (isMissing(end + 1)) end++;
      try {
        await fetchDays(day, end, offsetMs);
      } catch (error) {
        failed = { at: now(), error };
        throw error;
      }
      day = end;
    }
  };

  return {
    /** One question after the other; whoever waited for one that failed fails with it. */
    fill(first: number, last: number, offsetMs: number, askedAt: number): Promise<void> {
      const work = turn.then(() => fillNow(first, last, offsetMs, askedAt));
      turn = work.catch(() => {});
      return work;
    },
    /** Rows of the days from `first` that follow each other, and the end of the last of them by the account's clock. */
    read(first: number, last: number, offsetMs: number, askedAt: number): { rows: readonly SharedRow[]; end: number } {
      let day = first;
      while (day <= last && isGood(day, offsetMs, askedAt)) day++;
      const days = Array.from({ length: day - first }, (_, index) => held.get(first + index)?.rows ?? []);
      return { rows: days.flat(), end: day * DAY };
    },
    of: (pbxCallId: string): readonly SharedRow[] =>
      [...held.values()].flatMap(({ rows }) => rows.filter((row) => row.pbxCallId === pbxCallId)),
  };
}

function readRow(raw: unknown, callType: CallType): SharedRow[] {
  const row = parseStatisticsRow(raw, fixedZone(0), callType);
  if (row === null) return [];
  return [{ wall: row.callStart, extension: row.extension, pbxCallId: row.pbxCallId, callId: row.callId, raw }];
}

function startFor(first: number, today: number): number {
  const step = STEPS.find((days) => today - days <= first);
  return step === undefined ? first : today - step;
}

/** As many rows as one message takes; calls that began in the same second stay together. */
function cut(rows: readonly SharedRow[], complete: boolean, until: number, offsetMs: number) {
  let end = Math.min(rows.length, MOST_ROWS);
  while (end < rows.length && rows[end]?.wall === rows[end - 1]?.wall) end++;
  const next = rows[end];
  const told = rows.slice(0, end).map(({ raw }) => raw);
  return next === undefined
    ? { rows: told, complete, until }
    : { rows: told, complete: false, until: next.wall - offsetMs };
}

function dayOf(wall: number): number {
  return Math.floor(wall / DAY);
}
