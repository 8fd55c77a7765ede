// SPDX-License-Identifier: MIT
import { createHmac } from 'node:crypto';
import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import { parseConfig } from './config.ts';
import { createFront, type Front } from './front.ts';
import type { Notification } from './ingress.ts';
import { createMarketplaceAccounts } from './marketplace-accounts.ts';
import type { Tenant, Tenants } from './parts.ts';
import { RelayError } from './store/api.ts';
import { createTeam } from './team.ts';
import { createTenants } from './tenants.ts';
import type { Outcome } from './webhook.ts';

const START = {
  event: 'NOTIFY_START',
  call_start: '2026-05-14 09:30:05',
  pbx_call_id: 'in_0123456789abcdef0123456789abcdef01234567',
  caller_id: '+34600111222',
  called_did: '+34912345678',
};
const tenantOf = (id: string): Tenant => ({
  id,
  urlSecret: `hook-secret-of-${id}`,
  zdUserId: null,
  apiBaseUrl: 'https://api.zadarma.com',
  apiKey: 'key',
  apiSecret: `secret of ${id}`,
  offsetMinutes: 0,
});
const ACME = tenantOf('acme');
const BETA = tenantOf('beta');
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let store: MemoryStore;
let tenants: Tenants;
let clock: number;
let front: Front;
let url: string;
let taken: { tenant: string; notification: Notification }[];
let outcomes: Outcome[];
let failure: Error | null;

async function open(settings: object = {}): Promise<void> {
  await front?.app.close();
  const config = parseConfig({
    sources: ['127.0.0.0/8'],
    marketplace: { activationSecret: 'activation-secret-1' },
    ...settings,
  });
  front = createFront({
    config,
    tls: null,
    tenants,
    accounts: createMarketplaceAccounts(store.kv, tenants, config.marketplace),
    team: createTeam({ kv: store.kv, every: () => () => {} }),
    intake: {
      async take(tenant, notification) {
        if (failure) throw failure;
        taken.push({ tenant: tenant.id, notification });
        return { redirect: '101' };
      },
    },
    pair: async (body, from) => ({ status: 404, body: { code: `${body.toString()} ${from}` } }),
    leave: async (token) => (token === 'mdt_mine' ? 204 : 401),
    nameOf: async () => '',
    desktops: (request, socket) => socket.end(`HTTP/1.1 418 ${request.url}\r\nConnection: close\r\n\r\n`),
    revokeDevices: async () => {},
    count: (outcome) => outcomes.push(outcome),
    log,
  });
  url = await front.app.listen({ host: '127.0.0.1', port: 0 });
}

beforeEach(async () => {
  vi.clearAllMocks();
  store = createMemoryStore();
  clock = 0;
  tenants = createTenants(store.kv, () => clock);
  await tenants.save(ACME);
  await tenants.save(BETA);
  [taken, outcomes, failure] = [[], [], null];
  await open();
});
afterEach(() => front.app.close());

function sign(tenant: Tenant, { caller_id, called_did, call_start }: typeof START): string {
  const hmac = createHmac('sha1', tenant.apiSecret).update(caller_id + called_did + call_start);
  return Buffer.from(hmac.digest('hex')).toString('base64');
}

function notify(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(url + path, { method: 'POST', body: new URLSearchParams(fields), headers });
}
const hook = (tenant: Tenant, signer = tenant, headers = {}) =>
  notify(`/hook/${tenant.urlSecret}`, START, { Signature: sign(signer, START), ...headers });

