// SPDX-License-Identifier: MIT
import { MARK_DIGITS } from '../../src-shared/relay/protocol.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from '../store/api.ts';
import type { Hub } from './hub.ts';

/** Names of cursors in the store. */
export const EVENTS_CURSOR = 'team-events';
export const EVENTS_AT_CURSOR = 'team-events-at';
/** Mark of the event that the first of these is of (`markOf`), read as a number. */
export const EVENTS_MARK_CURSOR = 'team-events-mark';
/** Up to when the relay's own gaps are filled, UTC ms. */
export const GAPS_CURSOR = 'team-gaps';
export const DIRECTORY_CURSOR = 'team-directory';
/** Another place in a team, or none: nothing of the one before counts. */
export const NO_CURSORS = {
  ...{ [EVENTS_CURSOR]: null, [EVENTS_AT_CURSOR]: null, [EVENTS_MARK_CURSOR]: null },
  ...{ [DIRECTORY_CURSOR]: null, [GAPS_CURSOR]: null },
} as const;

/** Since when the relay was not heard: what it no longer keeps of that time is to be had from the statistics. */
export type TeamContact = {
  /** Before a connection is made: where to go on, for `RelayClientOptions`. */
  load(): Promise<{ readonly after: number | null; readonly mark: string | null }>;
  /** Everything up to this event is committed. */
  save(seq: number, receivedAt: number, mark: string): Promise<void>;
  /** The relay is connected; `newest` is where to go on from when nothing comes before the next start. */
  connected(newest: number): Promise<void>;
  /** Times in which the relay took nothing: their calls are fetched, each gap once. */
  missed(gaps: readonly { readonly from: number; readonly to: number }[]): Promise<void>;
  disconnected(): void;
  /** Events of the time without it are not kept any more: says so, and has their calls fetched. */
  lost(): Promise<void>;
};

export type TeamContactOptions = {
  readonly hub: Hub;
  readonly cursors: StoreApi['cursors'];
  /** Fetches the calls of a time (UTC ms) whose events are lost. */
  readonly fillGap: (from: number, to: number) => Promise<void>;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
};

const EVERY_MS = 60_000;
/** A call may have begun while the relay was still there. */
const AROUND_MS = 30 * 60_000;

export function createTeamContact(options: TeamContactOptions): TeamContact {
  const { hub, cursors, now, schedule, log } = options;
  let isConnected = false;
  let isNoting = false;
  /** When the relay was last heard before this connection, UTC ms; null for never. */
  let before: number | null = null;

  const note = (): void => {
    if (isNoting || !isConnected) return;
    isNoting = true;
    cursors.save({ [EVENTS_AT_CURSOR]: now() }).catch((error: unknown) => log.warn('a moment was not kept', { error }));
    schedule(() => {
      isNoting = false;
      note();
    }, EVERY_MS);
  };

  return {
    async load() {
      before = await cursors.get(EVENTS_AT_CURSOR);
      const mark = await cursors.get(EVENTS_MARK_CURSOR);
      return { after: await cursors.get(EVENTS_CURSOR), mark: mark === null ? null : hexOf(mark) };
    },
    save: (seq, receivedAt, mark) =>
      cursors.save({
        ...{ [EVENTS_CURSOR]: seq, [EVENTS_AT_CURSOR]: receivedAt, [EVENTS_MARK_CURSOR]: Number.parseInt(mark, 16) },
      }),
    async connected(newest) {
      isConnected = true;
      note();
      if ((await cursors.get(EVENTS_CURSOR)) === null) await cursors.save({ [EVENTS_CURSOR]: newest });
    },
    async missed(gaps) {
      const filled = (await cursors.get(GAPS_CURSOR)) ?? Number.NEGATIVE_INFINITY;
      for (const { from, to } of gaps.filter((gap) => gap.to > filled)) {
        await options.fillGap(from - AROUND_MS, to);
        await cursors.save({ [GAPS_CURSOR]: to });
      }
    },
    disconnected() {
      if (isConnected) before = now();
      isConnected = false;
    },
    async lost() {
      const [from, to] = [before ?? now(), now()];
      // Within a moment nothing is dropped: there was only nothing for this extension.
      if (to - from <= EVERY_MS) return;
      const { language } = hub.get();
      const text = (at: number): string =>
        new Date(at).toLocaleString(language, { dateStyle: 'short', timeStyle: 'short' });
      hub.notice({ code: 'team.gap', params: { from: text(from), to: text(to) } });
      await options.fillGap(from, to);
    },
  };
}

function hexOf(mark: number): string {
  return mark.toString(16).padStart(MARK_DIGITS, '0');
}
