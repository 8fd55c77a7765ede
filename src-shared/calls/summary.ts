// SPDX-License-Identifier: MIT
import type { PbxEvent, RowEvent, SipEvent } from './events.ts';
import { type EventGroup, earliest, eventsOf } from './facts.ts';
import type { Direction } from './model.ts';

export type Timed = Extract<PbxEvent, { callStart: number }>;
export type EndEvent = Extract<Timed, { type: 'end' | 'out-end' }>;
export type AnswerEvent = Extract<Timed, { type: 'answer' }>;

/** The events of one group, sorted and sorted out: what matching and deriving look at. */
export type Summary = {
  readonly group: EventGroup;
  readonly key: string;
  readonly pbxCallId: string | null;
  readonly direction: Direction;
  /** By the PBX's clock; null while only a recording is announced: not yet a call. */
  readonly startedAt: number | null;
  readonly timed: readonly Timed[];
  readonly records: readonly Extract<PbxEvent, { type: 'record' }>[];
  readonly rows: readonly RowEvent[];
  readonly ends: readonly EndEvent[];
  /** Answers with the extension that answered, or null when that was an external party or is not said. */
  readonly answers: readonly { readonly at: number; readonly extension: string | null }[];
  /** First arrival of END or OUT_END, our clock. */
  readonly endAt: number | null;
  /** Spellings of the other party, best source first. */
  readonly numbers: readonly string[];
  /** Every extension named by the PBX. */
  readonly extensions: ReadonlySet<string>;
  /** Extension an outgoing call started from. */
  readonly origin: string | null;
};

/** All facts of one call: what each of its fields is read from. */
export type Known = {
  readonly pbx: Summary | null;
  readonly direction: Direction;
  readonly rows: readonly RowEvent[];
  readonly sessions: readonly SipEvent[];
};

/** An ended session without a time ended no later than it began to matter. */
export function sessionEnd(session: SipEvent): number | null {
  return session.state === 'ended' ? (session.endedAt ?? session.answeredAt ?? session.startedAt) : null;
}

const known = new WeakMap<EventGroup, Summary>();

/** The summary of a group; computed once per group object, which never changes. */
export function summaryOf(group: EventGroup): Summary {
  const before = known.get(group);
  if (before !== undefined) return before;
  const summary = summarise(group);
  known.set(group, summary);
  return summary;
}

function summarise(group: EventGroup): Summary {
  const events = eventsOf(group).filter((event) => event.source !== 'sip');
  const rows = events.filter((event) => event.source === 'row');
  const pbx = events.filter((event) => event.source === 'pbx');
  const timed = pbx.filter((event) => event.type !== 'record');
  const ends = timed.filter((event) => event.type === 'end' || event.type === 'out-end');
  const direction = directionOf(group.key, timed, rows);
  const origin = direction === 'out' ? originOf(timed, rows) : null;
  const answers = timed
    .filter((event) => event.type === 'answer')
    .map((event) => ({ at: event.receivedAt, extension: answererOf(event, direction, origin) }));
  return {
    group,
    key: group.key,
    pbxCallId: group.kind === 'pbx' ? group.key.slice('pbx:'.length) : null,
    direction,
    startedAt: earliest(...timed.map((event) => event.callStart)) ?? earliest(...rows.map((row) => row.callStart)),
    timed,
    records: pbx.filter((event) => event.type === 'record'),
    rows,
    ends,
    answers,
    endAt: earliest(...ends.map((event) => event.receivedAt)),
    numbers: numbersOf(timed, rows, direction),
    extensions: new Set([
      ...extensionsIn(timed, rows),
      ...answers.flatMap((answer) => (answer.extension === null ? [] : [answer.extension])),
    ]),
    origin,
  };
}

function directionOf(key: string, timed: readonly Timed[], rows: readonly RowEvent[]): Direction {
  if (timed.some((event) => event.type === 'out-start' || event.type === 'out-end')) return 'out';
  if (timed.some((event) => event.type !== 'answer')) return 'in';
  if (key.startsWith('pbx:out_')) return 'out';
  if (key.startsWith('pbx:in_')) return 'in';
  return rows[0]?.direction ?? 'in';
}

/** The extension in an ANSWER: its `internal`, or a destination that can only be one (megacall-api.md section 3.4). */
function answererOf(event: AnswerEvent, direction: Direction, origin: string | null): string | null {
  if (direction === 'out') return origin;
  if (event.internal !== null) return event.internal;
  return isExtension(event.destination) ? event.destination : null;
}

function isExtension(number: string): boolean {
  return /^\d{2,6}$/.test(number);
}

function originOf(timed: readonly Timed[], rows: readonly RowEvent[]): string | null {
  for (const event of timed) {
    if ((event.type === 'out-start' || event.type === 'out-end') && event.internal !== null) return event.internal;
  }
  const row = rows.find((candidate) => candidate.extension !== null);
  if (row !== undefined) return row.extension;
  const answer = timed.find((event) => event.type === 'answer' && event.internal !== null);
  return answer?.type === 'answer' ? answer.internal : null;
}

function extensionsIn(timed: readonly Timed[], rows: readonly RowEvent[]): readonly string[] {
  const named = timed.flatMap((event) => {
    switch (event.type) {
      case 'internal':
      case 'internal-end':
      case 'out-start':
      case 'out-end':
        return [event.internal];
      case 'end':
        return [event.internal, event.lastInternal];
      default:
        return [];
    }
  });
  return [...named, ...rows.map((row) => row.extension)].filter((extension) => extension !== null);
}

function numbersOf(timed: readonly Timed[], rows: readonly RowEvent[], direction: Direction): readonly string[] {
  const said = timed.flatMap((event) => {
    if (direction === 'in') return event.type === 'out-start' || event.type === 'out-end' ? [] : [event.callerId];
    return event.type === 'out-start' || event.type === 'out-end' || event.type === 'answer' ? [event.destination] : [];
  });
  return [...new Set([...said.toSorted(), ...rows.map((row) => row.number).toSorted()])];
}