describe('tenants', () => {
  it('are told apart by the secret in their URL, and each is checked with its own key', async () => {
    expect(await (await hook(ACME)).json()).toEqual({ redirect: '101' });
    expect((await hook(BETA)).status).toBe(200);
    expect(taken.map(({ tenant }) => tenant)).toEqual(['acme', 'beta']);
    expect(taken[0]?.notification).toEqual({ fields: START, verified: true });
    expect([(await hook(ACME, BETA)).status, (await hook(BETA, ACME)).status]).toEqual([403, 403]);
    expect(outcomes).toEqual(['accepted', 'accepted', 'forged', 'forged']);
  });

  it('have their address checked by the PBX, from wherever it does so', async () => {
    await open({ sources: ['185.45.152.40/30'] });
    const path = `/hook/${ACME.urlSecret}`;
    expect(await (await fetch(`${url}${path}?zd_echo=abc`)).text()).toBe('abc');
    expect(await (await notify(path, { zd_echo: 'abc' })).text()).toBe('abc');
  });

  it('that nobody knows are a 404, whatever is asked', async () => {
    for (const path of ['/hook/hook-secret-of-nobody', '/hook/', '/hook', `/hook/${ACME.urlSecret}/x`]) {
      expect((await fetch(`${url}${path}?zd_echo=abc`)).status).toBe(404);
      expect((await notify(path, START, { Signature: sign(ACME, START) })).status).toBe(404);
    }
    expect(outcomes).toEqual([]);
  });

  it('without a key yet ask the PBX to come again', async () => {
    await tenants.save({ ...ACME, apiSecret: '' });
    const reply = await hook({ ...ACME, apiSecret: 'x' });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it('do not use up what others may send of events nobody can verify', async () => {
    await open({ limits: { unverifiedPerMinute: 3 } });
    const statuses = [];
    for (const tenant of [ACME, ACME, ACME, ACME, BETA]) {
      statuses.push((await notify(`/hook/${tenant.urlSecret}`, { event: 'SPEECH_RECOGNITION', result: '{}' })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 200]);
  });

  it('that are revoked stop being served within seconds', async () => {
    expect((await hook(ACME)).status).toBe(200);
    await createTenants(store.kv).remove('acme');
    clock += 10_000;
    expect((await hook(ACME)).status).toBe(404);
  });
});

describe('a store that is full or away', () => {
  it('is a 503 with Retry-After, so that the PBX sends again', async () => {
    for (const code of ['relay.full', 'relay.unavailable'] as const) {
      failure = new RelayError(code);
      const reply = await hook(ACME);
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
    }
    failure = new Error('a fault of ours');
    expect((await hook(ACME)).status).toBe(500);
    expect(outcomes).toEqual(['unavailable', 'unavailable', 'failed']);
  });

  it('is so too while the tenant has to be looked up, and for the marketplace', async () => {
    store.failing = 'relay.unavailable';
    await open();
    const other = await notify('/hook/hook-secret-of-nobody', START);
    expect([other.status, other.headers.get('retry-after')]).toEqual([503, '5']);
    const market = await fetch(`${url}/marketplace/operators`, { headers: { authorization: 'Bearer x' } });
    expect([market.status, market.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('addresses', () => {
  it('of the PBX count behind proxies that are listed, and nobody else may name them', async () => {
    await open({ sources: ['185.45.152.40/30'], trustedProxies: ['127.0.0.1'] });
    const from = (forwarded: string) => hook(ACME, ACME, { 'X-Forwarded-For': forwarded });
    expect((await from('185.45.152.42')).status).toBe(200);
    expect((await from('185.45.152.42, 8.8.8.8')).status).toBe(403);
    await open({ sources: ['185.45.152.40/30'] });
    expect((await from('185.45.152.42')).status).toBe(403);
    expect(outcomes).toEqual(['accepted', 'wrongSource', 'wrongSource']);
  });

  it('of pairing desktops are the real ones', async () => {
    await open({ trustedProxies: ['127.0.0.1'] });
    const pair = (headers: Record<string, string>) => fetch(`${url}/pair`, { method: 'POST', body: 'hi', headers });
    expect(await (await pair({ 'X-Forwarded-For': '1.1.1.1, 203.0.113.9' })).json()).toEqual({
      code: 'hi 203.0.113.9',
    });
    await open();
    expect(await (await pair({ 'X-Forwarded-For': '203.0.113.9' })).json()).toEqual({ code: 'hi 127.0.0.1' });
  });

  it('may be closed to the marketplace', async () => {
    await open({ marketplace: { activationSecret: 'activation-secret-1', sources: ['185.45.152.40/30'] } });
    const reply = await fetch(`${url}/marketplace/activate/activation-secret-1?userId=1&hash=${'a'.repeat(32)}`);
    expect([reply.status, await tenants.ids()]).toEqual([403, ['acme', 'beta']]);
  });
});

it('lets a desktop leave by its token, and nobody else', async () => {
  const leave = async (headers: Record<string, string>) =>
    (await fetch(`${url}/pair`, { method: 'DELETE', headers })).status;
  expect(await leave({ Authorization: 'Bearer mdt_mine' })).toBe(204);
  expect([await leave({ Authorization: 'Bearer mdt_other' }), await leave({})]).toEqual([401, 401]);
});

it('hands WebSockets to the desktops, and passes over offers of anything else', async () => {
  const ask = (upgrade: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { Connection: 'Upgrade', Upgrade: upgrade, Signature: sign(ACME, START) };
      const path = `${url}/hook/${ACME.urlSecret}?zd_echo=1`;
      get(path, { headers, agent: false }, (reply) => resolve(reply.resume().statusCode)).on('error', reject);
    });
  expect([await ask('websocket'), await ask('h2c')]).toEqual([418, 200]);
});

describe('the marketplace', () => {
  const HASH = '5f4dcc3b5aa765d61d8327deb882cf99';
  const fields = { ...START, zdUserId: '4711' };
  const activate = async () =>
    (await fetch(`${url}/marketplace/activate/activation-secret-1?userId=4711&hash=${HASH}`)).json();

  it('is not there unless it has an activation secret', async () => {
    await open({ marketplace: {} });
    for (const path of ['activate/activation-secret-1', 'name', 'operators', 'notify?zd_echo=1']) {
      expect((await fetch(`${url}/marketplace/${path}`)).status).toBe(404);
    }
  });

  it('believes the bearer, and the signature only when that is agreed', async () => {
    const keys = (await activate()) as { secret: string };
    const headers = { Authorization: `Bearer 4711${HASH}` };
    expect((await notify('/marketplace/notify', fields, headers)).status).toBe(200);
    expect(taken.at(-1)).toMatchObject({ tenant: expect.stringMatching(/^m-/), notification: { verified: true } });
    expect((await notify('/marketplace/notify', fields)).status).toBe(401);
    await open({ marketplace: { activationSecret: 'activation-secret-1', checkSignature: true } });
    expect((await notify('/marketplace/notify', fields, headers)).status).toBe(403);
    const signed = { ...headers, Signature: sign({ ...ACME, apiSecret: keys.secret }, START) };
    expect((await notify('/marketplace/notify', fields, signed)).status).toBe(200);
  });

  it('takes notifications from the networks of the PBX only', async () => {
    await activate();
    await open({ sources: ['185.45.152.40/30'] });
    const headers = { Authorization: `Bearer 4711${HASH}` };
    expect((await notify('/marketplace/notify', fields, headers)).status).toBe(403);
    expect(outcomes).toEqual(['wrongSource']);
  });
});

it('logs no secret, no number and no name', async () => {
  await hook(ACME);
  await hook(ACME, BETA);
  await notify('/hook/hook-secret-of-nobody', START);
  failure = new RelayError('relay.full');
  await hook(ACME);
  const lines = JSON.stringify([log.debug, log.info, log.warn, log.error].map(({ mock }) => mock.calls));
  expect(lines).toContain('webhook refused');
  expect(lines).not.toMatch(/hook-secret|secret of|34600111222|912345678/);
});
