// SPDX-License-Identifier: MIT
import type { RowEvent } from '../../src-shared/calls/events.ts';
import { toWireError } from '../../src-shared/errors.ts';
import type { AccountZone } from '../../src-shared/megacall/zone.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { AppState } from '../../src-shared/state.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from '../store/api.ts';
import { FreshRows } from './fresh-rows.ts';
import { type CallType, type Page, pagesOf, type StatisticsSource, WINDOW_MS } from './pages.ts';
import { CALL_TYPES, type Gap, loadProgress, missingLater, type Progress, takeUpMissing } from './progress.ts';
import { createRhythm } from './rhythm.ts';

/**
 * Fills the history from the PBX's statistics: at the first start, after every time nobody listened, and slowly all the
 * time while there is no other source (docs/events.md). The newest day first, what is older after it.
 */
export type Poller = {
  /** Look now, if the last look was not just now: a start, a wake-up, another account or source. */
  wake(): void;
  /**
   * Events of this time (UTC ms) were not told: fetch its rows, as soon as there is an account. Resolves when that is
   * noted for good.
   */
  fillGap(from: number, to: number): Promise<void>;
  /** A call of mine is over: its rows will be there in a moment. */
  callEnded(): void;
  /** Resolves when nothing more will be written; what is being asked for is not waited for. */
  stop(): Promise<void>;
};

/** What became of rows: calls of mine that events had told of, and calls that only the rows tell of. */
export type Fed = { readonly told: number; readonly untold: number };

