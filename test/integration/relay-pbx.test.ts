// SPDX-License-Identifier: MIT
import { afterEach, describe, expect, it } from 'vitest';
import { createCalls } from '../../src-relay/calls.ts';
import { createHadPart } from '../../src-relay/had-part.ts';
import type { Caller } from '../../src-relay/parts.ts';
import { createPbx } from '../../src-relay/pbx.ts';
import { createAccounts } from '../../src-relay/pbx-accounts.ts';
import { createTeam } from '../../src-relay/team.ts';
import { createTenants } from '../../src-relay/tenants.ts';
import { utcToWall } from '../../src-shared/megacall/clock.ts';
import { silentLog } from '../fakes.ts';
import { createMemoryStore } from '../relay/memory-store.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';

const HOUR = 3600_000;
let sandbox: Sandbox | null = null;
afterEach(async () => {
  await sandbox?.stop();
  sandbox = null;
});

/** A relay's side of the PBX on the sandbox's API; the tenant's clock is not known yet. */
async function stand() {
  sandbox = await startSandbox({ sip: false });
  const store = createMemoryStore();
  const tenants = createTenants(store.kv);
  const { key, secret } = sandbox.account;
  await tenants.save({
    ...{ id: 'acme', urlSecret: 'u'.repeat(20), zdUserId: null, apiBaseUrl: sandbox.url },
    ...{ apiKey: key, apiSecret: secret, offsetMinutes: 0 },
  });
  const calls = createCalls(store);
  const team = createTeam({ kv: store.kv, every: () => () => {} });
  const accounts = createAccounts({ tenants, now: Date.now, log: silentLog });
  const hadPart = createHadPart(calls, store.log);
  const pbx = createPbx({ accounts, tenants, team, kv: store.kv, hadPart });
  await pbx.syncClock('acme');
  const met = async (pbxCallId: string, extension: string, record: string): Promise<void> => {
    const body = JSON.stringify({
      ...{ kind: 'notification', fields: { pbx_call_id: pbxCallId, call_id_with_rec: record } },
    });
    const events = [{ hash: `${pbxCallId} ${record}`, receivedAt: 1, body }];
    await calls.add('acme', pbxCallId, {
      events,
      extensions: [extension],
      spoken: true,
      fallback: null,
      isOver: false,
    });
  };
  return { sandbox, pbx, met, tenants };
}

const desktop = (extension: string, device = `d${extension}`, role: Caller['role'] = 'agent'): Caller => ({
  ...{ tenant: 'acme', extension, device, role },
});
const asked = ({ api }: Sandbox, path: string) => api.log.filter((entry) => entry.path === path);

describe('the PBX for desktops without keys', () => {
  it('knows the clock of the account, and serves fifty desktops that start at once with two questions', async () => {
    const { sandbox: own, pbx, tenants } = await stand();
    expect((await tenants.get('acme'))?.offsetMinutes).toBe(60);
    const startedAt = Date.now() - HOUR;
    const row = (extension: string, direction: 'in' | 'out') => ({
      ...{
        callId: `${extension}.${direction}`,
        pbxCallId: `${direction}_${extension}`,
        direction,
        extension,
        startedAt,
      },
      ...{ number: '+34600111222', name: null, disposition: 'answered', seconds: 5, isRecorded: false },
      destination: direction === 'in' ? extension : '+34600111222',
    });
    for (const extension of ['101', '102', '103']) own.history.add(row(extension, 'in'), row(extension, 'out'));
    const to = Date.now();
    const ask = (n: number, callType: 'in' | 'out') =>
      pbx.statistics(desktop(`10${1 + (n % 3)}`, `d${n}`), { from: to - 2 * HOUR, to, callType });
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const [incoming, outgoing] = await Promise.all([
      Promise.all(numbers.map((n) => ask(n, 'in'))),
      Promise.all(numbers.map((n) => ask(n, 'out'))),
    ]);
    expect(asked(own, '/v1/statistics/pbx/')).toHaveLength(2);
    for (const n of numbers) {
      for (const [answer, type] of [
        [incoming[n], 'in'],
        [outgoing[n], 'out'],
      ] as const) {
        expect(answer).toMatchObject({ complete: true, until: to });
        expect(answer?.rows).toMatchObject([
          { pbx_call_id: `${type}_10${1 + (n % 3)}`, callstart: utcToWall(startedAt, HOUR) },
        ]);
      }
    }
    const all = await pbx.statistics(desktop('101', 'boss', 'supervisor'), { from: to - 2 * HOUR, to, callType: 'in' });
    expect(all.rows).toHaveLength(3);
    expect(asked(own, '/v1/statistics/pbx/')).toHaveLength(2);
  });

  it('calls back from the own extension, gives the own password once, and tells refusals as the PBX does', async () => {
    const { sandbox: own, pbx } = await stand();
    await pbx.callback(desktop('101'), '+34600111222');
    expect(own.api.callbacks).toMatchObject([{ from: '101', to: '+34600111222' }]);
    expect(await pbx.sipPassword(desktop('102'))).toEqual({ password: 'Sandbox-102', pbxId: '123456' });
    await expect(pbx.sipPassword(desktop('102'))).rejects.toMatchObject({ code: 'team.password' });
    await expect(pbx.callback(desktop('999'), '+34600111222')).rejects.toMatchObject({
      ...{ code: 'api.rejected', params: { status: 400, message: 'Check your phone number' } },
    });
    expect(await pbx.balance(desktop('101', 'boss', 'admin'))).toEqual({ balance: 18.1636, currency: 'EUR' });
    expect(await pbx.extensions(desktop('101', 'boss', 'admin'))).toEqual([
      ...['101', '102', '103'].map((extension) => ({ extension, online: true })),
    ]);
    expect(await pbx.numbers(desktop('101'))).toEqual({ numbers: ['34912345678'] });
  });

  it('fetches recordings of own calls only', async () => {
    const { sandbox: own, pbx, met } = await stand();
    own.recordings.add('1781129241.26640977', 'in_1', 0);
    own.recordings.add('1781129242.26640977', 'in_2', 0);
    await met('in_1', '101', '1781129241.26640977');
    await met('in_2', '102', '1781129242.26640977');
    const { links } = await pbx.recording(desktop('101'), 'in_1', '1781129241.26640977');
    expect(links).toHaveLength(1);
    expect((await fetch(links[0] ?? '')).headers.get('content-type')).toMatch(/^audio/);
    const sly = await pbx.recording(desktop('101'), 'in_1', '1781129242.26640977');
    expect(sly.links.join()).toContain('1781129241.26640977');
    expect(sly.links.join()).not.toContain('1781129242');
    await expect(pbx.recording(desktop('101'), 'in_2', null)).rejects.toMatchObject({ code: 'team.not-allowed' });
    await expect(pbx.recording(desktop('101'), 'in_3', null)).rejects.toMatchObject({ code: 'team.not-allowed' });
    expect((await pbx.recording(desktop('100', 'boss', 'supervisor'), 'in_2', null)).links).toHaveLength(1);
  });

  it('takes new keys only when the PBX does', async () => {
    const { sandbox: own, pbx, tenants } = await stand();
    const admin = desktop('101', 'boss', 'admin');
    await expect(pbx.setKeys(admin, 'other', 'keys')).rejects.toMatchObject({ code: 'api.unauthorized' });
    expect((await tenants.get('acme'))?.apiKey).toBe(own.account.key);
    expect(await pbx.setKeys(admin, own.account.key, own.account.secret)).toMatchObject({ currency: 'EUR' });
    expect(await pbx.balance(admin)).toMatchObject({ currency: 'EUR' });
  });
});
