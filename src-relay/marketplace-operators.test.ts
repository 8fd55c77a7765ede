// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TeamMember } from '../src-shared/rules/team.ts';
import { applyOperatorMap, operatorsOf } from './marketplace-operators.ts';
import { DEFAULT_TEAM } from './team.ts';

const MEMBERS: TeamMember[] = [
  { extension: '101', name: 'Marta', email: 'marta@example.com', crmUser: '' },
  { extension: '102', name: 'Jon', email: 'jon@example.com', crmUser: 'crm-7' },
  { extension: '103', name: 'Ada', email: '', crmUser: '' },
];
const TEAM = { ...DEFAULT_TEAM, members: MEMBERS, defaultResponsible: '101', balanceFor: ['102', '199'] };
const map = (...operators: [string, unknown][]) => ({
  operators: operators.map(([id, extension]) => ({ id, extension })),
});

it('names people by their id in the CRM, else their address, else their extension', () => {
  expect(operatorsOf(MEMBERS).map(({ id }) => id)).toEqual(['marta@example.com', 'crm-7', 'extension-103']);
});

it('lets people swap extensions, and leaves those alone who are not named', () => {
  const outcome = applyOperatorMap(TEAM, map(['marta@example.com', '102'], ['crm-7', '101']));
  expect(outcome.ok && outcome.settings.members.map(({ extension }) => extension)).toEqual(['102', '101', '103']);
  expect(applyOperatorMap(TEAM, map())).toEqual({ ok: true, settings: TEAM });
});

it('keeps with each person what was said of their extension', () => {
  const outcome = applyOperatorMap(TEAM, map(['marta@example.com', '102'], ['crm-7', '104']));
  expect(outcome).toMatchObject({ ok: true, settings: { defaultResponsible: '102', balanceFor: ['104', '199'] } });
});

it.each([
  [map(['marta@example.com', '102']), 'taken', '102'],
  [map(['crm-7', '104'], ['nobody', '105']), 'unknown', '1'],
  [map(['crm-7', 'abc']), 'unreadable', ''],
  [map(['crm-7', null]), 'unreadable', ''],
  [{ operators: 'x' }, 'unreadable', ''],
  [null, 'unreadable', ''],
])('refuses %j as %s', (given, why, what) => {
  expect(applyOperatorMap(TEAM, given)).toEqual({ ok: false, why, what });
});

it('never gives one extension to two people, and never loses one', () => {
  const pair = fc.tuple(
    fc.constantFrom('marta@example.com', 'crm-7', 'extension-103'),
    fc.constantFrom('101', '102', '103'),
  );
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 4 }), (pairs) => {
      const outcome = applyOperatorMap(TEAM, map(...pairs));
      if (!outcome.ok) return;
      expect(outcome.settings.members.map(({ extension }) => extension).toSorted()).toEqual(['101', '102', '103']);
      expect(outcome.settings.members.map(({ name }) => name)).toEqual(['Marta', 'Jon', 'Ada']);
    }),
  );
});
