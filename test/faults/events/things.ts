// SPDX-License-Identifier: MIT
import type { SipEvent } from '../../../src-shared/calls/events.ts';
import { utcToWall } from '../../../src-shared/megacall/clock.ts';
import { DID, MINE, type Plan, T0 } from './story.ts';

/** The account's clock is two hours ahead of UTC. */
export const OFFSET_MS = 7_200_000;

export type Fields = Readonly<Record<string, string>>;

/** One thing that a desktop is told, and when, UTC ms: as the PBX, the statistics and the phone tell it. */
export type Thing =
  | { readonly kind: 'webhook'; readonly at: number; readonly fields: Fields }
  | {
      readonly kind: 'row';
      readonly at: number;
      readonly callType: 'in' | 'out';
      readonly row: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'session'; readonly at: number; readonly event: SipEvent };

/** What is told of a call, in the order in which it happens. */
export function thingsOf(plan: Plan): readonly Thing[] {
  const things = [...webhooksOf(plan), ...rowsOf(plan), ...sessionsOf(plan)];
  return things.sort((a, b) => a.at - b.at);
}

export function pbxCallId(plan: Plan): string {
  return `${plan.kind === 'in' ? 'in' : 'out'}_${plan.n.toString(16).padStart(40, '0')}`;
}

function recordId(plan: Plan): string {
  return `${Math.floor((T0 + plan.start) / 1000)}.1000${plan.n}1`;
}

/** Talk in whole seconds, as the PBX counts it. */
export function durationOf({ answer, end }: Plan): number {
  return answer === null ? 0 : Math.floor((end - answer.at) / 1000);
}

/** A number as the PBX happens to write it (traps 10 and 26). */
function told(number: string, plus: boolean): string {
  return number === '' ? '0' : plus ? number : number.replace('+', '');
}

function webhooksOf(plan: Plan): Thing[] {
  const { kind, start, rings, answer, transfer, end, habits, number } = plan;
  if (!habits.webhooks) return [];
  const caller = told(number, habits.plus);
  const base = { call_start: utcToWall(T0 + start, OFFSET_MS), pbx_call_id: pbxCallId(plan) };
  const things: Thing[] = [];
  const tell = (after: number, event: string, fields: Fields): void => {
    things.push({ kind: 'webhook', at: T0 + start + after + 50, fields: { event, ...base, ...fields } });
  };
  const talk = transfer ?? answer;
  const over = {
    ...{ duration: String(durationOf(plan)), disposition: plan.disposition, status_code: '16' },
    ...{ is_recorded: plan.recorded ? '1' : '0', ...(plan.recorded ? { call_id_with_rec: recordId(plan) } : {}) },
  };
  if (kind === 'in') {
    const party = { caller_id: caller, called_did: told(DID, habits.plus) };
    if (habits.hasStart || rings.length === 0) tell(0, 'NOTIFY_START', party);
    for (const ring of rings) {
      tell(ring.at, 'NOTIFY_INTERNAL', { ...party, internal: ring.extension });
      if (habits.internalEnds && talk?.extension !== ring.extension) {
        tell(ring.until, 'NOTIFY_INTERNAL_END', { ...party, internal: ring.extension });
      }
    }
    for (const taken of [answer, transfer]) {
      if (taken === null) continue;
      const who = { destination: taken.extension, internal: taken.extension };
      tell(taken.at, 'NOTIFY_ANSWER', { caller_id: caller, ...who });
    }
    const names = {
      ...(talk !== null && habits.endNames === 'both' ? { internal: talk.extension } : {}),
      ...(talk !== null && habits.endNames !== 'none' ? { last_internal: talk.extension } : {}),
    };
    tell(end, 'NOTIFY_END', { ...party, ...names, ...over });
  } else {
    const party = { internal: rings[0]?.extension ?? MINE, destination: caller, caller_id: told(DID, habits.plus) };
    tell(0, 'NOTIFY_OUT_START', party);
    if (answer !== null) tell(answer.at, 'NOTIFY_ANSWER', party);
    tell(end, 'NOTIFY_OUT_END', { ...party, ...over });
  }
  if (plan.recorded) tell(end + 4_000, 'NOTIFY_RECORD', { call_id_with_rec: recordId(plan) });
  return things;
}

