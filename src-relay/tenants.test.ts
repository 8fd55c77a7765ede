// SPDX-License-Identifier: MIT
import { beforeEach, expect, it, vi } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import { parseConfig } from './config.ts';
import type { Tenant, Tenants } from './parts.ts';
import { applyTenants, createTenants } from './tenants.ts';

const ACME: Tenant = {
  id: 'acme',
  urlSecret: 'hook-secret-0001',
  zdUserId: null,
  apiBaseUrl: 'https://api.zadarma.com',
  apiKey: 'key',
  apiSecret: 'secret',
  offsetMinutes: 60,
};
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let store: MemoryStore;
let clock: number;
let tenants: Tenants;

beforeEach(() => {
  store = createMemoryStore();
  clock = 0;
  tenants = createTenants(store.kv, () => clock);
  vi.clearAllMocks();
});

it('finds a tenant by id, URL secret and user id, and none for anything else', async () => {
  await tenants.save(ACME);
  await tenants.save({ ...ACME, id: 'beta', urlSecret: 'hook-secret-0002', zdUserId: '4711' });
  expect(await tenants.get('acme')).toEqual(ACME);
  expect(await tenants.byUrlSecret('hook-secret-0001')).toEqual(ACME);
  expect((await tenants.byUserId('4711'))?.id).toBe('beta');
  expect(await tenants.ids()).toEqual(['acme', 'beta']);
  for (const wrong of ['', 'hook-secret-0003', 'acme', 'id/acme']) {
    expect([await tenants.byUrlSecret(wrong), await tenants.byUserId(wrong)]).toEqual([null, null]);
  }
});

it('lists more than a page', async () => {
  const ids = Array.from({ length: 1_050 }, (_, index) => `t${String(index).padStart(4, '0')}`);
  await store.kv.putMany(
    'tenants',
    ids.map((id) => ({ key: `id/${id}`, value: '{}' })),
  );
  expect(await tenants.ids()).toEqual(ids);
});

it('asks the store once for many notifications', async () => {
  await tenants.save(ACME);
  store.reads = 0;
  await Promise.all(Array.from({ length: 500 }, () => tenants.byUrlSecret(ACME.urlSecret)));
  expect(store.reads).toBeLessThanOrEqual(3);
});

it('sees what another node has changed or revoked within seconds', async () => {
  const other = createTenants(store.kv);
  await other.save(ACME);
  expect(await tenants.byUrlSecret(ACME.urlSecret)).toEqual(ACME);
  await other.save({ ...ACME, apiKey: 'new', urlSecret: 'hook-secret-0009' });
  clock += 10_000;
  expect(await tenants.byUrlSecret(ACME.urlSecret)).toBeNull();
  expect((await tenants.byUrlSecret('hook-secret-0009'))?.apiKey).toBe('new');
  await other.remove('acme');
  clock += 10_000;
  expect(await tenants.byUrlSecret('hook-secret-0009')).toBeNull();
  expect(await tenants.ids()).toEqual([]);
});

it('goes on with the tenants it knows while the store is away', async () => {
  await tenants.save(ACME);
  await tenants.byUrlSecret(ACME.urlSecret);
  store.failing = 'relay.unavailable';
  clock += 60_000;
  expect(await tenants.byUrlSecret(ACME.urlSecret)).toEqual(ACME);
  await expect(tenants.byUrlSecret('other')).rejects.toMatchObject({ code: 'relay.unavailable' });
});

it('lets no two tenants have one URL or one user', async () => {
  await tenants.save({ ...ACME, zdUserId: '1' });
  const other = { ...ACME, id: 'beta', urlSecret: 'hook-secret-0002' };
  await expect(tenants.save({ ...other, urlSecret: ACME.urlSecret })).rejects.toThrow('beta');
  await expect(tenants.save({ ...other, zdUserId: '1' })).rejects.toThrow('beta');
  expect(await tenants.get('beta')).toBeNull();
  expect((await tenants.byUserId('1'))?.id).toBe('acme');
});

it('changes the clock alone, also when another changes the keys at that moment', async () => {
  await tenants.save(ACME);
  await Promise.all([tenants.setOffset('acme', 120), createTenants(store.kv).save({ ...ACME, apiKey: 'new' })]);
  await tenants.setOffset('acme', 180);
  expect(await tenants.get('acme')).toEqual({ ...ACME, apiKey: 'new', offsetMinutes: 180 });
  await tenants.setOffset('nobody', 1);
  expect(await tenants.get('nobody')).toBeNull();
});

it('puts neither secrets nor user ids into keys', async () => {
  await tenants.save({ ...ACME, zdUserId: 'user-4711' });
  const keys = (await store.kv.list('tenants', '', null, 100)).map(({ key }) => key);
  expect(keys).toHaveLength(3);
  expect(keys.join()).not.toMatch(/hook-secret|4711/);
});

it('takes tenants from the configuration, once, and again when their entry has changed', async () => {
  const entry = { id: 'acme', urlSecret: 'hook-secret-0001', apiKey: 'k1', apiSecret: 's1' };
  const apply = (more: object = {}) =>
    applyTenants(store.kv, tenants, parseConfig({ tenants: [{ ...entry, ...more }] }).tenants, log);
  await apply();
  const first = await tenants.get('acme');
  expect(first).toMatchObject({ apiKey: 'k1', apiSecret: 's1', offsetMinutes: 0 });
  await tenants.save({ ...ACME, apiKey: 'set by the admin' });
  await apply();
  expect((await tenants.get('acme'))?.apiKey).toBe('set by the admin');
  await apply({ apiKey: 'k2' });
  expect((await tenants.get('acme'))?.apiKey).toBe('k2');
  await tenants.remove('acme');
  await apply({ apiKey: 'k2' });
  expect(await tenants.get('acme')).toBeNull();
  expect(log.warn).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(log.info.mock.calls)).not.toMatch(/hook-secret|k1|s1/);
});

it('gives a tenant without a URL secret one that stays, also when several nodes start together', async () => {
  const list = parseConfig({ tenants: [{ id: 'acme' }] }).tenants;
  await Promise.all([1, 2, 3].map(() => applyTenants(store.kv, createTenants(store.kv), list, log)));
  const secret = (await createTenants(store.kv).get('acme'))?.urlSecret;
  expect(secret).toMatch(/^[\w-]{32}$/);
  await applyTenants(store.kv, tenants, parseConfig({ tenants: [{ id: 'acme', apiKey: 'k' }] }).tenants, log);
  expect(await tenants.get('acme')).toMatchObject({ urlSecret: secret, apiKey: 'k' });
});
