// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_RULES, type TeamMember, type TeamSettings } from '../../../src-shared/rules/team.ts';
import { teamProblem } from '../../../src-shared/rules/team-problem.ts';
import { freeExtensions, personProblems, withoutPerson, withPeople, withPerson } from './people.ts';

const person = (extension: string, patch: Partial<TeamMember> = {}): TeamMember => ({
  ...{ extension, name: `Agent ${extension}`, email: '', crmUser: '' },
  ...patch,
});
const settings = (members: readonly TeamMember[], patch: Partial<TeamSettings> = {}): TeamSettings => ({
  ...{ rules: DEFAULT_RULES, members, defaultResponsible: null, balanceFor: [], namesUrl: '', country: 'ES' },
  ...patch,
});

describe('problems of people', () => {
  test('an extension, an e-mail address or a CRM user of two people is told at both', () => {
    const members = [
      person('101', { email: 'ana@example.com', crmUser: 'U1' }),
      person('102', { email: 'ANA@example.com ' }),
      person('101', { name: '', crmUser: 'u1' }),
      person('104'),
    ];
    expect(personProblems(members)).toEqual([
      {
        extension: { why: 'taken', with: '101' },
        email: { why: 'taken', with: 'Agent 102' },
        crmUser: { why: 'taken', with: '101' },
      },
      { email: { why: 'taken', with: 'Agent 101' } },
      { extension: { why: 'taken', with: 'Agent 101' }, crmUser: { why: 'taken', with: 'Agent 101' } },
      null,
    ]);
  });

  test('an extension is two to six digits, an e-mail address has an @ or is left out', () => {
    expect(personProblems([person(''), person('1'), person('12a'), person('101', { email: 'ana' })])).toEqual([
      { extension: { why: 'bad' } },
      { extension: { why: 'bad' } },
      { extension: { why: 'bad' } },
      { email: { why: 'bad' } },
    ]);
  });

  test('where none is told, the relay finds none', () => {
    const some = fc.constantFrom('', 'a@example.com', 'b@example.com', 'A@example.com');
    const member = fc.record({
      extension: fc.constantFrom('101', '102', '103', '104'),
      name: fc.constantFrom('', 'Ana', 'Luis'),
      email: some,
      crmUser: fc.constantFrom('', 'u1', 'U1', 'u2'),
    });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 5 }), (members) => {
        const isFine = personProblems(members).every((one) => one === null);
        expect(teamProblem(settings(members)) === null).toBe(isFine);
      }),
    );
  });
});

describe('people', () => {
  test('an extension somebody has is not offered', () => {
    expect(freeExtensions(['100', '101', '102'], [person('101')])).toEqual(['100', '102']);
  });

  test('a new one stands in front', () => {
    expect(withPeople(settings([person('101')]), ['105']).members?.map(({ extension }) => extension)).toEqual([
      '105',
      '101',
    ]);
  });

  test('with another extension keep the balance and stay the default responsible', () => {
    const before = settings([person('101'), person('102')], { defaultResponsible: '101', balanceFor: ['102', '101'] });
    expect(withPerson(before, 0, { extension: '110' })).toMatchObject({
      defaultResponsible: '110',
      balanceFor: ['102', '110'],
    });
    // 102 twice for a moment: what is 102's stays 102's.
    const twice = { ...before, ...withPerson(before, 0, { extension: '102' }) };
    const after = { ...twice, ...withPerson(twice, 0, { extension: '103' }) };
    expect(after).toMatchObject({ defaultResponsible: '102', balanceFor: ['102', '102'] });
  });

  test('who goes no longer sees the balance', () => {
    const before = settings([person('101'), person('102')], { balanceFor: ['101', '102'] });
    expect(withoutPerson(before, 0)).toEqual({ members: [person('102')], balanceFor: ['102'] });
  });
});
