// SPDX-License-Identifier: MIT
import { partyOf } from './callback.ts';
import type { SipEvent } from './events.ts';
import { earliest, type SessionGroup } from './facts.ts';
import { legsOf } from './legs.ts';
import type { Join } from './match.ts';
import { type Call, type CallPhase, DISPOSITIONS, type Disposition, type SessionLink } from './model.ts';
import { digitsOf, sameNumber } from './same-number.ts';
import { type Known, sessionEnd, summaryOf } from './summary.ts';

/** The call these facts make, or null while there is nothing yet but a recording's id. */
export function deriveCall(join: Join): Call | null {
  const pbx = join.main === null ? null : summaryOf(join.main);
  const sessions = join.sessions.map((group) => group.session);
  const rows = [...(pbx?.rows ?? []), ...join.rows.flatMap((group) => summaryOf(group).rows)];
  const first = sessions[0];
  const startedAt = pbx === null ? earliest(...sessions.map((session) => session.startedAt)) : pbx.startedAt;
  if (startedAt === null) return null;
  const known: Known = {
    pbx,
    direction: pbx?.direction ?? (first && partyOf(first).direction) ?? 'in',
    rows,
    sessions,
  };

  const isEnded = endOf(known) !== null;
  const disposition = isEnded ? dispositionOf(known) : null;
  const endedAt = endOf(known);
  const answeredAt = answeredAtOf(known, disposition, endedAt);
  const answeredBy = answeredAt === null && disposition !== 'answered' ? null : answeredByOf(known);
  const former = [...join.sessions, ...join.rows].map((group: SessionGroup | Join['rows'][number]) => group.key);
  return {
    key: join.main?.key ?? join.sessions[0]?.key ?? '',
    formerKeys: join.main === null ? [] : former.sort(),
    pbxCallId: pbx?.pbxCallId ?? null,
    direction: known.direction,
    number: numberOf(known),
    networkName: latest(sessions, 'networkName') ?? rows.find((row) => row.networkName !== null)?.networkName ?? null,
    did: didOf(known),
    startedAt,
    answeredAt,
    endedAt,
    duration: durationOf(known, disposition, answeredAt, endedAt),
    disposition,
    answeredBy,
    legs: legsOf(known, { answeredAt, answeredBy, endedAt }),
    session: linkOf(sessions),
    causeCode: pbx?.ends.find((end) => end.causeCode !== null)?.causeCode ?? null,
    isRecorded:
      rows.some((row) => row.isRecorded) ||
      (pbx?.records.length ?? 0) > 0 ||
      (pbx?.ends.some((end) => end.isRecorded) ?? false),
    recordIds: recordIdsOf(known),
    phase: phaseOf(isEnded, answeredAt),
  };
}

function phaseOf(isEnded: boolean, answeredAt: number | null): CallPhase {
  if (isEnded) return 'ended';
  return answeredAt === null ? 'ringing' : 'talking';
}

/**
 * When the call was over, by our clock: END's first arrival or the end of my session, whichever is earlier. My session
 * ends the call when it was answered, when the call is mine outgoing, or when the PBX says nothing of it; otherwise it
 * only stopped ringing here.
 */
function endOf({ pbx, direction, rows, sessions }: Known): number | null {
  const over = sessions.filter(
    (session) =>
      session.state === 'ended' &&
      (session.answeredAt !== null || pbx === null || (direction === 'out' && partyOf(session).direction === 'out')),
  );
  const live = earliest(pbx?.endAt ?? null, ...over.map(sessionEnd));
  if (live !== null || rows.length === 0) return live;
  return Math.max(...rows.map((row) => row.callStart + (row.disposition === 'answered' ? row.duration * 1000 : 0)));
}

/** PBX before statistics before SIP; within one source, the first of DISPOSITIONS (`answered` wins). */
function dispositionOf({ pbx, rows, sessions }: Known): Disposition {
  const said = strongest(pbx?.ends.map((end) => end.disposition));
  // The PBX calls it busy when the only phone that rang refused; the agent knows better.
  if (said === 'busy' && sessions.some((session) => session.endCause === 'declined')) return 'rejected';
  return said ?? strongest(rows.map((row) => row.disposition)) ?? strongest(sessions.map(sipDisposition)) ?? 'unknown';
}

function strongest(said: readonly Disposition[] = []): Disposition | null {
  return DISPOSITIONS.find((disposition) => said.includes(disposition)) ?? null;
}

function sipDisposition(session: SipEvent): Disposition {
  if (session.answeredAt !== null) return 'answered';
  switch (session.endCause) {
    case 'hung-up':
    case 'answered-elsewhere':
      return 'answered';
    case 'cancelled':
      return 'cancelled';
    case 'declined':
      return 'rejected';
    case 'busy':
      return 'busy';
    case 'no-answer':
      return 'no-answer';
    case 'not-found':
      return 'unallocated';
    case 'failed':
      return 'failed';
    case null:
      return 'unknown';
  }
}