/** One row a leg, some seconds after the end. */
function rowsOf(plan: Plan): Thing[] {
  const { kind, start, rings, answer, transfer, end, habits } = plan;
  if (habits.rows === 'none') return [];
  const handler = (transfer ?? answer)?.extension ?? rings[0]?.extension ?? '0';
  const legs = [...new Set(rings.map((ring) => ring.extension))];
  const number = told(plan.number, habits.plus);
  return (legs.length === 0 ? ['0'] : legs).map((extension, index): Thing => {
    const handled = extension === handler;
    const sent = transfer !== null && answer?.extension === extension ? transfer.at - answer.at : null;
    const disposition = plan.disposition === 'failed' ? 'call failed' : plan.disposition;
    const row = {
      call_id: handled ? recordId(plan) : `${Math.floor((T0 + start) / 1000)}.2000${plan.n}${index + 1}`,
      sip: extension,
      callstart: utcToWall(T0 + start, OFFSET_MS),
      clid: kind === 'in' ? `Ana (${number})` : extension,
      destination: kind === 'in' ? told(DID, habits.plus) : number,
      disposition: handled ? disposition : sent !== null ? 'answered' : 'no answer',
      seconds: handled ? durationOf(plan) : Math.floor((sent ?? 0) / 1000),
      is_recorded: String(handled && plan.recorded),
      ...(habits.rows === 'named' ? { pbx_call_id: pbxCallId(plan) } : {}),
    };
    return { kind: 'row', at: T0 + start + end + 9_000 + index, callType: kind === 'in' ? 'in' : 'out', row };
  });
}

/** What my own phone says, in snapshots. */
function sessionsOf(plan: Plan): Thing[] {
  const { kind, start, rings, answer, transfer, end, habits, n } = plan;
  if (!habits.softphone) return [];
  const mine = rings.filter((ring) => ring.extension === MINE);
  const number = habits.national ? plan.number.replace(/^\+34/, '') : plan.number;
  return mine.flatMap((ring, index): Thing[] => {
    const at = (after: number): number => T0 + start + after;
    const began = Math.max(at(ring.at) + habits.lag, T0 + start - 200);
    const last = index === mine.length - 1;
    const taken = [answer, transfer].find((one) => one?.extension === MINE);
    const takes = last && taken ? taken : null;
    const leaves = takes === null ? ring.until : takes === answer && transfer !== null ? transfer.at : end;
    const base: SipEvent = {
      ...{ source: 'sip', type: 'session', sessionId: `s${n}-${index}`, seq: 1, extension: MINE },
      ...{ direction: kind === 'out' ? 'out' : 'in', number, networkName: null, startedAt: began },
      ...{ state: kind === 'out' ? 'dialing' : 'ringing', answeredAt: null, endedAt: null, endCause: null },
      ...{ muted: false, hold: 'none', ...(kind === 'callback' ? { callbackTo: plan.number } : {}) },
    };
    // The first leg of a callback is taken before the other party is called.
    const answered = kind === 'callback' ? at(ring.at) + 1_000 : takes === null ? null : at(takes.at) + 40;
    const over = Math.max(at(leaves) + 60, began + 10, answered ?? 0);
    const connected: SipEvent = { ...base, seq: 2, state: 'connected', answeredAt: answered };
    const elsewhere = answer !== null && kind === 'in' && answer.at <= ring.until;
    const cause = answered !== null ? 'hung-up' : elsewhere ? 'answered-elsewhere' : 'cancelled';
    const ended: SipEvent = { ...base, seq: 3, state: 'ended', answeredAt: answered, endedAt: over, endCause: cause };
    return [
      { kind: 'session', at: began, event: base },
      ...(answered === null ? [] : [{ kind: 'session', at: answered, event: connected } as const]),
      { kind: 'session', at: over, event: ended },
    ];
  });
}
