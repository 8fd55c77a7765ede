// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryEntry } from '../../src-shared/rules/team.ts';
import { createMemoryStore } from '../../test/relay/memory-store.ts';
import { createDirectory } from '../directory.ts';
import type { Caller } from '../parts.ts';
import { createTeam, DEFAULT_TEAM, type TeamService } from '../team.ts';
import { teamMethods } from './team.ts';

const NOW = 5_000;
const agent: Caller = { tenant: 'a', extension: '101', role: 'agent', device: 'd1' };
const admin: Caller = { tenant: 'a', extension: '100', role: 'admin', device: 'd0' };
const marta: DirectoryEntry = { name: 'Marta', responsible: '101', blacklisted: false, updatedAt: 1 };
const members = [{ extension: '101', name: 'Ana', email: '', crmUser: '' }];

describe('methods of a team', () => {
  let team: TeamService;
  let methods: ReturnType<typeof teamMethods>;
  let clock: number;
  beforeEach(() => {
    const { kv } = createMemoryStore();
    team = createTeam({ kv, every: () => () => {} });
    clock = 0;
    methods = teamMethods({
      directory: createDirectory(kv, team, () => NOW),
      team,
      pbx: {
        extensions: async () => [
          { extension: '100', online: true },
          { extension: '101', online: null },
        ],
      },
      now: () => NOW,
      monotonic: () => clock,
    });
  });

  it('take names from desktops, and give them', async () => {
    const entries = [{ number: '600111222', entry: marta }];
    expect(await methods['directory.put'](agent, { entries })).toEqual({ kept: 1 });
    expect(await methods['directory.put'](agent, { entries })).toEqual({ kept: 0 });
    expect(await methods['directory.get'](agent, { number: '+34600111222' })).toEqual(marta);
    expect(await methods['directory.get']({ ...agent, tenant: 'b' }, { number: '+34600111222' })).toBeNull();
  });

  it('let a desktop put a number on the blacklist, and no name that comes later take it off', async () => {
    const number = '600111222';
    await methods['blacklist.set'](agent, { number, on: true });
    await methods['directory.put'](agent, { entries: [{ number, entry: { ...marta, updatedAt: 3 } }] });
    expect(await methods['directory.get'](agent, { number })).toMatchObject({ name: 'Marta', blacklisted: true });
    expect(await methods['admin.blacklist'](admin, { after: null })).toEqual([
      { number: '+34600111222', name: 'Marta' },
    ]);
    await methods['blacklist.set'](admin, { number, on: false });
    expect(await methods['directory.get'](agent, { number })).toEqual({ ...marta, updatedAt: 3 });
    await methods['directory.put'](agent, { entries: [{ number, entry: { ...marta, blacklisted: true } }] });
    expect(await methods['directory.get'](agent, { number })).toMatchObject({ blacklisted: true });
    await expect(methods['blacklist.set'](agent, { number: '112', on: true })).rejects.toMatchObject({
      code: 'team.number',
    });
  });

  it('take only so much of one desktop at a time', async () => {
    for (let n = 0; n < 120; n++) await methods['directory.put'](agent, { entries: [] });
    await expect(methods['directory.put'](agent, { entries: [] })).rejects.toMatchObject({ code: 'api.rate-limited' });
    await methods['directory.put'](admin, { entries: [] });
    clock += 60_000;
    await methods['directory.put'](agent, { entries: [] });
  });

  it('keep settings that are right, tell of the change, and say what is wrong with others', async () => {
    const heard: string[] = [];
    team.onChange((tenant) => heard.push(tenant));
    expect(await methods['admin.settings'](admin)).toEqual(DEFAULT_TEAM);
    const settings = { ...DEFAULT_TEAM, members, defaultResponsible: '101' };
    expect(await methods['admin.set-settings'](admin, { settings })).toBeNull();
    expect(await methods['admin.settings'](admin)).toEqual(settings);
    const twice = { ...settings, members: [...members, ...members] };
    await expect(methods['admin.set-settings'](admin, { settings: twice })).rejects.toMatchObject({
      ...{ code: 'team.extension-twice', params: { extension: '101' } },
    });
    expect(await methods['admin.settings'](admin)).toEqual(settings);
    expect(heard).toEqual(['a']);
  });

  it('say which extensions are taken', async () => {
    await team.save('a', { ...DEFAULT_TEAM, members });
    expect(await methods['admin.extensions'](admin)).toEqual([
      { extension: '100', online: true, taken: false },
      { extension: '101', online: null, taken: true },
    ]);
  });

  it('import people', async () => {
    const csv = 'number;name;responsible;blacklisted\n600111222;Marta;Ana;yes\nx;y;z\n';
    await team.save('a', { ...DEFAULT_TEAM, members });
    expect(await methods['admin.import-csv'](admin, { csv })).toEqual({
      kept: 1,
      refused: [{ line: 3, why: 'number' }],
    });
    expect(await methods['directory.get'](agent, { number: '600111222' })).toEqual({
      ...{ name: 'Marta', responsible: '101', blacklisted: true, updatedAt: NOW },
    });
  });
});
