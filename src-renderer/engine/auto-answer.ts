// SPDX-License-Identifier: MIT
import { sameNumber } from '../../src-shared/calls/same-number.ts';
import type { LinePolicy } from '../../src-shared/engine-protocol.ts';

const MAX_HEADER = 1_000;
const MAX_SECONDS = 60;

/**
 * Seconds after which an INVITE asks to be answered by itself, or null. There is no one standard: phones and switches
 * write `info=alert-autoanswer` or `intercom`, "Auto Answer", and `answer-after=N`, in Alert-Info or Call-Info.
 */
export function askedToAnswerAfter(alertInfo: string | null, callInfo: string | null): number | null {
  const alert = (alertInfo ?? '').slice(0, MAX_HEADER);
  const info = (callInfo ?? '').slice(0, MAX_HEADER);
  const after = /;\s*answer-after\s*=\s*"?(\d{1,4})/i.exec(`;${alert};${info}`)?.[1];
  if (after !== undefined) return Math.min(MAX_SECONDS, Number(after));
  return /\b(alert-)?auto[ -]?answer\b|\bintercom\b/i.test(alert) ? 0 : null;
}

export type AutoAnswer = {
  readonly after: number; // milliseconds
  /** The key of the expected number that this call used up; null when another rule answers it. */
  readonly expected: string | null;
};

/**
 * Whether a call is answered by itself. A call the agent asked for (the first leg of a callback) is, at once and in
 * spite of do not disturb; `used` holds the keys of the expected numbers that had their call.
 */
export function autoAnswer(
  policy: LinePolicy,
  call: { readonly number: string; readonly answerAfter: number | null },
  used: ReadonlySet<string>,
  now: number,
): AutoAnswer | null {
  const expected = policy.expected.find(
    (candidate) =>
      now < candidate.until && !used.has(expectedKey(candidate)) && sameNumber(candidate.number, call.number),
  );
  if (expected !== undefined) return { after: 0, expected: expectedKey(expected) };
  if (policy.dnd || policy.autoAnswer === 'off') return null;
  if (policy.autoAnswer === 'header' && call.answerAfter === null) return null;
  return { after: Math.max(policy.autoAnswerAfter, (call.answerAfter ?? 0) * 1_000), expected: null };
}

function expectedKey({ number, until }: LinePolicy['expected'][number]): string {
  return `${until}|${number}`;
}
