// SPDX-License-Identifier: MIT
import { partyOf } from './callback.ts';
import type { SipEvent } from './events.ts';
import { compareText, type EventGroup, type FactGroup, type SessionGroup } from './facts.ts';
import { digitsOf, sameNumber } from './same-number.ts';
import { type Summary, summaryOf } from './summary.ts';

/** A SIP session belongs to a PBX call when moments of both lie within this, in milliseconds. */
export const MATCH_WINDOW = 60_000;
/** What being named by the PBX is worth against being nearer in time. */
const UNNAMED_PENALTY = 5_000;
/** How long after END a session may still have started, for events that overtake one another. */
const END_SLACK = 2_000;
/** Rows without `pbx_call_id` carry the same PBX clock as webhooks, in whole seconds. */
const ROW_WINDOW = 2_000;

/** Facts that are one call: the PBX's group, or a row's, or none; rows without an id; media sessions. */
export type Join = {
  readonly main: EventGroup | null;
  readonly rows: readonly EventGroup[];
  readonly sessions: readonly SessionGroup[];
};

/** Divides all facts into calls. Depends on the set of facts only, never on the order they came in. */
export function joinFacts(groups: Iterable<FactGroup>): readonly Join[] {
  const calls: EventGroup[] = [];
  const looseRows: EventGroup[] = [];
  const sessions: SessionGroup[] = [];
  for (const group of groups) {
    if (group.kind === 'sip') sessions.push(group);
    else if (group.kind === 'row') looseRows.push(group);
    else calls.push(group);
  }
  const rowsOf = new Map<string, EventGroup[]>();
  const mains = [...calls];
  const byNumber = indexByNumber(calls.map(summaryOf));
  for (const row of looseRows.sort((a, b) => compareText(a.key, b.key))) {
    const owner = ownerOfRow(summaryOf(row), calls, byNumber);
    if (owner === null) mains.push(row);
    else rowsOf.set(owner, [...(rowsOf.get(owner) ?? []), row]);
  }
  const { taken, alone } = matchSessions(sessions, mains.map(summaryOf));
  return [
    ...mains.map((main) => ({
      main,
      rows: rowsOf.get(main.key) ?? [],
      sessions: (taken.get(main.key) ?? []).sort(byStart),
    })),
    ...alone.map((session) => ({ main: null, rows: [], sessions: [session] })),
  ];
}

function byStart(a: SessionGroup, b: SessionGroup): number {
  return a.session.startedAt - b.session.startedAt || compareText(a.key, b.key);
}

/** Candidates by the last seven digits, so that a session is compared with a handful of calls, not with all. */
function indexByNumber(summaries: readonly Summary[]): ReadonlyMap<string, readonly Summary[]> {
  const index = new Map<string, Summary[]>();
  for (const summary of summaries) {
    for (const tail of new Set(summary.numbers.map(tailOf))) {
      const same = index.get(tail);
      if (same === undefined) index.set(tail, [summary]);
      else same.push(summary);
    }
  }
  return index;
}

function tailOf(number: string): string {
  return digitsOf(number).slice(-7);
}

function ownerOfRow(
  row: Summary,
  calls: readonly EventGroup[],
  byNumber: ReadonlyMap<string, readonly Summary[]>,
): string | null {
  const callId = row.key.slice('row:'.length);
  const named = calls.map(summaryOf).filter((call) => namesRow(call, callId));
  if (named.length > 0) return named.map((call) => call.key).sort(compareText)[0] ?? null;
  const near = row.numbers
    .flatMap((number) =>
      (byNumber.get(tailOf(number)) ?? []).filter((call) => call.numbers.some((n) => sameNumber(n, number))),
    )
    .filter((call) => call.direction === row.direction && sharesExtension(call, row))
    .map((call) => ({ key: call.key, distance: Math.abs((call.startedAt ?? 0) - (row.startedAt ?? 0)) }))
    .filter((candidate) => candidate.distance <= ROW_WINDOW)
    .sort((a, b) => a.distance - b.distance || compareText(a.key, b.key));
  return near[0]?.key ?? null;
}