export type PollerOptions = {
  /** null while there is nobody to ask. */
  readonly source: () => StatisticsSource | null;
  /** Whose statistics: another account or extension begins anew. null while there is none. */
  readonly account: () => string | null;
  /** `alone`: nobody else makes sure that no event is lost. */
  readonly mode: () => 'alone' | 'team';
  readonly zone: () => AccountZone;
  readonly settings: () => Pick<Settings, 'historyDays' | 'pollMinutes'>;
  readonly cursors: StoreApi['cursors'];
  /** Folds and keeps rows; calls missed before `since` (UTC ms) are no news. */
  readonly feed: (rows: readonly RowEvent[], since: number) => Promise<Fed>;
  readonly tell: (state: AppState['statistics']) => void;
  readonly now: () => number;
  /** Runs something later and answers how to call it off. */
  readonly schedule: (run: () => void, ms: number) => () => void;
  readonly log: Log;
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A row is told when its leg is over, under the time it began: longer calls than this are rare. */
export const LOOK_BACK_MS = 6 * HOUR;
/** The PBX's clock may be ahead of ours. */
const AHEAD_MS = 3 * HOUR;
/** Legs of one call may stand on two pages. */
const CARRY_MS = 15 * 60_000;

export function createPoller(options: PollerOptions): Poller {
  const { now, log } = options;
  const fresh = new FreshRows();
  const rhythm = createRhythm({ now, schedule: options.schedule, mode: options.mode, settings: options.settings });
  let progress: { readonly of: string; readonly value: Progress } | null = null;
  let loading: Promise<unknown> = Promise.resolve();
  let running: Promise<void> | null = null;
  let writing: Promise<unknown> = Promise.resolve();
  let stopped = false;

  /** How far it has come, with one more time that is missing; without an account that time waits for one. */
  const progressNow = (lost: Gap | null = null): Promise<Progress | null> => {
    const load = async (): Promise<Progress | null> => {
      const account = options.account();
      if (lost !== null) await missingLater(options.cursors, lost);
      if (account === null) return null;
      if (progress?.of !== account) {
        progress = { of: account, value: await loadProgress(options.cursors, account, now()) };
      }
      await takeUpMissing(options.cursors, progress.value);
      return progress.value;
    };
    const loaded = loading.then(load, load);
    loading = loaded.catch(() => undefined);
    return loaded;
  };

  /** Everything that began in this time; `onPage` says how far it is told, and may end the reading. */
  const read = async (
    to: Progress,
    type: CallType,
    range: Gap,
    onPage: (until: number) => Promise<'go on' | 'stop'>,
  ): Promise<void> => {
    const source = options.source();
    if (source === null) throw new Interrupted();
    await source.ready();
    let carried: readonly RowEvent[] = [];
    const keep = async (page: Page): Promise<'go on' | 'stop'> => {
      if (page.malformed > 0) log.warn('statistics rows not understood', { type, count: page.malformed });
      const rows = [...carried, ...page.rows];
      const news = fresh.of(rows);
      if (news.length > 0) rhythm.learned(await options.feed(news, to.since));
      fresh.keep(news, now() - LOOK_BACK_MS - HOUR);
      const last = page.rows.length === 0 ? page.until : Math.max(...page.rows.map((row) => row.callStart));
      carried = rows.filter((row) => row.callStart > last - CARRY_MS);
      return onPage(page.until);
    };
    for await (const page of pagesOf(source, { ...range, callType: type }, options.zone)) {
      // Rows of an account that is not ours any more are nobody's.
      if (stopped || progress?.value !== to || options.account() !== progress.of) throw new Interrupted();
      const kept = keep(page);
      writing = kept.catch(() => undefined);
      if ((await kept) === 'stop') return;
    }
  };

  /** Where to begin: some hours before the last look, or as far back as the setting says, at best in one window. */
  const startOf = (until: number | null, asked: number): number => {
    if (until !== null) return Math.min(until, asked) - LOOK_BACK_MS;
    const wanted = options.settings().historyDays * DAY;
    return asked - (wanted > 30 * DAY ? wanted : Math.min(wanted, WINDOW_MS - AHEAD_MS));
  };

  const readRecent = async (to: Progress): Promise<void> => {
    const asked = now();
    for (const type of CALL_TYPES) {
      const range = { from: startOf(to.until(type), asked), to: asked + AHEAD_MS };
      const recent = Math.max(range.from, asked - DAY);
      // Mostly one page has it all. When it has not, what is old waits.
      let reached = range.from;
      await read(to, type, range, async (until) => {
        reached = until;
        return until < recent ? 'stop' : 'go on';
      });
      if (reached < recent) {
        await to.missing(type, { from: reached, to: recent });
        await read(to, type, { from: recent, to: range.to }, async () => 'go on');
      }
      if (stopped) throw new Interrupted();
      await to.reached(type, asked);
    }
    rhythm.looked();
  };

  const readGap = async (to: Progress, type: CallType, gap: Gap): Promise<void> => {
    let rest = gap;
    await read(to, type, { from: gap.from - CARRY_MS, to: gap.to }, async (until) => {
      await to.filled(type, rest, until);
      rest = { from: until, to: gap.to };
      // What is new goes before what is old.
      return isDue(to) ? 'stop' : 'go on';
    });
  };

  const isDue = (to: Progress): boolean => CALL_TYPES.some((type) => to.until(type) === null) || rhythm.isDue();

  const work = async (): Promise<void> => {
    for (;;) {
      const to = await progressNow();
      if (stopped || to === null || options.source() === null) {
        rhythm.off();
        return tell('off', to);
      }
      const type = CALL_TYPES.find((one) => to.gap(one) !== null);
      const gap = type === undefined ? null : to.gap(type);
      if (isDue(to)) {
        // Later looks are over in a moment.
        if (CALL_TYPES.some((one) => to.until(one) === null)) tell('filling', to);
        await readRecent(to);
      } else if (type !== undefined && gap !== null) {
        tell('filling', to);
        await readGap(to, type, gap);
      } else return tell('idle', to);
    }
  };

  const tell = (state: AppState['statistics']['state'], to: Progress | null, error: unknown = null): void => {
    const reached = CALL_TYPES.map((type) => to?.until(type) ?? null);
    const until = reached.some((one) => one === null) ? null : Math.min(...reached.map((one) => one ?? 0));
    options.tell({ state, until, error: error === null ? null : toWireError(error) });
  };

  const run = (): void => {
    if (running !== null || stopped) return;
    running = work()
      .then(
        () => rhythm.rested(),
        (error: unknown) => {
          if (error instanceof Interrupted) return rhythm.gap();
          log.warn('statistics not read', { error });
          tell('failed', progress?.value ?? null, error);
          return rhythm.failed(toWireError(error).code);
        },
      )
      .finally(() => {
        running = null;
        rhythm.plan(run);
      });
  };

  return {
    wake() {
      rhythm.want();
      rhythm.plan(run);
    },
    async fillGap(from, to) {
      if (!(from < to)) return;
      if ((await progressNow({ from: from - LOOK_BACK_MS, to })) === null) return;
      rhythm.gap();
      rhythm.plan(run);
    },
    callEnded() {
      rhythm.callEnded();
      rhythm.plan(run);
    },
    async stop() {
      stopped = true;
      rhythm.stop();
      await writing;
    },
  };
}

/** The account, or whoever was asked, is another one now. */
class Interrupted extends Error {}
