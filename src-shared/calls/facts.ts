// SPDX-License-Identifier: MIT
import type { CallEvent, PbxEvent, RowEvent, SipEvent } from './events.ts';

/**
 * What the sources said, kept so that adding is commutative, associative and idempotent: the same facts in any order
 * and any number of times make equal groups. Nothing is concluded here; `derive.ts` does that.
 */
export type FactGroup = EventGroup | SessionGroup;

/** Webhooks and statistics rows of one PBX call, or one row without a `pbx_call_id`. */
export type EventGroup = {
  readonly kind: 'pbx' | 'row';
  readonly key: string;
  /** By content: a repetition only lowers the moment of arrival. */
  readonly events: ReadonlyMap<string, PbxEvent | RowEvent>;
};

export type SessionGroup = { readonly kind: 'sip'; readonly key: string; readonly session: SipEvent };

/** Key of the group an event belongs to; also the key of its call until more is known. */
export function keyOf(event: CallEvent): string {
  switch (event.source) {
    case 'pbx':
      return `pbx:${event.pbxCallId}`;
    case 'sip':
      return `sip:${event.sessionId}`;
    case 'row':
      return event.pbxCallId === null ? `row:${event.callId}` : `pbx:${event.pbxCallId}`;
  }
}

/** The group with one more event; the same object when the event says nothing new. */
export function addFact(group: FactGroup | undefined, event: CallEvent): FactGroup {
  if (event.source === 'sip') return addSnapshot(group, event);
  const key = keyOf(event);
  const known = group?.kind === 'sip' ? undefined : group;
  const content = contentOf(event);
  const before = known?.events.get(content);
  if (known !== undefined && before !== undefined && arrivalOf(before) <= arrivalOf(event)) return known;
  const events = new Map(known?.events).set(content, event);
  return { kind: key.startsWith('pbx:') ? 'pbx' : 'row', key, events };
}

/** Our clock's time of arrival; rows have none. */
export function arrivalOf(event: PbxEvent | RowEvent): number {
  return event.source === 'pbx' ? event.receivedAt : 0;
}

/** Events of a group in an order that depends on nothing but the events. */
export function eventsOf(group: FactGroup): readonly CallEvent[] {
  if (group.kind === 'sip') return [group.session];
  return [...group.events.entries()]
    .sort(([a, left], [b, right]) => arrivalOf(left) - arrivalOf(right) || compareText(a, b))
    .map(([, event]) => event);
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function contentOf(event: PbxEvent | RowEvent): string {
  const fields = Object.entries(event).filter(([name]) => name !== 'receivedAt');
  return JSON.stringify(fields.sort(([a], [b]) => compareText(a, b)));
}

const STATE_ORDER = ['dialing', 'ringing', 'connecting', 'connected', 'ended'] as const;
const CAUSE_ORDER = [
  'hung-up',
  'answered-elsewhere',
  'declined',
  'busy',
  'not-found',
  'no-answer',
  'cancelled',
  'failed',
] as const;

function addSnapshot(group: FactGroup | undefined, event: SipEvent): SessionGroup {
  const key = keyOf(event);
  if (group?.kind !== 'sip') return { kind: 'sip', key, session: event };
  const session = joinSnapshots(group.session, event);
  return sameSnapshot(session, group.session) ? group : { kind: 'sip', key, session };
}

/** What may change follows the highest `seq`; state only goes forward; the first time of anything stands. */
function joinSnapshots(a: SipEvent, b: SipEvent): SipEvent {
  const latest = a.seq === b.seq ? (compareText(changing(a), changing(b)) < 0 ? b : a) : a.seq > b.seq ? a : b;
  const callbackTo = [a.callbackTo, b.callbackTo].filter((number) => number !== undefined).sort(compareText)[0];
  return {
    ...latest,
    ...(callbackTo === undefined ? {} : { callbackTo }),
    state: STATE_ORDER.indexOf(a.state) > STATE_ORDER.indexOf(b.state) ? a.state : b.state,
    startedAt: Math.min(a.startedAt, b.startedAt),
    answeredAt: earliest(a.answeredAt, b.answeredAt),
    endedAt: earliest(a.endedAt, b.endedAt),
    endCause: CAUSE_ORDER.find((cause) => cause === a.endCause || cause === b.endCause) ?? null,
  };
}

/** The smallest of the known times. */
export function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function changing(event: SipEvent): string {
  return JSON.stringify([event.extension, event.direction, event.number, event.networkName, event.muted, event.hold]);
}

function sameSnapshot(a: SipEvent, b: SipEvent): boolean {
  return (
    a.seq === b.seq &&
    a.state === b.state &&
    a.startedAt === b.startedAt &&
    a.answeredAt === b.answeredAt &&
    a.endedAt === b.endedAt &&
    a.endCause === b.endCause &&
    a.callbackTo === b.callbackTo &&
    changing(a) === changing(b)
  );
}
