// SPDX-License-Identifier: MIT
import { type Audience, EVERYTHING } from './store/api.ts';

/** One event of a call as the log gets it: `body` is JSON of `RelayEvent`. */
export type CallEntry = { readonly hash: string; readonly receivedAt: number; readonly body: string };

/**
 * What the relay keeps of a call while it lives. Whoever is in `met`, and `*`, has each event kept here in the log: a
 * record is written only after the entries it stands for. The one exception says so: `owed`.
 */
export type CallRecord = {
  /** Extensions with a part in the call, in the order they were met. */
  readonly met: readonly string[];
  readonly events: readonly CallEntry[];
  /** Events beyond the limits: given to those met by then, not kept for later ones. */
  readonly more: number;
  /** Somebody spoke with the other party. */
  readonly spoken: boolean;
  /** The fallback was chosen and may not have the events yet. */
  readonly owed: boolean;
};

export const NEW_CALL: CallRecord = { met: [], events: [], more: 0, spoken: false, owed: false };

/** What one notification adds to its call. */
export type Arrival = {
  readonly events: readonly CallEntry[];
  /** Extensions it names. */
  readonly extensions: readonly string[];
  readonly spoken: boolean;
  /** Who gets the call when nobody has met it yet; null while somebody still may. */
  readonly fallback: string | null;
  /** The last of the call, as far as can be told. */
  readonly isOver: boolean;
};

export type Delivered = { readonly audience: Audience; readonly event: CallEntry };

/** A group of twenty with all its steps is under these; what goes beyond is no call. */
const MOST_EVENTS = 64;
const MOST_CHARACTERS = 64 * 1024;

/**
 * A call with an arrival, and what has to be in the log before that may be written: everything new for those met
 * before, and for newcomers what came earlier too. The same record when the arrival says nothing new.
 *
 * Who is named in an arrival is in the call whatever other nodes write meanwhile, so its entries may go ahead of the
 * record. A fallback is one only while nobody is met: that has to be written first (`owed`), and then asked again.
 */
export function joinCall(
  before: CallRecord,
  arrival: Arrival,
): { readonly after: CallRecord; readonly entries: readonly Delivered[] } {
  const met = [...new Set([...before.met, ...arrival.extensions])];
  if (met.length === 0 && arrival.fallback !== null) {
    return { after: { ...before, met: [arrival.fallback], owed: true }, entries: [] };
  }
  const known = new Set(before.events.map(({ hash }) => hash));
  const fresh = arrival.events.filter(({ hash }) => !known.has(hash));
  const newcomers = before.owed ? met : met.slice(before.met.length);
  const spoken = before.spoken || arrival.spoken;
  if (fresh.length === 0 && newcomers.length === 0 && spoken === before.spoken) return { after: before, entries: [] };

  const kept = withinLimits(before.events, fresh);
  const more = before.more + fresh.length - kept.length;
  return {
    after: { met, events: [...before.events, ...kept], more, spoken, owed: false },
    entries: [
      ...[EVERYTHING, ...met.filter((one) => !newcomers.includes(one))].flatMap((one) => entriesFor(one, fresh)),
      ...newcomers.flatMap((one) => entriesFor(one, [...before.events, ...fresh])),
    ],
  };
}

function entriesFor(audience: Audience, events: readonly CallEntry[]): readonly Delivered[] {
  return events.map((event) => ({ audience, event }));
}

function withinLimits(before: readonly CallEntry[], fresh: readonly CallEntry[]): readonly CallEntry[] {
  let characters = before.reduce((sum, { body }) => sum + body.length, 0);
  const room = MOST_EVENTS - before.length;
  return fresh.filter(({ body }, index) => {
    if (index >= room || characters + body.length > MOST_CHARACTERS) return false;
    characters += body.length;
    return true;
  });
}

/** A record as text for the store. Bodies are JSON already and go in as they are. */
export function writeRecord({ events, ...rest }: CallRecord): string {
  return `${JSON.stringify(rest).slice(0, -1)},"events":[${events.map(({ body }) => body).join(',')}]}`;
}

/** The record of a stored text. */
export function readRecord(text: string): CallRecord {
  const { events, ...rest } = JSON.parse(text) as Omit<CallRecord, 'events'> & { events: readonly CallEntry[] };
  return {
    ...rest,
    events: events.map((event) => ({
      hash: event.hash,
      receivedAt: event.receivedAt,
      body: JSON.stringify(event),
    })),
  };
}
