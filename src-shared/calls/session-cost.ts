// SPDX-License-Identifier: MIT
import { partyOf } from './callback.ts';
import type { RowEvent, SipEvent } from './events.ts';
import { earliest, type SessionGroup } from './facts.ts';
import { digitsOf, sameNumber } from './same-number.ts';
import type { Summary, Timed } from './summary.ts';

/** A SIP session belongs to a PBX call when moments of both lie within this, in milliseconds. */
export const MATCH_WINDOW = 60_000;
/** A caller waits no longer than this in a queue before a phone rings, or talks no longer before being sent on. */
export const LONGEST_WAIT = 30 * 60_000;
/** The same where nothing but a row and the number speak for it. */
const LONGEST_UNPROVED_WAIT = 5 * 60_000;
/** Seconds of talk in a row are whole ones, and the two ends do not hang up in the same instant. */
const TALK_SLACK = 3_000;
/** What being named by the PBX, and being told of alike, is worth against being nearer in time. */
const UNLIKELY_PENALTY = 5_000;
/** What is in the wrong order counts so many times. */
const ODD_WEIGHT = 3;
/** A webhook's arrival is later than what it tells of by nobody knows how much; `call_start` and rows are exact. */
const ARRIVAL_PENALTY = 1_000;
/**
 * Pairs are of three kinds, the best first: likely ones; those where my phone rang before the call began, which only
 * clocks that differ explain; and those where I and the PBX do not say the same. A cost of less than these is better.
 */
export const ODD = 10 * LONGEST_WAIT;
export const CONTRADICTION = 20 * LONGEST_WAIT;
const CLOCK_SLACK = 5_000;
/** How long after END a session may still have started, for events that overtake one another. */
const END_SLACK = 2_000;

/** Distance in milliseconds between a session and a call, or null when they cannot be one. */
export function costOf(session: SipEvent, call: Summary): number | null {
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
  if (distance > MATCH_WINDOW && !rangLate(session, call)) return null;
  const named = call.extensions.has(session.extension) && !isCallback;
  const likely = named && !wentToAnother(session, call) ? 0 : UNLIKELY_PENALTY;
  const contradicts = session.callbackTo === undefined && !isCallback && contradict(session, call);
  const isOdd = session.startedAt < call.startedAt - CLOCK_SLACK;
  return distance + likely + (contradicts ? CONTRADICTION : isOdd ? ODD : 0);
}

/**
 * The call is over, and it never rang at my extension; or I talked, and nobody answered it, or others did, or for less
 * than I talked.
 */
function contradict({ answeredAt, endedAt, extension }: SipEvent, call: Summary): boolean {
  const told = [...call.ends, ...call.rows];
  if (told.length === 0) return false;
  if (!call.extensions.has(extension)) return true;
  if (answeredAt === null) return false;
  const most = Math.max(...told.map((source) => (source.disposition === 'answered' ? source.duration : -1)));
  if (most < 0) return call.answers.length === 0;
  const takers = call.direction === 'in' ? takersOf(call) : [];
  if (takers.length > 0 && !takers.includes(extension)) return true;
  return endedAt !== null && endedAt - answeredAt > most * 1000 + TALK_SLACK;
}

/** Extensions that answered, as far as the PBX says. */
function takersOf({ answers, ends, rows }: Summary): readonly (string | null)[] {
  const named = [
    ...answers.map((answer) => answer.extension),
    ...ends.flatMap((end) =>
      end.type === 'end' && end.disposition === 'answered' ? [end.lastInternal, end.internal] : [],
    ),
    ...rows.map((row) => (row.disposition === 'answered' ? row.extension : null)),
  ];
  return named.filter((extension) => extension !== null);
}

/** I did not take it although my extension did: with another phone, or when it rang again. */
function wentToAnother({ answeredAt, state, extension }: SipEvent, { answers, rows }: Summary): boolean {
  if (answeredAt !== null || state !== 'ended') return false;
  return (
    answers.some((answer) => answer.extension === extension) ||
    rows.some((row) => row.extension === extension && row.disposition === 'answered')
  );
}

/**
 * A phone may ring minutes after the call began: the caller waited in a queue, or was sent on. Then only what the PBX
 * says of this very extension proves that it is one call: webhooks come late but never early, and a row has its talk.
 */
function rangLate(session: SipEvent, call: Summary): boolean {
  const wait = session.startedAt - (call.startedAt ?? Number.POSITIVE_INFINITY);
  if (wait < 0 || wait > LONGEST_WAIT) return false;
  if (call.timed.some((event) => event.receivedAt >= session.startedAt && names(event, session.extension))) return true;
  return session.state === 'ended' && call.rows.some((row) => isRowOf(row, session, wait));
}

function names(event: Timed, extension: string): boolean {
  return (
    ('internal' in event && event.internal === extension) ||
    (event.type === 'end' && event.lastInternal === extension) ||
    (event.type === 'answer' && event.destination === extension)
  );
}

function isRowOf(row: RowEvent, { extension, answeredAt, endedAt }: SipEvent, wait: number): boolean {
  if (row.extension !== extension || (row.disposition === 'answered') !== (answeredAt !== null)) return false;
  if (answeredAt === null || endedAt === null) return wait <= LONGEST_UNPROVED_WAIT;
  return Math.abs(endedAt - answeredAt - row.duration * 1000) <= TALK_SLACK;
}

/** A phone does not ring before its call begins, nor after a webhook tells so: only clocks that differ say that. */
function after(moment: number, start: number): number {
  return moment < start ? (start - moment) * ODD_WEIGHT : moment - start;
}

function* distances(session: SipEvent, call: Summary): Iterable<number> {
  if (call.startedAt !== null) yield after(session.startedAt, call.startedAt);
  for (const row of call.rows) yield after(session.startedAt, row.callStart);
  // By our own clock the call began when it was first told of at the latest.
  const told = earliest(...call.timed.map((event) => event.receivedAt));
  if (told !== null) yield after(session.startedAt, told) + ARRIVAL_PENALTY;
  for (const event of call.timed) {
    const isHere = event.type === 'internal' && (event.internal === null || event.internal === session.extension);
    if (isHere && event.receivedAt >= session.startedAt - CLOCK_SLACK) {
      yield after(event.receivedAt, session.startedAt) + ARRIVAL_PENALTY;
    }
  }
  for (const answer of call.answers) {
    const isHere = answer.extension === null || answer.extension === session.extension;
    if (isHere && session.answeredAt !== null && answer.at >= session.answeredAt - CLOCK_SLACK) {
      yield after(answer.at, session.answeredAt) + ARRIVAL_PENALTY;
    }
  }
}

/**
 * A second session of one extension fits only an incoming call that rang there before, in vain, and rings again
 * (return_timeout, megacall-api.md section 3.6).
 */
export function hasRoom(call: Summary, others: readonly SessionGroup[], session: SipEvent): boolean {
  const mine = others.map((other) => other.session).filter((other) => other.extension === session.extension);
  if (mine.length === 0) return true;
  if (call.direction === 'out') return false;
  // Without webhooks, a second ring long after is more likely a second call whose row is still to come.
  if (call.timed.length === 0 && Math.abs(session.startedAt - (call.startedAt ?? 0)) > MATCH_WINDOW) return false;
  return mine.every((other) => rangInVainBefore(other, session) || rangInVainBefore(session, other));
}

function rangInVainBefore(first: SipEvent, second: SipEvent): boolean {
  return (
    first.state === 'ended' && first.answeredAt === null && first.endedAt !== null && first.endedAt <= second.startedAt
  );
}
