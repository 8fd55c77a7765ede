// SPDX-License-Identifier: MIT
import { isDeepStrictEqual } from 'node:util';
import { type Call, type Disposition, isMissed } from '../../../src-shared/calls/model.ts';
import { MINE, type Plan } from './story.ts';
import { durationOf, pbxCallId } from './things.ts';

/** What must be equal, whatever order it was told in. */
export function sameHistory(clean: readonly Call[], faulty: readonly Call[], lost: 'after the stamp' | 'before'): void {
  const view = lost === 'before' ? stated : (call: Call): unknown => call;
  const [wanted, got] = [clean, faulty].map((calls) => sorted(calls.map(named)).map(view)) as [unknown[], unknown[]];
  if (!isDeepStrictEqual(wanted, got)) throw new Error(`the history differs\n${differences(wanted, got)}`);
}

/** The history must also be what happened. `mine`: only the calls that concern my extension are kept. */
export function trueHistory(plans: readonly Plan[], calls: readonly Call[], mine = false): void {
  const wanted = plans.filter((plan) => !mine || concernsMe(plan)).map(truthOf);
  const got = calls.map((call) => ({
    ...{ key: call.key, direction: call.direction, number: call.number.replace('+', ''), phase: call.phase },
    ...{ disposition: call.disposition, duration: call.duration, answeredBy: call.answeredBy },
    ...{ isRecorded: call.isRecorded, missed: isMissed(call) },
  }));
  const [a, b] = [byKey(wanted), byKey(got)];
  if (!isDeepStrictEqual(a, b)) throw new Error(`the history is not what happened\n${differences(a, b)}`);
}

const DISPOSITIONS: Readonly<Record<Plan['disposition'], Disposition>> = {
  answered: 'answered',
  cancel: 'cancelled',
  'no answer': 'no-answer',
  busy: 'busy',
  failed: 'failed',
};

function truthOf(plan: Plan) {
  const answered = plan.answer !== null;
  return {
    key: `pbx:${pbxCallId(plan)}`,
    direction: plan.kind === 'in' ? 'in' : 'out',
    number: plan.number.replace('+', ''),
    phase: 'ended',
    disposition: DISPOSITIONS[plan.disposition],
    duration: durationOf(plan),
    answeredBy: answered ? (plan.transfer ?? plan.answer)?.extension : null,
    isRecorded: plan.recorded,
    missed: plan.kind === 'in' && !answered,
  };
}

export function concernsMe({ rings, kind, answer }: Plan): boolean {
  return rings.some(({ extension }) => extension === MINE) || (rings.length === 0 && kind === 'in' && answer === null);
}

/**
 * Without the names of statistics rows it may have stood under: one that comes when its call is told by webhooks anyway may
 * be passed over. One that stood by itself and was not joined would be a call too many.
 */
function named(call: Call): Call {
  return { ...call, formerKeys: call.formerKeys.filter((key) => !key.startsWith('row:')) };
}

/** Everything but the moments that only our own clock knows. */
function stated(call: Call): unknown {
  const { answeredAt, endedAt: _endedAt, legs, recordIds, ...rest } = call;
  const parts = legs.map((leg) => ({ extension: leg.extension, answered: leg.answeredAt !== null }));
  return { ...rest, answered: answeredAt !== null, legs: parts, recordIds: [...recordIds].sort() };
}

function sorted(calls: readonly Call[]): readonly Call[] {
  return calls.toSorted((a, b) => a.startedAt - b.startedAt || (a.key < b.key ? -1 : 1));
}

function byKey<T extends { readonly key: string }>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function differences(wanted: readonly unknown[], got: readonly unknown[]): string {
  const text = (list: readonly unknown[]) => new Set(list.map((one) => JSON.stringify(one)));
  const [a, b] = [text(wanted), text(got)];
  const only = (these: Set<string>, others: Set<string>) => [...these].filter((one) => !others.has(one)).join('\n  ');
  return ` wanted:\n  ${only(a, b)}\n got:\n  ${only(b, a)}`;
}
