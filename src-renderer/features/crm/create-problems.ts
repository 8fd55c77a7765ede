// SPDX-License-Identifier: MIT
import type { CrmDraft, CrmKind } from '../../../src-shared/crm/model.ts';
import type { WireError } from '../../../src-shared/errors.ts';

export type CreateField = 'firstName' | 'lastName' | 'email' | 'company' | 'number';

/** Fields a kind is made of, in the order they are asked. */
export const FIELDS: Readonly<Record<CrmKind, readonly CreateField[]>> = {
  contact: ['firstName', 'lastName', 'company', 'email', 'number'],
  lead: ['firstName', 'lastName', 'company', 'email', 'number'],
  company: ['company', 'number'],
  deal: ['company', 'number'],
};

/** What must be there: every CRM wants a last name of a person, and a name of the rest. */
export function isMissing(draft: CrmDraft, field: CreateField): boolean {
  if (field === 'number') return draft.number.trim() === '';
  if (field === 'lastName') return isPerson(draft.kind) && draft.lastName.trim() === '';
  return field === 'company' && !isPerson(draft.kind) && draft.company.trim() === '';
}

function isPerson(kind: CrmKind): boolean {
  return kind === 'contact' || kind === 'lead';
}

/** Names that CRMs have for our fields; the last that fits counts, `Account Name` is a company and no first name. */
const NAMES: readonly (readonly [RegExp, CreateField])[] = [
  [/name|party|deal|subject/i, 'lastName'],
  [/first.?name|given/i, 'firstName'],
  [/last.?name|surname|family/i, 'lastName'],
  [/company|account|organi[sz]ation/i, 'company'],
  [/e.?mail/i, 'email'],
  [/phone|mobile|number|telephone/i, 'number'],
];

/** Our field that a CRM complains of; null when it names none we show for this kind. */
export function fieldOf(error: WireError, kind: CrmKind): CreateField | null {
  const named = String(error.params.field ?? '');
  const found = NAMES.findLast(([pattern]) => pattern.test(named))?.[1] ?? null;
  const field = found === 'lastName' && !isPerson(kind) ? 'company' : found;
  return field !== null && FIELDS[kind].includes(field) ? field : null;
}

/** A person's name as a network gives it, cut into first and last. */
export function splitName(name: string): { readonly firstName: string; readonly lastName: string } {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (words.length < 2) return { firstName: '', lastName: words[0]?.slice(0, 100) ?? '' };
  return { firstName: (words[0] ?? '').slice(0, 100), lastName: words.slice(1).join(' ').slice(0, 100) };
}
