// SPDX-License-Identifier: MIT

import { deriveCall } from './derive.ts';
import type { CallEvent } from './events.ts';
import { addFact, compareText, eventsOf, type FactGroup, keyOf } from './facts.ts';
import { type Join, joinFacts } from './match.ts';
import type { Call } from './model.ts';
import { parseFacts } from './parse-facts.ts';

export { keyOf } from './facts.ts';

/** All that is known of the calls in memory. Immutable: `track` answers another. */
export type TrackerState = { readonly groups: ReadonlyMap<string, FactGroup> };

/** One group of facts, for the store (`src-main/store/api.ts`). A call is made of one or several. */
export type CallFacts = { readonly key: string; readonly startedAt: number; readonly json: string };

export const emptyTracker: TrackerState = { groups: new Map() };

/**
 * Adds one event. The calls that follow from a state depend on which events were added, never on their order or on how
 * often each came. Answers the same state when the event says nothing new.
 */
export function track(state: TrackerState, event: CallEvent): TrackerState {
  return trackAll(state, [event]);
}

/** The same for many events, at the cost of copying the state once. */
export function trackAll(state: TrackerState, events: readonly CallEvent[]): TrackerState {
  let groups: Map<string, FactGroup> | null = null;
  for (const event of events) {
    const key = keyOf(event);
    const before = (groups ?? state.groups).get(key);
    const group = addFact(before, event);
    if (group === before) continue;
    groups ??= new Map(state.groups);
    groups.set(key, group);
  }
  return groups === null ? state : { groups };
}

/** Every call, oldest first. A call whose facts did not change is the same object as before. */
export function callsOf(state: TrackerState): readonly Call[] {
  return viewOf(state).calls;
}

/** A call by its key or a former one. */
export function callFor(state: TrackerState, key: string): Call | null {
  return viewOf(state).byKey.get(key)?.call ?? null;
}

/** The calls that `after` has and `before` had not, or had otherwise: what to write and to show. */
export function changedCalls(before: TrackerState, after: TrackerState): readonly Call[] {
  if (before === after) return [];
  const known = new Set(callsOf(before));
  return callsOf(after).filter((call) => !known.has(call));
}

/** The facts of a call by any of its keys, also those of a recording that has no call yet. */
export function factsOf(state: TrackerState, key: string): readonly CallFacts[] {
  const part = viewOf(state).byKey.get(key);
  const groups =
    part === undefined ? [state.groups.get(key)].filter((group) => group !== undefined) : groupsOf(part.join);
  return groups.map(serialise);
}

/** Adds stored facts; what cannot be read is left out. */
export function restore(state: TrackerState, facts: readonly CallFacts[]): TrackerState {
  return trackAll(
    state,
    facts.flatMap((fact) => parseFacts(fact.json)),
  );
}

/** Calls without an end are given up after a day: the PBX never told. Milliseconds. */
const GIVEN_UP = 24 * 3600 * 1000;

/**
 * Leaves out the facts of calls that ended before `olderThan` (UTC ms), and of those that will never end; never of a
 * call with an event that says it began since then, whatever the clocks of PBX and computer say.
 */
export function forget(state: TrackerState, olderThan: number): TrackerState {
  const { parts, loose } = viewOf(state);
  const old = [
    ...parts
      .filter(
        ({ call, join }) => isOld(call, olderThan) && groupsOf(join).every((group) => beganBefore(group, olderThan)),
      )
      .flatMap((part) => groupsOf(part.join)),
    ...loose.filter((group) => startOf(group) < olderThan - GIVEN_UP),
  ];
  if (old.length === 0) return state;
  const groups = new Map(state.groups);
  for (const group of old) groups.delete(group.key);
  return { groups };
}

function isOld(call: Call, olderThan: number): boolean {
  if (call.phase === 'ended') return (call.endedAt ?? call.startedAt) < olderThan;
  return call.startedAt < olderThan - GIVEN_UP;
}

/**
 * Whether a call concerns an extension: it rings or talks there now, was handled there, started there, or ended
 * without anyone answering after it rang there. A call that a colleague took is no longer mine.
 */
export function isMine(call: Call, extension: string): boolean {
  const leg = call.legs.find((candidate) => candidate.extension === extension);
  if (leg === undefined) return false;
  if (call.direction === 'out' || call.answeredBy === extension || leg.answeredAt !== null) return true;
  if (call.phase !== 'ended') return leg.endedAt === null;
  return call.answeredAt === null && call.disposition !== 'answered';
}

/** Whether a webhook told of this call, and not only statistics or a session of mine. */
export function isTold(state: TrackerState, call: Call): boolean {
  const group = state.groups.get(call.key);
  return group?.kind === 'pbx' && [...group.events.values()].some((event) => event.source === 'pbx');
}

type Part = { readonly call: Call; readonly join: Join };
type View = {
  readonly parts: readonly Part[];
  readonly calls: readonly Call[];
  readonly byKey: ReadonlyMap<string, Part>;
  /** Groups that are no call yet. */
  readonly loose: readonly FactGroup[];
};

const views = new WeakMap<TrackerState, View>();
/** The last call made of a first group and its companions: unchanged facts give the identical object. */
const parts = new WeakMap<FactGroup, Part>();

function viewOf(state: TrackerState): View {
  const before = views.get(state);
  if (before !== undefined) return before;
  const made: Part[] = [];
  const loose: FactGroup[] = [];
  for (const join of joinFacts(state.groups.values())) {
    const part = partOf(join);
    if (part === null) loose.push(...groupsOf(join));
    else made.push(part);
  }
  made.sort((a, b) => a.call.startedAt - b.call.startedAt || compareText(a.call.key, b.call.key));
  const byKey = new Map<string, Part>();
  for (const part of made) for (const group of groupsOf(part.join)) byKey.set(group.key, part);
  const view = { parts: made, calls: made.map((part) => part.call), byKey, loose };
  views.set(state, view);
  return view;
}

function partOf(join: Join): Part | null {
  const groups = groupsOf(join);
  const first = groups[0];
  const before = first === undefined ? undefined : parts.get(first);
  if (before !== undefined && sameGroups(groupsOf(before.join), groups)) return before;
  const call = deriveCall(join);
  if (call === null || first === undefined) return null;
  const part = { call, join };
  parts.set(first, part);
  return part;
}

function groupsOf(join: Join): readonly FactGroup[] {
  return [...(join.main === null ? [] : [join.main]), ...join.rows, ...join.sessions];
}

function sameGroups(a: readonly FactGroup[], b: readonly FactGroup[]): boolean {
  return a.length === b.length && a.every((group, index) => group === b[index]);
}

function startOf(group: FactGroup): number {
  return Math.min(...startsOf(group));
}

function beganBefore(group: FactGroup, at: number): boolean {
  return startsOf(group).every((start) => start < at);
}

function startsOf(group: FactGroup): readonly number[] {
  return eventsOf(group).map((event) => {
    if (event.source === 'sip') return event.startedAt;
    return 'callStart' in event ? event.callStart : event.receivedAt;
  });
}

function serialise(group: FactGroup): CallFacts {
  return { key: group.key, startedAt: startOf(group), json: JSON.stringify({ v: 1, events: eventsOf(group) }) };
}
