// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type TeamSettings } from './team.ts';
import { teamProblem } from './team-problem.ts';

const ana = { extension: '101', name: 'Ana', email: 'ana@example.com', crmUser: 'U1' };
const luis = { extension: '102', name: 'Luis', email: '', crmUser: '' };
const team: TeamSettings = {
  ...{ rules: DEFAULT_RULES, defaultResponsible: '101', members: [ana, luis, { ...luis, extension: '103' }] },
  ...{ balanceFor: [], namesUrl: '', country: 'ES' },
};
const quiet = { days: [1], from: 0, to: 60, timeZone: 'Mars/Olympus' };

describe('settings of a team', () => {
  it('may be empty, and members may lack e-mail and CRM user', () => {
    expect(teamProblem(team)).toBeNull();
    expect(teamProblem({ ...team, members: [], defaultResponsible: null })).toBeNull();
  });

  it.each<[Partial<TeamSettings>, string, Record<string, string>]>([
    [{ members: [ana, { ...luis, extension: '101' }] }, 'team.extension-twice', { extension: '101' }],
    [{ members: [ana, { ...luis, email: ' ANA@example.com' }] }, 'team.user-twice', { name: 'Luis' }],
    [{ members: [ana, { ...luis, name: '', crmUser: 'u1' }] }, 'team.user-twice', { name: '102' }],
    [{ defaultResponsible: '999' }, 'team.responsible', { extension: '999' }],
    [{ members: [] }, 'team.responsible', { extension: '101' }],
    [{ rules: { ...DEFAULT_RULES, quietHours: [quiet] } }, 'team.zone', { zone: 'Mars/Olympus' }],
  ])('%o', (change, code, params) => {
    expect(teamProblem({ ...team, ...change })).toEqual({ code, params });
  });
});
