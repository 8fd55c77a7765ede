// SPDX-License-Identifier: MIT
import type { CallEvent } from '../../src-shared/calls/events.ts';
import { type Call, isMissed } from '../../src-shared/calls/model.ts';
import {
  callFor,
  callsOf,
  changedCalls,
  emptyTracker,
  factsOf,
  forget,
  isMine,
  keyOf,
  restore,
  type TrackerState,
  track,
} from '../../src-shared/calls/tracker.ts';
import { toWireError } from '../../src-shared/errors.ts';
import type { CallView, HistoryRow, RecordingState } from '../../src-shared/state.ts';
import type { Log } from '../log.ts';
import type { RawEvent, StoreApi, StoredCall } from '../store/api.ts';
import type { ContactService } from './contacts.ts';
import type { Hub } from './hub.ts';

/**
 * Call state of the app: folds every event, shows the agent's live calls, and keeps what concerns the agent.
 *
 * Order of things for one event: what the store knows of that call is fetched if memory does not have it (so that a
 * replayed event of last week cannot make a finished call ring), then windows see the change, then it is written.
 */
export type CallService = {
  /** Resolves when the event and its consequences are committed. Rejects with `store.*` when they could not be. */
  feed(event: CallEvent, raw: RawEvent | null): Promise<void>;
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

export type CallServiceOptions = {
  readonly store: StoreApi;
  readonly hub: Hub;
  readonly contacts: ContactService;
  readonly extension: () => string;
  /** A number as people of the agent's country write it. */
  readonly format: (number: string) => string;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
  /** A row of the history was written. */
  readonly onRow: (id: number, call: Call) => void;
};

/** An ended call stays on screen this long. */
export const LINGER_MS = 2_000;
/** Calls that a full disk did not take are tried again so often, and with each new event. */
const RETRY_MS = 15_000;
/** Ended calls are held in memory this long for their late events; later ones are folded on what the store has. */
const MEMORY_MS = 10 * 60_000;
const RESUME_MS = 12 * 60 * 60_000;
/** A live call nobody has heard of for this long is over: its end was lost. */
const LOST_MS = 12 * 60 * 60_000;

export function createCalls(options: CallServiceOptions): CallService {
  const { store, hub, contacts, extension, now, log } = options;
  let tracker: TrackerState = emptyTracker;
  let lastForget = 0;
  let writing: Promise<unknown> = Promise.resolve();
  /** What a full disk has not taken yet, by the call's key: nothing of it is lost when there is room again. */
  const unsaved = new Map<string, { readonly call: Call; readonly facts: ReturnType<typeof factsOf> }>();
  let retrying = false;

  /** It rang or talked at my extension, also when a colleague took it; or it was missed before it rang anywhere. */
  const concernsMe = (call: Call): boolean =>
    call.legs.some((leg) => leg.extension === extension()) || (isMissed(call) && call.legs.length === 0);

  const view = (call: Call): CallView => ({
    ...call,
    contact: contacts.peek(call.number) ?? null,
    numberText: options.format(call.number),
    didText: call.did === null ? null : options.format(call.did),
    mine: isMine(call, extension()),
  });

  /** My part of the call is over although the call may go on at another extension. */
  const myLegEnded = (call: Call): number | null => {
    if (call.phase === 'ended') return call.endedAt ?? now();
    const leg = call.legs.find((one) => one.extension === extension());
    return leg?.endedAt ?? null;
  };

  const isLive = (call: Call): boolean => {
    if (!isMine(call, extension())) return false;
    const ended = myLegEnded(call);
    if (ended !== null) return now() - ended < LINGER_MS;
    return now() - call.startedAt < LOST_MS;
  };

  const show = (): void => {
    const live = callsOf(tracker)
      .filter(isLive)
      .sort((a, b) => a.startedAt - b.startedAt || (a.key < b.key ? -1 : 1))
      .map(view)
      // For the agent a call that left their extension is over.
      .map((call) =>
        call.phase !== 'ended' && myLegEnded(call) !== null ? { ...call, phase: 'ended' as const } : call,
      );
    hub.patch({ calls: live });
    if (live.some((call) => call.phase === 'ended')) options.schedule(show, LINGER_MS + 50);
  };

  const remember = async (event: CallEvent): Promise<void> => {
    const key = keyOf(event);
    if (callFor(tracker, key) !== null) return;
    tracker = restore(tracker, await store.calls.factsOf(key));
  };

  const tidy = (): void => {
    if (now() - lastForget < MEMORY_MS / 10) return;
    lastForget = now();
    tracker = forget(tracker, now() - MEMORY_MS);
  };

  const write = async (changed: readonly Call[], raw: RawEvent | null): Promise<void> => {
    for (const call of changed.filter(concernsMe)) {
      for (const former of call.formerKeys) unsaved.delete(former);
      unsaved.set(call.key, { call, facts: factsOf(tracker, call.key) });
    }
    const batch = [...unsaved.values()];
    if (batch.length === 0) {
      if (raw !== null) await store.raw.add(raw);
      return;
    }
    const kept = batch.map(({ call }) => call);
    const facts = batch.flatMap((entry) => entry.facts);
    const ids = await store.calls.write(kept, raw, facts).catch((error: unknown) => {
      // Only room is worth waiting for; a call the store will never take must not hold up the others.
      if (toWireError(error).code === 'store.disk-full') retryLater();
      else unsaved.clear();
      throw error;
    });
    unsaved.clear();
    ids.forEach((id, index) => {
      const call = kept[index];
      if (call) options.onRow(id, call);
    });
    if (kept.some((call) => call.phase === 'ended')) hub.patch({ missed: await store.calls.missedCount() });
  };

  const queue = (changed: readonly Call[], raw: RawEvent | null): Promise<void> => {
    const done = writing.then(() => write(changed, raw));
    writing = done.catch((error: unknown) => {
      hub.notice(toWireError(error));
      log.error('an event could not be kept', { error });
    });
    return done;
  };

  const retryLater = (): void => {
    if (retrying) return;
    retrying = true;
    options.schedule(() => {
      retrying = false;
      // What fails again has told the person and waits for its next turn.
      if (unsaved.size > 0) queue([], null).catch(() => undefined);
    }, RETRY_MS);
  };

  const feed = async (event: CallEvent, raw: RawEvent | null): Promise<void> => {
    // The caller's name is asked for in the same breath, so that the first paint has it.
    const number = numberOf(event);
    await Promise.all([
      remember(event),
      number === ''
        ? null
        : contacts.find(number).catch((error: unknown) => log.warn('contact look-up failed', { error })),
    ]);
    const before = tracker;
    tracker = track(tracker, event);
    const changed = changedCalls(before, tracker);
    if (changed.length > 0) show();
    tidy();
    await queue(changed, raw);
  };

  const endSessions = async (): Promise<void> => {
    for (const call of callsOf(tracker)) {
      if (call.session === null || call.session.state === 'ended') continue;
      await feed(
        {
          source: 'sip',
          type: 'session',
          sessionId: call.session.sessionId,
          seq: Number.MAX_SAFE_INTEGER,
          extension: extension(),
          direction: call.direction,
          number: call.number,
          networkName: call.networkName,
          state: 'ended',
          startedAt: call.startedAt,
          answeredAt: call.session.answeredAt,
          endedAt: now(),
          endCause: 'failed',
          muted: false,
          hold: 'none',
        },
        null,
      );
    }
  };

  return {
    feed,
    endSessions,

    live(key) {
      return callFor(tracker, key);
    },

    async resume() {
      tracker = restore(tracker, await store.calls.factsSince(now() - RESUME_MS));
      await endSessions();
      show();
      hub.patch({ missed: await store.calls.missedCount() });
    },

    async refresh() {
      await Promise.all(hub.get().calls.map((call) => contacts.find(call.number)));
      show();
    },

    toRow: (stored) => ({
      id: stored.id,
      call: { ...view(stored.call), contact: stored.contact },
      note: stored.note,
      recording: recordingState(stored),
      quality: stored.quality,
    }),
  };
}

/** The other party's number in this event, '' when it has none. */
function numberOf(event: CallEvent): string {
  if (event.source !== 'pbx') return event.number;
  switch (event.type) {
    case 'start':
    case 'internal':
    case 'internal-end':
    case 'end':
      return event.callerId;
    case 'out-start':
    case 'out-end':
      return event.destination;
    case 'answer':
    case 'record':
      return '';
  }
}

function recordingState(stored: StoredCall): RecordingState {
  const recording = stored.recording;
  if (recording === null)
    return stored.call.isRecorded ? { state: 'waiting', attempt: 0, nextAt: null } : { state: 'none' };
  switch (recording.state) {
    case 'ready':
      return { state: 'ready', url: `recording://call/${stored.id}`, bytes: recording.bytes };
    case 'waiting':
      return { state: 'waiting', attempt: recording.attempt, nextAt: recording.nextAt };
    case 'failed':
      return { state: 'failed', error: { code: recording.errorCode ?? 'recording.failed', params: {} } };
  }
}
