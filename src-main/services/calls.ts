// SPDX-License-Identifier: MIT
import type { CallEvent, RowEvent } from '../../src-shared/calls/events.ts';
import { type Call, isMissed } from '../../src-shared/calls/model.ts';
import { ringsHere } from '../../src-shared/calls/rings-here.ts';
import { LONGEST_WAIT } from '../../src-shared/calls/session-cost.ts';
import {
  callFor,
  callsOf,
  changedCalls,
  emptyTracker,
  forget,
  isMine,
  isTold,
  keyOf,
  restore,
  type TrackerState,
  track,
  trackAll,
} from '../../src-shared/calls/tracker.ts';
import type { CallView, HistoryRow } from '../../src-shared/state.ts';
import type { RawEvent, StoredCall } from '../store/api.ts';
import { createAnnouncer } from './announced.ts';
import { cutOff, numberOf, startOf } from './call-events.ts';
import { createKeeping, type KeepingOptions } from './call-keeping.ts';
import { portionsOf, rowsFor, surroundings } from './call-rows.ts';
import { createTexts, givenUpAt, recordingState, standingAt } from './call-view.ts';
import type { ContactService } from './contacts.ts';

/**
 * Call state of the app: folds every event, shows the agent's live calls, and keeps what concerns the agent.
 *
 * Order of things for one event: what the store knows of that call is fetched if memory does not have it (so that a
 * replayed event of last week cannot make a finished call ring), then windows see the change, then it is written.
 */
export type CallService = {
  /** Resolves when the event and its consequences are committed. Rejects with `store.*` when they could not be. */
  feed(event: CallEvent, raw: RawEvent | null): Promise<void>;
  /**
   * The same for rows of the statistics, many at once. They open no popup, and a call missed before `since` (UTC ms) is
   * no news. Answers how many calls of mine changed, by whether webhooks had told of them.
   */
  feedRows(rows: readonly RowEvent[], since: number): Promise<{ told: number; untold: number }>;
  /** The live call with this key, or that once had it. */
  live(key: string): Call | null;
  /** Loads the calls of the last hours after a start, and ends the media sessions that did not outlive the program. */
  resume(): Promise<void>;
  /** The engine is gone, and every media session with it. */
  endSessions(): Promise<void>;
  /** Draws the live calls again: contacts or settings changed. */
  refresh(): Promise<void>;
  toRow(stored: StoredCall): HistoryRow;
};

export type CallServiceOptions = Omit<KeepingOptions, 'concernsMe' | 'known'> & {
  readonly contacts: ContactService;
  readonly extension: () => string;
  /** In a team: whether missed calls that nobody else sees to are mine. */
  readonly isResponsible?: () => boolean;
  /** A number as people of the agent's country write it. */
  readonly format: (number: string) => string;
  readonly now: () => number;
  /** What may ring here next has changed: the calls as they would be shown, never to be shown for that. */
  readonly onAnnounced: (calls: readonly CallView[]) => void;
  /** When the program was last known to run, UTC ms; 0 when that is not known. */
  readonly lastAlive: () => number;
};

/** An ended call stays on screen this long. */
export const LINGER_MS = 2_000;
/** Ended calls are held in memory this long for their late events; later ones are folded on what the store has. */
const MEMORY_MS = 10 * 60_000;
const RESUME_MS = 12 * 60 * 60_000;

