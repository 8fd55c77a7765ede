// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_RULES, type DirectoryEntry, type RuleSettings, type TeamSettings } from '../src-shared/rules/team.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { type AnswererOptions, createAnswerer } from './answerer.ts';
import { createDirectory } from './directory.ts';
import type { Directory, Tenant } from './parts.ts';
import { DEFAULT_TEAM } from './team.ts';

const tenant: Tenant = {
  ...{ id: 'a', urlSecret: 's', zdUserId: null, apiBaseUrl: '', apiKey: '', apiSecret: '' },
  offsetMinutes: 120,
};
const fields = {
  ...{ event: 'NOTIFY_START', pbx_call_id: 'in_1', caller_id: '34600111222', called_did: '34912345678' },
  call_start: '2026-05-14 09:30:05',
};
const marta: DirectoryEntry = { name: 'Marta Ibarra', responsible: '101', blacklisted: false, updatedAt: 1 };
const never = new Promise<never>(() => {});
const NOW = 2_000_000;

describe('the answerer', () => {
  let settings: TeamSettings;
  let directory: Directory;
  let state: 'free' | 'busy';
  let said: [string, number][];
  beforeEach(async () => {
    settings = DEFAULT_TEAM;
    state = 'free';
    said = [];
    directory = createDirectory(createMemoryStore().kv, { settings: async () => settings }, () => NOW);
    await directory.put('a', [{ number: '+34600111222', entry: marta }]);
  });

  const start = (change: Partial<AnswererOptions> = {}) =>
    createAnswerer({
      directory,
      team: { settings: async () => settings },
      presence: { of: async () => state },
      names: { ask: async () => '' },
      budgetMs: 300,
      now: () => NOW,
      onAnswer: (ms, reason) => void said.push([reason, ms]),
      log: { warn() {} },
      ...change,
    });
  const rules = (change: Partial<RuleSettings>): void => {
    settings = { ...settings, rules: { ...DEFAULT_RULES, ...change } };
  };
  const unknown = { ...fields, caller_id: '+34600999999' };

  it('sends a known caller to the responsible, by name, and says why', async () => {
    expect(await start().answer(tenant, fields)).toEqual({
      ...{ pbxCallId: 'in_1', at: NOW, reason: 'responsible', extension: '101' },
      answer: { redirect: '101', return_timeout: '15', caller_name: 'Marta Ibarra' },
    });
    expect(said.map(([reason]) => reason)).toEqual(['responsible']);
  });

  it('knows national numbers, members, presence, the blacklist and the switches', async () => {
    const answerer = start();
    const ask = (callerId = fields.caller_id) => answerer.answer(tenant, { ...fields, caller_id: callerId });
    expect(await ask('600111222')).toMatchObject({ reason: 'responsible' });
    expect(await ask('0')).toMatchObject({ reason: 'withheld', answer: null });
    expect(await ask('anonymous')).toMatchObject({ reason: 'withheld' });
    expect(await ask('+34600999999')).toMatchObject({ reason: 'unknown', answer: null });
    state = 'busy';
    expect(await ask()).toMatchObject({ reason: 'responsible-busy', answer: { caller_name: 'Marta Ibarra' } });
    settings = { ...settings, members: [{ extension: '102', name: 'Ana', email: '', crmUser: '' }] };
    expect(await ask()).toMatchObject({ reason: 'known', answer: { caller_name: 'Marta Ibarra' } });
    await directory.setBlacklisted('a', '600111222', true, '101');
    expect(await ask()).toMatchObject({ reason: 'blacklisted', answer: { redirect: 'blacklist' } });
    rules({ routeToResponsible: false, sendCallerName: false, refuseBlacklisted: false });
    expect(await ask()).toMatchObject({ reason: 'off', answer: null });
  });

  it('answers a notification without an id, number or anything', async () => {
    expect(await start().answer(tenant, {})).toEqual({
      ...{ pbxCallId: '-', at: NOW, reason: 'withheld', extension: null, answer: null },
    });
  });

  it.each<[string, Partial<AnswererOptions>]>([
    ['a directory that says nothing', { directory: { get: () => never, put: async () => 0 } }],
    [
      'a directory that fails',
      { directory: { get: async () => Promise.reject(new Error('gone')), put: async () => 0 } },
    ],
    ['settings that never come', { team: { settings: () => never } }],
    ['settings that fail', { team: { settings: async () => Promise.reject(new Error('gone')) } }],
  ])('is late with %s, and not later than the budget', async (_name, change) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const record = start(change).answer(tenant, fields);
      await vi.advanceTimersByTimeAsync(300);
      expect(await record).toEqual({ pbxCallId: 'in_1', at: NOW, reason: 'late', extension: null, answer: null });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each<[string, AnswererOptions['presence']['of']]>([
    ['never comes', () => never],
    ['fails', async () => Promise.reject(new Error('gone'))],
  ])('sends a call to the responsible when presence %s, and refuses without asking for it', async (_name, of) => {
    const answerer = start({ presence: { of }, budgetMs: 120 });
    expect(await answerer.answer(tenant, fields)).toMatchObject({ reason: 'responsible', extension: '101' });
    await directory.setBlacklisted('a', '600111222', true, '101');
    expect(await answerer.answer(tenant, fields)).toMatchObject({ reason: 'blacklisted' });
  });

  describe('with names by number', () => {
    beforeEach(() => {
      settings = { ...settings, namesUrl: 'https://crm.example/{number}' };
    });

    it('asks the CRM for who is not in the directory, once, and keeps the name for a day', async () => {
      const ask = vi.fn(async () => 'Щербаков Юрий');
      const answerer = start({ names: { ask } });
      const named = { reason: 'known', extension: null, answer: { caller_name: 'Shcherbakov Yuriy' } };
      expect(await answerer.answer(tenant, unknown)).toMatchObject(named);
      await vi.waitFor(async () => expect(await directory.get('a', '+34600999999')).not.toBeNull());
      expect(await answerer.answer(tenant, unknown)).toMatchObject(named);
      expect(ask.mock.calls).toEqual([['a', 'https://crm.example/{number}', '+34600999999']]);
    });

    it('lets a contact that a desktop tells of later take the place of such a name', async () => {
      await start({ names: { ask: async () => 'Ana' } }).answer(tenant, unknown);
      await vi.waitFor(async () => expect(await directory.get('a', '+34600999999')).not.toBeNull());
      await directory.put('a', [{ number: '+34600999999', entry: { ...marta, updatedAt: 1 } }]);
      expect(await directory.get('a', '+34600999999')).toMatchObject({ name: 'Marta Ibarra', responsible: '101' });
    });

    it('asks for the name alone where the responsible is known, and goes on without it', async () => {
      await directory.put('a', [{ number: '600111222', entry: { ...marta, name: '', updatedAt: 2 } }]);
      const route = { redirect: '101', return_timeout: '15' };
      const named = await start({ names: { ask: async () => 'Marta' } }).answer(tenant, fields);
      expect(named.answer).toEqual({ ...route, caller_name: 'Marta' });
      const slow = await start({ names: { ask: () => never }, budgetMs: 120 }).answer(tenant, fields);
      expect(slow).toMatchObject({ reason: 'responsible', answer: route });
      expect((await directory.get('a', '600111222'))?.name).toBe('');
    });

    it('is late when the CRM is, and has the name at the next call', async () => {
      const name = Promise.withResolvers<string>();
      const answerer = start({ names: { ask: () => name.promise }, budgetMs: 120 });
      expect(await answerer.answer(tenant, unknown)).toMatchObject({ reason: 'late', answer: null });
      name.resolve('Ana');
      await vi.waitFor(async () => expect((await directory.get('a', '+34600999999'))?.name).toBe('Ana'));
      expect(await answerer.answer(tenant, unknown)).toMatchObject({ answer: { caller_name: 'Ana' } });
    });

    it.each([
      ['nobody', ''],
      ['nothing', null],
    ] as const)('takes the CRM for what it says: %s', async (_name, name) => {
      expect(await start({ names: { ask: async () => name } }).answer(tenant, unknown)).toMatchObject({
        ...{ reason: 'unknown', answer: null },
      });
    });

    it('asks for nobody who is known by name, refused, without a number, or when names are not sent', async () => {
      const ask = vi.fn(async () => 'x');
      const answerer = start({ names: { ask } });
      await answerer.answer(tenant, fields);
      await answerer.answer(tenant, { ...fields, caller_id: '0' });
      await answerer.answer(tenant, { ...fields, caller_id: '101' });
      await directory.setBlacklisted('a', '+34600999999', true, '101');
      await answerer.answer(tenant, unknown);
      rules({ sendCallerName: false });
      await answerer.answer(tenant, { ...fields, caller_id: '+34600999998' });
      expect(ask).not.toHaveBeenCalled();
    });
  });
});