/** ANSWER or my SIP answer, whichever is earlier; else reckoned back from what END or a row says. */
function answeredAtOf(known: Known, disposition: Disposition | null, endedAt: number | null): number | null {
  const { pbx, rows, sessions } = known;
  const told = earliest(...(pbx?.answers.map((answer) => answer.at) ?? []));
  // That I took my own leg of a callback is not the other party's answer, once the PBX says how that went.
  const knowsBetter = told !== null || (disposition !== null && disposition !== 'answered');
  const taken = sessions.filter((session) => session.callbackTo === undefined || !knowsBetter);
  const seen = earliest(told, ...taken.map((session) => session.answeredAt));
  if (seen !== null) return seen;
  if (disposition !== 'answered' || endedAt === null) return null;
  if (pbx !== null && pbx.ends.length > 0) return endedAt - reportedDuration(known) * 1000;
  return earliest(...rows.filter((row) => row.disposition === 'answered').map((row) => row.callStart));
}

function durationOf(
  known: Known,
  disposition: Disposition | null,
  answeredAt: number | null,
  endedAt: number | null,
): number {
  if ((known.pbx?.ends.length ?? 0) > 0 || known.rows.length > 0) {
    return disposition === 'answered' || answeredAt !== null ? reportedDuration(known) : 0;
  }
  return answeredAt === null || endedAt === null ? 0 : Math.max(0, Math.round((endedAt - answeredAt) / 1000));
}

function reportedDuration({ pbx, rows }: Known): number {
  const said = pbx !== null && pbx.ends.length > 0 ? pbx.ends : rows;
  return Math.max(0, ...said.map((source) => source.duration));
}

/** END's word, then the last ANSWER, then my session, then the statistics (trap 24). */
function answeredByOf({ pbx, direction, rows, sessions }: Known): string | null {
  const talked = sessions.filter((session) => session.answeredAt !== null);
  if (direction === 'out') return pbx?.origin ?? talked[0]?.extension ?? null;
  const ends = pbx?.ends.filter((end) => end.type === 'end' && end.disposition === 'answered') ?? [];
  const last = ends.find((end) => end.type === 'end' && end.lastInternal !== null);
  return (
    (last?.type === 'end' ? last.lastInternal : null) ??
    ends.find((end) => end.internal !== null)?.internal ??
    pbx?.answers.findLast((answer) => answer.extension !== null)?.extension ??
    talked.at(-1)?.extension ??
    rows.find((row) => row.disposition === 'answered' && row.extension !== null)?.extension ??
    null
  );
}

/** The PBX's number, with `+` when any source has the same number with it. */
function numberOf({ pbx, rows, sessions }: Known): string {
  const spelled = [
    ...(pbx?.numbers ?? []),
    ...rows.map((row) => row.number),
    ...sessions.map((session) => partyOf(session).number),
  ];
  const best =
    spelled.find((number) => digitsOf(number) !== '') ?? spelled.find((number) => /\p{L}/u.test(number)) ?? '';
  return withPlus(best, spelled);
}

function didOf({ pbx, direction, rows }: Known): string | null {
  const said = (pbx?.timed ?? []).flatMap((event) => {
    if (direction === 'out') return event.type === 'out-start' || event.type === 'out-end' ? [event.callerId] : [];
    return 'did' in event ? [event.did] : [];
  });
  const spelled = [...said, ...rows.map((row) => row.did)].filter((did) => did !== null && digitsOf(did) !== '');
  const best = spelled[0] ?? null;
  return best === null ? null : withPlus(best, spelled);
}

function withPlus(best: string, spelled: readonly (string | null)[]): string {
  if (best === '' || best.startsWith('+')) return best;
  return spelled.find((number) => number?.startsWith('+') === true && sameNumber(number, best)) ?? best;
}

function latest(sessions: readonly SipEvent[], field: 'networkName'): string | null {
  return sessions.findLast((session) => session[field] !== null)?.[field] ?? null;
}

/** The session to control: one that lives before one that ended, then the newest. */
function linkOf(sessions: readonly SipEvent[]): SessionLink | null {
  const session = sessions.findLast((candidate) => candidate.state !== 'ended') ?? sessions.at(-1);
  if (session === undefined) return null;
  const { sessionId, direction, state, muted, hold, answeredAt } = session;
  return { sessionId, direction, state, muted, hold, answeredAt };
}

/** Ids by first mention, webhooks before statistics: the newest is last. */
function recordIdsOf({ pbx, rows }: Known): readonly string[] {
  const ends =
    pbx?.ends.flatMap((end) => (end.recordId === null ? [] : [{ at: end.receivedAt, id: end.recordId }])) ?? [];
  const records = pbx?.records.map((record) => ({ at: record.receivedAt, id: record.recordId })) ?? [];
  const told = [...ends, ...records].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map((record) => record.id);
  return [...new Set([...told, ...rows.filter((row) => row.isRecorded).map((row) => row.callId)])];
}
