// SPDX-License-Identifier: MIT
import { partyOf } from './callback.ts';
import { compareText, type EventGroup, type FactGroup, type SessionGroup } from './facts.ts';
import { digitsOf, sameNumber } from './same-number.ts';
import { CONTRADICTION, costOf, hasRoom, ODD } from './session-cost.ts';
import { type Summary, summaryOf } from './summary.ts';

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

/** An extension is never in one call twice at a time. Cheapest pairs first, then whatever makes the whole cheaper. */
function matchSessions(sessions: readonly SessionGroup[], calls: readonly Summary[]) {
  const pairs = pairsOf(sessions, calls);
  const places = new Places();
  for (const worst of [ODD, CONTRADICTION, Number.POSITIVE_INFINITY]) {
    // A second ring is what no call of its own explains.
    for (const allows of [places.isFirst, places.fits]) {
      for (const { cost, call, group } of pairs) {
        if (cost < worst && places.of(group) === undefined && allows(group, call)) places.put(group, call);
      }
    }
  }
  makeRoom(pairs, places);
  swap(pairs, places);
  return {
    taken: places.byCall(),
    alone: sessions.filter((group) => places.of(group) === undefined),
  };
}

function pairsOf(sessions: readonly SessionGroup[], calls: readonly Summary[]): readonly Pair[] {
  const byNumber = indexByNumber(calls);
  const pairs: Pair[] = [];
  for (const group of sessions) {
    for (const call of byNumber.get(tailOf(partyOf(group.session).number)) ?? []) {
      const cost = costOf(group.session, call);
      if (cost !== null) pairs.push({ cost, call, group });
    }
  }
  return pairs.sort(
    (a, b) => a.cost - b.cost || compareText(a.call.key, b.call.key) || compareText(a.group.key, b.group.key),
  );
}

/** Who is in which call for now. */
class Places {
  readonly #calls = new Map<SessionGroup, Summary>();
  readonly #sessions = new Map<Summary, readonly SessionGroup[]>();

  of = (group: SessionGroup): Summary | undefined => this.#calls.get(group);
  inCall = (call: Summary): readonly SessionGroup[] => this.#sessions.get(call) ?? [];
  /** @param but as if this one were not there */
  fits = (group: SessionGroup, call: Summary, but?: SessionGroup): boolean =>
    hasRoom(
      call,
      this.inCall(call).filter((other) => other !== but),
      group.session,
    );
  isFirst = (group: SessionGroup, call: Summary): boolean =>
    this.inCall(call).every((other) => other.session.extension !== group.session.extension);

  put(group: SessionGroup, call: Summary): void {
    const former = this.#calls.get(group);
    if (former !== undefined) {
      this.#sessions.set(
        former,
        this.inCall(former).filter((other) => other !== group),
      );
    }
    this.#calls.set(group, call);
    this.#sessions.set(call, [...this.inCall(call), group]);
  }

  byCall(): Map<string, SessionGroup[]> {
    return new Map([...this.#sessions].map(([call, groups]) => [call.key, [...groups]]));
  }
}

/** Whoever is in the place of a session that is left over may fit another call as well. */
function makeRoom(pairs: readonly Pair[], places: Places): void {
  for (const { call, group } of pairs) {
    if (places.of(group) !== undefined) continue;
    for (const rival of places.inCall(call)) {
      if (!places.fits(group, call, rival)) continue;
      const other = pairs.find((pair) => pair.group === rival && pair.call !== call && places.fits(rival, pair.call));
      if (other === undefined) continue;
      places.put(rival, other.call);
      places.put(group, call);
      break;
    }
  }
}

/**
 * Two sessions change places while that lowers the sum: a webhook that was late may look like another call's. Roots, so
 * that one pair that fits well and one that fits badly go before two that fit so-so.
 */
function swap(pairs: readonly Pair[], places: Places): void {
  const choices = Map.groupBy(pairs, (pair) => pair.group);
  const torn = [...choices].filter(([group, its]) => its.length > 1 && places.of(group) !== undefined);
  const cost = (its: readonly Pair[], call: Summary): number =>
    Math.sqrt(its.find((pair) => pair.call === call)?.cost ?? Number.POSITIVE_INFINITY);
  for (let again = true; again; ) {
    again = false;
    for (const [a, choicesOfA] of torn) {
      for (const [b, choicesOfB] of torn) {
        const [callA, callB] = [places.of(a), places.of(b)];
        if (callA === undefined || callB === undefined || callA === callB) continue;
        const now = cost(choicesOfA, callA) + cost(choicesOfB, callB);
        if (cost(choicesOfA, callB) + cost(choicesOfB, callA) >= now) continue;
        if (!places.fits(a, callB, b) || !places.fits(b, callA, a)) continue;
        places.put(a, callB);
        places.put(b, callA);
        again = true;
      }
    }
  }
}
