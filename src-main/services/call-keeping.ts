// SPDX-License-Identifier: MIT
import type { CallEvent } from '../../src-shared/calls/events.ts';
import type { Call } from '../../src-shared/calls/model.ts';
import { callFor, factsOf, keyOf, type TrackerState } from '../../src-shared/calls/tracker.ts';
import { toWireError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import type { CallFacts, RawEvent, StoreApi } from '../store/api.ts';
import type { Hub } from './hub.ts';

/** Writes what became of events, one after the other, when no popup is being drawn. */
export type Keeping = {
  /** Resolves when it is committed; rejects with `store.*`, after the person was told. */
  queue(change: Omit<Change, 'known'>): Promise<void>;
  /** Whether the call concerned this extension as it was known before. */
  wasMine(before: TrackerState, call: Call): boolean;
};

/** One event, or some rows, and what became of it. */
export type Change = {
  readonly changed: readonly Call[];
  /** What was known before, and after. */
  readonly before: TrackerState;
  readonly known: TrackerState;
  readonly raw: RawEvent | null;
  readonly event: CallEvent | null;
  /** Calls missed before are no news, UTC ms. */
  readonly since: number;
};

export type KeepingOptions = {
  readonly store: StoreApi;
  readonly hub: Hub;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
  readonly concernsMe: (call: Call) => boolean;
  readonly known: () => TrackerState;
  /** A row of the history was written, because of this event (null: one that a full disk had refused). */
  readonly onRow: (id: number, call: Call, event: CallEvent | null) => void;
  /** Rows of the history were written, because of the statistics; `isNews` is false for calls of long ago. */
  readonly onFilled: (rows: readonly { readonly id: number; readonly call: Call; readonly isNews: boolean }[]) => void;
  /** Rows of the history are gone. */
  readonly onDropped: (ids: readonly number[]) => void;
};

type Unsaved = { readonly call: Call; readonly facts: readonly CallFacts[]; readonly isNews: boolean };

/** Calls that a full disk did not take are tried again so often, and with each new event. */
const RETRY_MS = 15_000;

export function createKeeping(options: KeepingOptions): Keeping {
  const { store, hub, concernsMe, log } = options;
  let writing: Promise<unknown> = Promise.resolve();
  /** What a full disk has not taken yet, by the call's key: nothing of it is lost when there is room again. */
  const unsaved = new Map<string, Unsaved>();
  let retrying = false;

  const wasMine = (before: TrackerState, { key }: Call): boolean => {
    const call = callFor(before, key);
    return call !== null && concernsMe(call);
  };

  /** A missed call that nobody's phone seemed to ring for was a colleague's: what is known of it stays, its row goes. */
  const drop = async ({ changed, before, known }: Change): Promise<void> => {
    const left = changed.filter((call) => !concernsMe(call) && wasMine(before, call));
    for (const { key } of left) unsaved.delete(key);
    if (left.length === 0) return;
    const facts = left.flatMap((call) => factsOf(known, call.key));
    const keys = left.map((call) => call.key);
    options.onDropped(await store.calls.drop(keys, facts));
    hub.patch({ missed: await store.calls.missedCount() });
  };

  const write = async (change: Change): Promise<void> => {
    const { changed, raw, event, known, since } = change;
    await drop(change);
    for (const call of changed.filter(concernsMe)) {
      for (const former of call.formerKeys) unsaved.delete(former);
      unsaved.set(call.key, { call, facts: factsOf(known, call.key), isNews: call.startedAt >= since });
    }
    const batch = [...unsaved.values()];
    if (batch.length === 0) {
      // A recording's id that came before its call: kept for when the call is told.
      const loose = event === null || changed.length > 0 ? [] : factsOf(known, keyOf(event));
      if (loose.length > 0) await store.calls.write([], raw, loose);
      else if (raw !== null) await store.raw.add(raw);
      return;
    }
    const kept = batch.map(({ call }) => call);
    const facts = batch.flatMap((entry) => entry.facts);
    const seen = batch.filter((entry) => !entry.isNews).map(({ call }) => call.key);
    const ids = await store.calls.write(kept, raw, facts, seen).catch((error: unknown) => {
      // Only room is worth waiting for; a call the store will never take must not hold up the others.
      if (toWireError(error).code === 'store.disk-full') retryLater();
      else unsaved.clear();
      throw error;
    });
    unsaved.clear();
    const rows = batch.map(({ call, isNews }, index) => ({ id: ids[index] ?? 0, call, isNews }));
    if (event?.source === 'row') options.onFilled(rows);
    else for (const { id, call } of rows) options.onRow(id, call, event);
    if (kept.some((call) => call.phase === 'ended')) hub.patch({ missed: await store.calls.missedCount() });
  };

  const queue = (change: Omit<Change, 'known'>): Promise<void> => {
    // What is known now: by its turn, some of it may be forgotten.
    const known = options.known();
    const done = writing.then(() => hub.headStart()).then(() => write({ ...change, known }));
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
      const nothing = { changed: [], before: options.known(), raw: null, event: null, since: 0 };
      // What fails again has told the person and waits for its next turn.
      if (unsaved.size > 0) queue(nothing).catch(() => undefined);
    }, RETRY_MS);
  };

  return { queue, wasMine };
}
