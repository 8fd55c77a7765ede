// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CrmDraft } from '../../../src-shared/crm/model.ts';
import { FIELDS, fieldOf, isMissing, splitName } from './create-problems.ts';

const draft = (patch: Partial<CrmDraft>): CrmDraft => ({
  ...{ kind: 'contact', firstName: '', lastName: '', email: '', company: '', number: '+34911222333', ownerId: '' },
  ...patch,
});
const refused = (field: string) => ({ code: 'crm.refused', params: { message: 'no', field } }) as const;

test.each([
  ['LastName', 'lastName'],
  ['Last_Name', 'lastName'],
  ['First_Name', 'firstName'],
  ['Account_Name', 'company'],
  ['Company', 'company'],
  ['Email', 'email'],
  ['MobilePhone', 'number'],
  ['Lead_Source', null],
  ['', null],
])('a CRM’s complaint about %s stands beside %s', (name, field) => {
  expect(fieldOf(refused(name), 'lead')).toBe(field);
});

test('the name of a company or deal is one field', () => {
  expect(fieldOf(refused('Name'), 'company')).toBe('company');
  expect(fieldOf(refused('Deal_Name'), 'deal')).toBe('company');
  expect(fieldOf(refused('Email'), 'deal')).toBeNull();
});

test('a person needs a last name, the rest a name, all a number', () => {
  const missing = (one: CrmDraft) => FIELDS[one.kind].filter((field) => isMissing(one, field));
  expect(missing(draft({ firstName: 'Clara' }))).toEqual(['lastName']);
  expect(missing(draft({ kind: 'company', number: ' ' }))).toEqual(['company', 'number']);
  expect(missing(draft({ kind: 'lead', lastName: 'Ibáñez' }))).toEqual([]);
});

test('a name is cut in two without losing a word, each part short enough for main', () => {
  expect(splitName('Ana María Fernández')).toEqual({ firstName: 'Ana', lastName: 'María Fernández' });
  expect(splitName('  Megacall ')).toEqual({ firstName: '', lastName: 'Megacall' });
  fc.assert(
    fc.property(fc.string({ maxLength: 90 }), (name) => {
      const { firstName, lastName } = splitName(name);
      expect(`${firstName} ${lastName}`.trim()).toBe(name.trim().split(/\s+/).join(' '));
    }),
  );
});
