// SPDX-License-Identifier: MIT
import { earliest } from './facts.ts';
import type { Call, Leg } from './model.ts';
import { type Known, sessionEnd } from './summary.ts';

/** An INTERNAL that arrives this soon after another extension's ANSWER was overtaken by it, in milliseconds. */
const OVERTAKE = 2_000;

type Outcome = Pick<Call, 'answeredAt' | 'answeredBy' | 'endedAt'>;

/** One leg per extension, by the extension's number. */
export function legsOf(known: Known, outcome: Outcome): readonly Leg[] {
  const extensions = new Set([
    ...(known.pbx?.extensions ?? []),
    ...known.rows.flatMap((row) => row.extension ?? []),
    ...known.sessions.map((session) => session.extension),
  ]);
  if (known.direction === 'out' && known.pbx?.origin != null) extensions.add(known.pbx.origin);
  return [...extensions].sort().map((extension) => legOf(extension, known, outcome));
}

function legOf(extension: string, known: Known, outcome: Outcome): Leg {
  const { pbx, direction } = known;
  const sessions = known.sessions.filter((session) => session.extension === extension);
  const rows = known.rows.filter((row) => row.extension === extension);
  const ringingAt =
    earliest(
      ...(pbx?.timed ?? []).map((event) => {
        const starts = event.type === 'internal' || event.type === 'out-start';
        return starts && event.internal === extension ? event.receivedAt : null;
      }),
      ...sessions.map((session) => session.startedAt),
    ) ?? earliest(...rows.map((row) => row.callStart));
  const talked = earliest(...sessions.map((session) => session.answeredAt));
  const answeredAt =
    earliest(talked, ...answersAt(extension, known)) ??
    (outcome.answeredBy === extension ? outcome.answeredAt : null) ??
    earliest(...rows.filter((row) => row.disposition === 'answered').map((row) => row.callStart));

  const lives = sessions.some((session) => session.state !== 'ended');
  if (lives && outcome.endedAt === null) return { extension, ringingAt, answeredAt, endedAt: null };
  const ends = sessions.map(sessionEnd).filter((end) => end !== null);
  // Answered without our session means on another phone of this extension: our session's end is not its end.
  const bySession = ends.length > 0 && (answeredAt === null || talked !== null) ? Math.max(...ends) : null;
  const byRing = answeredAt === null ? stoppedRinging(extension, known, ringingAt, direction === 'in') : null;
  return { extension, ringingAt, answeredAt, endedAt: bySession ?? byRing ?? outcome.endedAt };
}

function answersAt(extension: string, { pbx }: Known): readonly number[] {
  return pbx?.answers.filter((answer) => answer.extension === extension).map((answer) => answer.at) ?? [];
}

/** INTERNAL_END, or someone else's answer: the only sign a group gets (megacall-api.md section 3.6). */
function stoppedRinging(extension: string, { pbx }: Known, ringingAt: number | null, isGroup: boolean): number | null {
  const told = (pbx?.timed ?? [])
    .filter((event) => event.type === 'internal-end' && event.internal === extension)
    .map((event) => event.receivedAt);
  const others = isGroup
    ? (pbx?.answers ?? [])
        .filter((answer) => answer.extension !== extension && (ringingAt ?? 0) <= answer.at + OVERTAKE)
        .map((answer) => Math.max(answer.at, ringingAt ?? 0))
    : [];
  return earliest(...told, ...others);
}
