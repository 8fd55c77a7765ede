// SPDX-License-Identifier: MIT
import { canonical } from '../numbers/canonical.ts';
import type { CrmKind, CrmRecord, CrmRef, LookupResult, NumberQuery } from './model.ts';
import { certain, nationalOf } from './number-query.ts';

export type LadderOptions = {
  /** `exact`: the whole number must be equal; `tail`: the last digits of the query are enough. */
  readonly strategy: 'exact' | 'tail';
  /** ISO 3166 country that national numbers belong to. */
  readonly country: string;
  /** The kind taken when several records of different kinds match; null to ask. */
  readonly prefer: CrmKind | null;
  /** What the agent chose for this number before. */
  readonly chosen: CrmRef | null;
};

type Step = 'e164' | 'national' | 'tail';
const STEPS: readonly Step[] = ['e164', 'national', 'tail'];

/**
 * Who a number belongs to among what a CRM found (crm-connectors.md section 5.2). Each candidate is checked again,
 * because CRMs match loosely; the strictest step with a hit counts, and several people on it are `ambiguous`, never
 * the first one silently.
 */
export function climb(query: NumberQuery, candidates: readonly CrmRecord[], options: LadderOptions): LookupResult {
  const hits = merge(candidates).flatMap((record) => {
    const step = bestStep(query, record, options);
    return step === null ? [] : [{ record, step }];
  });
  const { chosen } = options;
  const known = chosen === null ? undefined : hits.find(({ record }) => sameRecord(record, chosen));
  if (known !== undefined) return { state: 'one', record: known.record, by: 'chosen' };
  for (const step of STEPS) {
    const records = hits.filter((hit) => hit.step === step).map((hit) => hit.record);
    const [only] = narrow(records, options.prefer);
    if (only === undefined) continue;
    const left = narrow(records, options.prefer);
    return left.length === 1 ? { state: 'one', record: only, by: step } : { state: 'ambiguous', records: left };
  }
  return { state: 'none' };
}

/** Whether both name the same record. */
export function sameRecord(a: CrmRef, b: CrmRef): boolean {
  return a.connector === b.connector && a.kind === b.kind && a.id === b.id;
}

/** One person found by several of its numbers is one, with all of them. */
function merge(candidates: readonly CrmRecord[]): readonly CrmRecord[] {
  const first = candidates.filter((one, at) => candidates.findIndex((other) => sameRecord(one, other)) === at);
  return first.map((one) => ({
    ...one,
    phones: [...new Set(candidates.filter((other) => sameRecord(one, other)).flatMap((other) => other.phones))],
  }));
}

/** The kind preferred, and a person before the company the person works for. */
function narrow(records: readonly CrmRecord[], prefer: CrmKind | null): readonly CrmRecord[] {
  const preferred = records.filter((record) => record.kind === prefer);
  if (preferred.length > 0) return preferred;
  const people = records.filter((record) => record.kind !== 'company');
  if (people.length !== 1 || people.length === records.length) return records;
  const employer = people[0]?.company ?? '';
  return records.every((record) => record.kind !== 'company' || record.name === employer) ? people : records;
}

function bestStep(query: NumberQuery, record: CrmRecord, options: LadderOptions): Step | null {
  const steps = new Set(record.phones.map((phone) => stepOf(query, phone, options)));
  return STEPS.find((step) => steps.has(step)) ?? null;
}

function stepOf(query: NumberQuery, phone: string, { strategy, country }: LadderOptions): Step | null {
  const stored = canonical(phone, country);
  const digits = stored.replace(/\D/g, '');
  if (digits === '' || query.digits === '') return null;
  if (stored === query.e164 || digits === query.digits) return 'e164';
  if (strategy === 'exact') return null;
  const storedE164 = certain(stored);
  // Two numbers that are both certain and differ are two people, whatever their ends.
  if (storedE164 !== null && query.e164 !== null) return null;
  const national = storedE164 === null ? digits.replace(/^0+/, '') : nationalOf(storedE164);
  if (national.length >= query.tail.length && national === query.national) return 'national';
  const long = digits.length >= query.tail.length && query.digits.length >= query.tail.length;
  return long && query.tail.length >= 7 && digits.endsWith(query.tail) ? 'tail' : null;
}
