// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MegacallClient } from '../src-megacall/client.ts';
import { AppError } from '../src-shared/errors.ts';
import type { TeamSettings } from '../src-shared/rules/team.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createFair } from './fair.ts';
import type { Caller, Tenant } from './parts.ts';
import { createPbx, type Pbx } from './pbx.ts';
import type { Account } from './pbx-accounts.ts';
import type { SharedRow } from './shared-statistics.ts';
import { DEFAULT_TEAM } from './team.ts';

const NOW = Date.parse('2026-05-18T10:00:00Z');
const ana: Caller = { tenant: 'a', extension: '101', role: 'agent', device: 'd1' };
const boss: Caller = { tenant: 'a', extension: '100', role: 'supervisor', device: 'd0' };

describe('the PBX on behalf of desktops', () => {
  let asked: unknown[];
  let settings: TeamSettings;
  let tenant: Tenant;
  let ids: ReadonlySet<string> | null;
  let failure: AppError | null;
  let clock: number;
  let pbx: Pbx;
  let statistics: Account['statistics'];

  beforeEach(() => {
    asked = [];
    settings = DEFAULT_TEAM;
    ids = new Set(['rec.1']);
    failure = null;
    clock = 0;
    tenant = {
      ...{
        id: 'a',
        urlSecret: 's',
        zdUserId: null,
        apiBaseUrl: 'https://api.example',
        apiKey: 'old',
        apiSecret: 'old',
      },
      offsetMinutes: 0,
    };
    const note = (...call: readonly unknown[]): void => {
      if (failure !== null) throw failure;
      asked.push(call);
    };
    const client = {
      callback: async (request) => {
        note('callback', request);
        return { from: 'x', to: 'y', time: 1 };
      },
      recordLinks: async (record, life) => {
        note('recording', record, life);
        return ['https://pbx.example/1.mp3'];
      },
      sipPassword: async (extension) => {
        note('password', extension);
        return 'hunter2hunter2';
      },
      extensionStatus: async (extension) => {
        note('status', extension);
        if (extension === '102') throw new AppError('api.rejected');
        return { online: extension === '101' };
      },
      redirection: async (extension) => {
        note('redirection', extension);
        return { on: false, to: '', condition: 'always' };
      },
      setRedirection: async (extension, forwarding) => {
        note('set', extension, forwarding);
        return forwarding;
      },
      balance: async () => {
        note('balance');
        return { balance: 12.5, currency: 'EUR' };
      },
      timezone: async () => {
        note('timezone');
        return { unixtime: 1, offsetMs: 7_200_000, label: '' };
      },
    } satisfies Partial<MegacallClient> as Partial<MegacallClient> as MegacallClient;
    statistics = {
      ask: vi.fn(async () => ({ rows: [], complete: true, until: NOW })),
      known: () => [],
    };
    const account: Account = {
      ...{ client, statistics, fair: createFair({ atOnce: 2, waiting: 5, longestWaitMs: 1_000 }) },
      balance: () => client.balance(),
      extensions: async () => ({ pbxId: '12345', numbers: ['100', '101', '102'] }),
      numbers: async () => ['+34912345678'],
    };
    pbx = createPbx({
      accounts: {
        of: async () => account,
        trial: async (_tenant, keys) => {
          asked.push(['trial', keys]);
          return client;
        },
        forget: (id) => void asked.push(['forget', id]),
      },
      tenants: {
        get: async () => tenant,
        save: async (saved) => {
          tenant = saved;
        },
        setOffset: async (_id, offsetMinutes) => {
          tenant = { ...tenant, offsetMinutes };
        },
      },
      team: { settings: async () => settings },
      kv: createMemoryStore().kv,
      hadPart: async () => ids,
      now: () => NOW,
      monotonic: () => clock,
    });
  });

  it('calls back at the own extension only, and only numbers', async () => {
    expect(await pbx.callback(ana, '+34600111222')).toEqual({ from: '101', to: '+34600111222' });
    expect(asked).toEqual([['callback', { from: '101', to: '+34600111222', sip: '101' }]]);
    for (const to of ['', '*97', '+34600111222&from=102', '1', '#101#', '١٢٣', 'x'.repeat(60)]) {
      await expect(pbx.callback(ana, to)).rejects.toMatchObject({ code: 'dial.invalid' });
    }
    expect(asked).toHaveLength(1);
  });

  it('calls back ten times a minute for a device, whatever the others do', async () => {
    for (let n = 0; n < 10; n++) await pbx.callback(ana, '600111222');
    await expect(pbx.callback(ana, '600111222')).rejects.toMatchObject({
      ...{ code: 'api.rate-limited', params: { seconds: 60 } },
    });
    await pbx.callback(boss, '600111222');
    clock += 60_000;
    await pbx.callback(ana, '600111222');
    expect(asked).toHaveLength(12);
  });

  it("tells the PBX's refusals with its own words", async () => {
    failure = new AppError('api.rejected', { status: 400, message: 'Check your phone number' });
    await expect(pbx.callback(ana, '600111222')).rejects.toMatchObject({
      ...{ name: 'WireFailure', code: 'api.rejected', params: { status: 400, message: 'Check your phone number' } },
    });
  });

  it('gives recordings of calls the extension had part in, and by their own name only when it is of that call', async () => {
    expect(await pbx.recording(ana, 'in_1', 'rec.1')).toEqual({ links: ['https://pbx.example/1.mp3'] });
    await pbx.recording(ana, 'in_1', 'rec.of-others');
    await pbx.recording(ana, 'in_1', null);
    expect(asked).toEqual([
      ['recording', { callId: 'rec.1' }, 1800],
      ['recording', { pbxCallId: 'in_1' }, 1800],
      ['recording', { pbxCallId: 'in_1' }, 1800],
    ]);
    ids = null;
    await expect(pbx.recording(ana, 'in_2', 'rec.1')).rejects.toMatchObject({ code: 'team.not-allowed' });
  });

  it('gives a device its SIP password once, also when it asks twice at once, and again when the admin allows', async () => {
    const both = await Promise.allSettled([pbx.sipPassword(ana), pbx.sipPassword(ana)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(both[0]).toMatchObject({ value: { password: 'hunter2hunter2', pbxId: '12345' } });
    expect(both[1]).toMatchObject({ reason: { code: 'team.password' } });
    await pbx.sipPassword({ ...ana, device: 'd2' });
    await pbx.allowPassword('b', 'd1');
    await expect(pbx.sipPassword(ana)).rejects.toMatchObject({ code: 'team.password' });
    await pbx.allowPassword('a', 'd1');
    clock += 60_000;
    expect(await pbx.sipPassword(ana)).toMatchObject({ password: 'hunter2hunter2' });
  });

  it('does not count a password that the PBX did not give', async () => {
    failure = new AppError('api.network');
    await expect(pbx.sipPassword(ana)).rejects.toMatchObject({ code: 'api.network' });
    failure = null;
    expect(await pbx.sipPassword(ana)).toMatchObject({ password: 'hunter2hunter2' });
  });

  it('forwards the own extension only', async () => {
    await pbx.redirection(ana);
    const forwarding = { on: true, to: '+34600111222', condition: 'noanswer' } as const;
    expect(await pbx.setRedirection(ana, forwarding)).toEqual(forwarding);
    await pbx.setRedirection(ana, { ...forwarding, on: false, to: '' });
    expect(asked.map((call) => (call as unknown[])[1])).toEqual(['101', '101', '101']);
    const bad = pbx.setRedirection(ana, { ...forwarding, to: '*21#' });
    await expect(bad).rejects.toMatchObject({ code: 'dial.invalid' });
  });

  it('tells the balance to those it is for', async () => {
    const balance = { balance: 12.5, currency: 'EUR' };
    expect(await pbx.balance(boss)).toEqual(balance);
    await expect(pbx.balance(ana)).rejects.toMatchObject({ code: 'team.not-allowed' });
    settings = { ...settings, balanceFor: ['101'] };
    expect(await pbx.balance(ana)).toEqual(balance);
    expect(await pbx.numbers(ana)).toEqual({ numbers: ['+34912345678'] });
  });

  it('tells statistics of the own extension; what rang nowhere to the default responsible; all to a supervisor', async () => {
    tenant = { ...tenant, offsetMinutes: 120 };
    const taken = async (caller: Caller): Promise<(string | null)[]> => {
      await pbx.statistics(caller, { from: 0, to: NOW, callType: 'in' });
      const [query, offset, mine] = vi.mocked(statistics.ask).mock.lastCall ?? [];
      expect([query, offset]).toEqual([{ from: NOW - 400 * 86_400_000, to: NOW, callType: 'in' }, 7_200_000]);
      const row = { wall: 0, pbxCallId: null, callId: '', raw: null };
      return ['100', '101', '102', null].filter((extension) => mine?.({ ...row, extension } satisfies SharedRow));
    };
    expect(await taken(ana)).toEqual(['101']);
    settings = { ...settings, defaultResponsible: '101' };
    expect(await taken(ana)).toEqual(['101', null]);
    expect(await taken(boss)).toEqual(['100', '101', '102', null]);
    const old = { from: 0, to: NOW - 401 * 86_400_000, callType: 'out' } as const;
    expect(await pbx.statistics(ana, old)).toEqual({ rows: [], complete: true, until: old.to });
    expect(statistics.ask).toHaveBeenCalledTimes(3);
  });

  it('lists extensions, and who has a phone registered as far as the PBX says', async () => {
    expect(await pbx.extensions(boss)).toEqual([
      { extension: '100', online: false },
      { extension: '101', online: true },
      { extension: '102', online: null },
    ]);
  });

  it('keeps keys that work, with the clock of their account, and none that do not', async () => {
    failure = new AppError('api.unauthorized');
    await expect(pbx.setKeys(boss, 'new', 'secret')).rejects.toMatchObject({ code: 'api.unauthorized' });
    expect(tenant.apiKey).toBe('old');
    failure = null;
    expect(await pbx.setKeys(boss, ' new ', ' secret ')).toEqual({ balance: 12.5, currency: 'EUR' });
    expect(tenant).toMatchObject({ apiKey: 'new', apiSecret: 'secret', offsetMinutes: 120, urlSecret: 's' });
    expect(asked).toContainEqual(['forget', 'a']);
  });

  it("reads the account's clock anew", async () => {
    await pbx.syncClock('a');
    expect(tenant.offsetMinutes).toBe(120);
  });
});