function namesRow(call: Summary, callId: string): boolean {
  return (
    call.rows.some((row) => row.callId === callId) ||
    call.records.some((record) => record.recordId === callId) ||
    call.ends.some((end) => end.recordId === callId)
  );
}

function sharesExtension(call: Summary, row: Summary): boolean {
  if (call.extensions.size === 0 || row.extensions.size === 0) return true;
  return [...row.extensions].some((extension) => call.extensions.has(extension));
}

type Pair = { readonly cost: number; readonly call: Summary; readonly group: SessionGroup };

/** Cheapest pairs first; an extension is never in one call twice at a time. */
function matchSessions(sessions: readonly SessionGroup[], calls: readonly Summary[]) {
  const byNumber = indexByNumber(calls);
  const pairs: Pair[] = [];
  for (const group of sessions) {
    for (const call of byNumber.get(tailOf(partyOf(group.session).number)) ?? []) {
      const cost = costOf(group.session, call);
      if (cost !== null) pairs.push({ cost, call, group });
    }
  }
  pairs.sort((a, b) => a.cost - b.cost || compareText(a.call.key, b.call.key) || compareText(a.group.key, b.group.key));
  const taken = new Map<string, SessionGroup[]>();
  const placed = new Set<string>();
  for (const { call, group } of pairs) {
    const others = taken.get(call.key) ?? [];
    if (placed.has(group.key) || !hasRoom(call, others, group.session)) continue;
    placed.add(group.key);
    taken.set(call.key, [...others, group]);
  }
  return { taken, alone: sessions.filter((group) => !placed.has(group.key)) };
}

/** Distance in milliseconds between a session and a call, or null when they cannot be one. */
function costOf(session: SipEvent, call: Summary): number | null {
  if (call.startedAt === null) return null;
  const { direction, number } = partyOf(session);
  // An incoming session in an outgoing call is the first leg of a callback (trap 18), asked for by another program.
  if (direction === 'out' && call.direction === 'in') return null;
  const isCallback = direction !== call.direction;
  if (call.origin !== null && call.origin !== session.extension) return null;
  if (isCallback && (call.origin === null || digitsOf(number) === '')) return null;
  if (!call.numbers.some((one) => sameNumber(one, number))) return null;
  if (call.endAt !== null && session.startedAt > call.endAt + END_SLACK) return null;
  const distance = Math.min(...distances(session, call));
  if (distance > MATCH_WINDOW) return null;
  const named = call.extensions.has(session.extension) && !isCallback;
  return distance + (named ? 0 : UNNAMED_PENALTY);
}

function* distances(session: SipEvent, call: Summary): Iterable<number> {
  if (call.startedAt !== null) yield Math.abs(session.startedAt - call.startedAt);
  for (const row of call.rows) yield Math.abs(session.startedAt - row.callStart);
  for (const event of call.timed) {
    const concerns =
      event.type === 'start' ||
      event.type === 'out-start' ||
      (event.type === 'internal' && (event.internal === null || event.internal === session.extension));
    if (concerns) yield Math.abs(session.startedAt - event.receivedAt);
  }
  for (const answer of call.answers) {
    if (session.answeredAt !== null && (answer.extension === null || answer.extension === session.extension)) {
      yield Math.abs(session.answeredAt - answer.at);
    }
  }
}

/**
 * A second session of one extension fits only an incoming call that rang there before, in vain, and rings again
 * (return_timeout, megacall-api.md section 3.6).
 */
function hasRoom(call: Summary, others: readonly SessionGroup[], session: SipEvent): boolean {
  const mine = others.map((other) => other.session).filter((other) => other.extension === session.extension);
  if (mine.length === 0) return true;
  if (call.direction === 'out' || call.timed.length === 0) return false;
  return mine.every((other) => rangInVainBefore(other, session) || rangInVainBefore(session, other));
}

function rangInVainBefore(first: SipEvent, second: SipEvent): boolean {
  return (
    first.state === 'ended' && first.answeredAt === null && first.endedAt !== null && first.endedAt <= second.startedAt
  );
}
