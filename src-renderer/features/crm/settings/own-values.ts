// SPDX-License-Identifier: MIT
import { numberQuery, TAIL } from '../../../../src-shared/crm/number-query.ts';

/** Operations of a definition that are written in it, in the order of the page about them. */
const OPERATIONS = [
  'me',
  'lookupByNumber',
  'search',
  'lookupByEmail',
  'createContact',
  'reportCall',
  'findCall',
  'updateCall',
  'reportChat',
  'users',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export function operationsOf(definition: unknown): readonly Operation[] {
  const operations = operationsIn(definition);
  return OPERATIONS.filter((name) => operations[name] !== undefined);
}

function operationsIn(definition: unknown): Readonly<Record<string, unknown>> {
  const { operations } = (definition ?? {}) as { readonly operations?: unknown };
  return typeof operations === 'object' && operations !== null ? (operations as Record<string, unknown>) : {};
}

/** What is sent into a CRM when this is tried: a person should want it. */
export function writes(operation: Operation): boolean {
  return ['createContact', 'reportCall', 'updateCall', 'reportChat'].includes(operation);
}

const NUMBER_FORMS = ['e164', 'digits', 'national', 'tail'];

/**
 * Names of the values an operation's first request wants, as they stand in its `{{places}}`: without what main adds
 * (secrets, the session) and without paths into an answer.
 */
export function placesOf(definition: unknown, operation: Operation): readonly string[] {
  const wanted = operationsIn(definition)[operation];
  const { fields: _, ...request } = ((Array.isArray(wanted) ? wanted[0] : wanted) ?? {}) as Record<string, unknown>;
  const names = [...JSON.stringify(request).matchAll(/\{\{\s*([A-Za-z][A-Za-z0-9]{0,39})\s*(?:\|[^}]*)?\}\}/g)];
  const once = [...new Set(names.map((match) => match[1] ?? ''))];
  const forms = once.some((name) => NUMBER_FORMS.includes(name));
  const others = once.filter((name) => !NUMBER_FORMS.includes(name));
  return forms ? ['number', ...others.filter((name) => name !== 'number')] : others;
}

/** What a place is filled with until the person types something else. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  number: '+34 911 22 23 33',
  text: 'Ana',
  email: 'ana@example.com',
  limit: '10',
  kind: 'contact',
  firstName: 'Ana',
  lastName: 'Prueba',
  fullName: 'Ana Prueba',
  company: 'Prueba',
  key: 'sp:0000000000000000',
  callType: 'Inbound',
  startedAt: '2026-01-15T09:14:05Z',
  establishedAt: '2026-01-15T09:14:12Z',
  endedAt: '2026-01-15T09:16:05Z',
  durationSeconds: '113',
  subject: 'Megadial',
  extension: '100',
};

/** The values as main wants them: a number is given in all its forms. */
export function valuesFor(
  places: readonly string[],
  typed: Readonly<Record<string, string>>,
  country: string,
): Record<string, string> {
  const value = (name: string): string => typed[name] ?? EXAMPLES[name] ?? '';
  const plain = Object.fromEntries(places.map((name) => [name, value(name)]));
  if (!places.includes('number')) return plain;
  const { e164, digits, national, tail } = numberQuery(value('number'), country, TAIL.usual);
  return { ...plain, e164: e164 ?? digits, digits, national, tail };
}