export function createCalls(options: CallServiceOptions): CallService {
  const { store, hub, contacts, extension, now, log } = options;
  let tracker: TrackerState = emptyTracker;
  let lastForget = 0;
  /** All that is stored of calls with an event that says it began since then is in memory, UTC ms. */
  let remembered = Number.POSITIVE_INFINITY;
  let resumed = false;
  let plannedShow = Number.POSITIVE_INFINITY;
  const viewIds = new Map<string, string>();

  /**
   * It rang or talked at my extension, also when a colleague took it; or it was missed before it rang anywhere, or
   * anywhere at all when missed calls are mine to see to.
   */
  const concernsMe = (call: Call): boolean =>
    call.legs.some((leg) => leg.extension === extension()) ||
    (isMissed(call) && (call.legs.length === 0 || options.isResponsible?.() === true));

  const keeping = createKeeping({ ...options, concernsMe, known: () => tracker });

  /** One id for a call on screen, whatever becomes of its key. */
  const viewIdOf = (call: Call): string => {
    const keys = [call.key, ...call.formerKeys];
    const id = keys.map((key) => viewIds.get(key)).find((known) => known !== undefined) ?? call.key;
    for (const key of keys) viewIds.set(key, id);
    return id;
  };

  const texts = createTexts(options.format);

  const named = (call: Call, viewId: string): CallView => ({
    ...call,
    viewId,
    mine: isMine(call, extension()),
    contact: contacts.peek(call.number) ?? null,
    ...texts.of(call),
  });

  const announcer = createAnnouncer({
    hub,
    extension,
    viewOf: (call) => ({ ...named(call, call.key), ...standingAt(call, extension()), mine: true }),
    tell: options.onAnnounced,
  });

  /** My part of the call is over although the call may go on at another extension. */
  const myLegEnded = (call: Call): number | null => {
    if (call.phase === 'ended') return call.endedAt ?? now();
    const leg = call.legs.find((one) => one.extension === extension());
    return leg?.endedAt ?? null;
  };

  /** It rang here and a colleague took it a moment ago: the agent sees who before it goes. */
  const leftMe = (call: Call, at: number): boolean => {
    const ended = myLegEnded(call);
    return ended !== null && at - ended < LINGER_MS && call.legs.some((leg) => leg.extension === extension());
  };

  /** Until when the call is shown, UTC ms; null for as long as our own session lives. */
  const shownUntil = (call: Call): number | null => {
    const ended = myLegEnded(call);
    return ended === null ? givenUpAt(call, extension()) : ended + LINGER_MS;
  };

  const show = (): void => {
    const at = now();
    const mine = callsOf(tracker)
      .filter((call) => isMine(call, extension()) || leftMe(call, at))
      .map((call) => ({ call, until: shownUntil(call) }))
      .filter(({ until }) => until === null || until > at)
      .sort((a, b) => a.call.startedAt - b.call.startedAt || (a.call.key < b.call.key ? -1 : 1));
    const views = mine.map(({ call }) => ({
      ...named(call, viewIdOf(call)),
      ...standingAt(call, extension()),
      mine: true,
    }));
    const before = new Set(hub.get().calls.map((call) => call.viewId));
    if (views.some((call) => ringsHere(call) && !before.has(call.viewId))) {
      hub.ring(views, before.size === 0 ? announcer.preparedOf(views) : null);
    } else if (views.length > 0 || before.size > 0) hub.patch({ calls: views });
    if (mine.length === 0) viewIds.clear();
    announcer.update(callsOf(tracker));
    const next = Math.min(...mine.map(({ until }) => until ?? Number.POSITIVE_INFINITY));
    if (next < plannedShow) {
      plannedShow = next;
      options.schedule(
        () => {
          plannedShow = Number.POSITIVE_INFINITY;
          show();
        },
        next - at + 50,
      );
    }
    for (const { call } of mine) nameLater(call);
  };

  /** A call first heard of by an event without its caller's number still gets its name. */
  const nameLater = (call: Call): void => {
    if (call.number === '' || contacts.peek(call.number) !== undefined) return;
    contacts.find(call.number).then(
      (contact) => contact !== null && show(),
      (error: unknown) => log.warn('contact look-up failed', { error }),
    );
  };

  const remember = async (event: CallEvent): Promise<void> => {
    const key = keyOf(event);
    const start = startOf(event);
    const isTimed = Number.isFinite(start);
    if (start >= remembered || (callFor(tracker, key) !== null && !(isTimed && event.source === 'pbx'))) return;
    // A webhook that is late may bring a call together with a session or a row that was let go of before.
    const facts = await (isTimed
      ? store.calls.factsAround([key], start - LONGEST_WAIT, start + LONGEST_WAIT)
      : store.calls.factsOf(key));
    // Other events may have been folded meanwhile: theirs is the state to add to.
    tracker = restore(tracker, facts);
  };

  const tidy = (): void => {
    if (now() - lastForget >= MEMORY_MS / 10) letGo();
  };

  const letGo = (): void => {
    lastForget = now();
    const olderThan = now() - MEMORY_MS;
    tracker = forget(tracker, olderThan);
    if (resumed) remembered = Math.max(remembered, olderThan);
  };

  const feed = async (event: CallEvent, raw: RawEvent | null): Promise<void> => {
    const number = numberOf(event);
    // The caller's name is asked for in the same breath, so that the first paint has it.
    const looking = Promise.all([
      // A store that fails must not keep a ringing call off the screen; writing will tell of it.
      remember(event).catch((error: unknown) => log.error('a call was not looked up', { error })),
      number === ''
        ? null
        : contacts.find(number).catch((error: unknown) => log.warn('contact look-up failed', { error })),
    ]);
    // While the store looks, what most probably follows is prepared: the caller's name waits for nothing but the store.
    const [from, ahead] = [tracker, track(tracker, event)];
    for (const call of changedCalls(from, ahead)) texts.of(call);
    await looking;
    const before = tracker;
    tracker = before === from ? ahead : track(before, event);
    const changed = changedCalls(before, tracker);
    if (changed.length > 0) show();
    const kept = keeping.queue({ changed, before, raw, event, since: 0 });
    // Only now: an event that comes days late is of a call that memory lets go of at once.
    tidy();
    await kept;
  };

  /** Rows of some calls: all that is known of those calls and their neighbours is fetched, folded on and let go again. */
  const feedPortion = async (rows: readonly RowEvent[], since: number): Promise<{ told: number; untold: number }> => {
    const { keys, from, to } = surroundings(rows);
    const facts = await store.calls.factsAround(keys, from, to);
    const before = restore(tracker, facts);
    const mine = rowsFor(rows, extension(), (key) => callFor(before, key) !== null);
    const after = trackAll(before, mine);
    const changed = changedCalls(before, after).filter((call) => concernsMe(call) || keeping.wasMine(before, call));
    if (changed.length === 0) return { told: 0, untold: 0 };
    tracker = after;
    // A row may end a call whose end was lost.
    const shown = new Set(hub.get().calls.flatMap((call) => [call.key, ...call.formerKeys]));
    if (changed.some((call) => [call.key, ...call.formerKeys].some((key) => shown.has(key)))) show();
    await keeping.queue({ changed, before, raw: null, event: mine[0] ?? null, since }).finally(letGo);
    const told = changed.filter((call) => isTold(after, call)).length;
    return { told, untold: changed.length - told };
  };

  /** @param at when the sessions ended at the latest, UTC ms */
  const endSessionsAt = async (at: number): Promise<void> => {
    for (const call of callsOf(tracker)) {
      const { session } = call;
      if (session === null || session.state === 'ended') continue;
      const event = cutOff(call, session, extension(), at);
      // One call that cannot be written is told of and does not keep the others.
      await feed(event, null).catch(() => undefined);
    }
  };

  return {
    feed,
    async feedRows(rows, since) {
      let [told, untold] = [0, 0];
      for (const portion of portionsOf(rows)) {
        const fed = await feedPortion(portion, since);
        [told, untold] = [told + fed.told, untold + fed.untold];
      }
      return { told, untold };
    },
    endSessions: () => endSessionsAt(now()),

    live: (key) => callFor(tracker, key),

    async resume() {
      const at = now();
      const facts = await Promise.all([store.calls.factsSince(at - RESUME_MS), store.raw.factsSince(at - MEMORY_MS)]);
      tracker = restore(tracker, facts.flat());
      remembered = at - MEMORY_MS;
      resumed = true;
      await endSessionsAt(Math.min(now(), options.lastAlive()));
      show();
      hub.patch({ missed: await store.calls.missedCount() });
    },

    async refresh() {
      texts.clear();
      await Promise.all([...hub.get().calls, ...announcer.all()].map((call) => contacts.find(call.number)));
      show();
    },

    toRow: (stored) => ({
      id: stored.id,
      call: { ...named(stored.call, stored.call.key), contact: stored.contact },
      note: stored.note,
      outcome: stored.outcome,
      recording: recordingState(stored),
      quality: stored.quality,
    }),
  };
}
