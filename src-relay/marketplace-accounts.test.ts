// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import { parseConfig } from './config.ts';
import { createMarketplaceAccounts, type IssuedKeys, type MarketplaceAccounts } from './marketplace-accounts.ts';
import type { Tenants } from './parts.ts';
import { createTenants } from './tenants.ts';

const HASH = '5f4dcc3b5aa765d61d8327deb882cf99';
const OTHER = '0'.repeat(32);
const SECRET = 'activation-secret-1';

let store: MemoryStore;
let tenants: Tenants;
let clock: number;

beforeEach(() => {
  store = createMemoryStore();
  clock = 0;
  tenants = createTenants(store.kv, () => clock);
});

function accounts(settings: object = {}): MarketplaceAccounts {
  const { marketplace } = parseConfig({ marketplace: { activationSecret: SECRET, ...settings } });
  return createMarketplaceAccounts(store.kv, tenants, marketplace, () => clock);
}

async function keysOf(activation: ReturnType<MarketplaceAccounts['activate']>): Promise<IssuedKeys> {
  const outcome = await activation;
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.keys;
}

it('issues keys once, the same to whoever asks again, and others to another user', async () => {
  const [first, ...again] = await Promise.all(
    Array.from({ length: 5 }, () => keysOf(accounts().activate('4711', HASH))),
  );
  expect(first?.key).toMatch(/^[0-9a-f]{20}$/);
  expect(first?.secret).toMatch(/^[0-9a-f]{32}$/);
  for (const keys of again) expect(keys).toEqual(first);
  expect((await keysOf(accounts().activate('4712', HASH))).key).not.toBe(first?.key);
  expect(await tenants.ids()).toHaveLength(2);
  expect(await tenants.byUserId('4711')).toMatchObject({ zdUserId: '4711', apiKey: '', apiSecret: '' });
});

it('knows the bearer of a user, and nothing near it', async () => {
  const market = accounts();
  await market.activate('4711', HASH);
  expect(await market.byAuthorization(`Bearer 4711${HASH}`)).toMatchObject({ userId: '4711' });
  const wrong = [
    '',
    `4711${HASH}`,
    `Bearer 4711${OTHER}`,
    `Bearer 4711${HASH}0`,
    `Bearer 471${HASH}`,
    `Basic 4711${HASH}`,
  ];
  for (const header of [undefined, ...wrong]) expect(await market.byAuthorization(header)).toBeNull();
  const { value } =
    (await store.kv.list('settings', '', null, 10)).find(({ key }) => key.endsWith('/marketplace')) ?? {};
  expect(value).not.toContain(HASH);
});

it.each([
  ['', HASH],
  ['a b', HASH],
  ['x'.repeat(101), HASH],
  ['4711', ''],
  ['4711', 'no-md5'],
])('refuses the user id %j with the hash %j as unreadable', async (userId, hash) => {
  expect(await accounts().activate(userId, hash)).toEqual({ ok: false, why: 'unreadable' });
  expect(await tenants.ids()).toEqual([]);
});

it('refuses another hash while the user is active, and takes it after deactivation', async () => {
  const market = accounts();
  const keys = await keysOf(market.activate('4711', HASH));
  expect(await market.activate('4711', OTHER)).toEqual({ ok: false, why: 'taken' });
  expect(await market.byAuthorization(`Bearer 4711${OTHER}`)).toBeNull();
  const account = await market.byAuthorization(`Bearer 4711${HASH}`);
  if (account === null) throw new Error('not active');
  await market.deactivate(account);
  expect([await market.byAuthorization(`Bearer 4711${HASH}`), await tenants.byUserId('4711')]).toEqual([null, null]);
  const after = await market.activate('4711', OTHER);
  expect(after).toMatchObject({ ok: true, tenant: account.tenant });
  expect(after.ok && after.keys.secret).not.toBe(keys.secret);
});

it('checks the hash by a rule when there is one; a correct new hash replaces the old one and keeps the keys', async () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const before = accounts({ hashOf: '{userId}{secret}', hashSecret: 'agreed-1', bearer: '{userId}.{hash}' });
  expect(await before.activate('4711', HASH)).toEqual({ ok: false, why: 'wrong-hash' });
  const keys = await keysOf(before.activate('4711', md5('4711agreed-1').toUpperCase()));
  expect(await before.byAuthorization(`Bearer 4711.${md5('4711agreed-1').toUpperCase()}`)).not.toBeNull();
  const after = accounts({ hashOf: '{userId}{secret}', hashSecret: 'agreed-2' });
  expect(await after.activate('4711', md5('4711agreed-1'))).toEqual({ ok: false, why: 'wrong-hash' });
  expect(await keysOf(after.activate('4711', md5('4711agreed-2')))).toEqual(keys);
  expect(await after.byAuthorization(`Bearer 4711${md5('4711agreed-2')}`)).not.toBeNull();
  clock += 60_000;
  expect(await before.byAuthorization(`Bearer 4711.${md5('4711agreed-1').toUpperCase()}`)).toBeNull();
});

it('finishes an activation that a failing store had cut short', async () => {
  const market = accounts();
  const save = tenants.save;
  tenants = { ...tenants, save: () => Promise.reject(new Error('gone')) };
  await expect(accounts().activate('4711', HASH)).rejects.toThrow('gone');
  tenants = { ...tenants, save };
  await keysOf(market.activate('4711', HASH));
  expect(await market.byAuthorization(`Bearer 4711${HASH}`)).not.toBeNull();
});

it('forgets a tenant by its id, and leaves others alone', async () => {
  const market = accounts();
  await market.activate('4711', HASH);
  const [id = ''] = await tenants.ids();
  await market.forget('somebody-else');
  expect(await market.byAuthorization(`Bearer 4711${HASH}`)).not.toBeNull();
  await market.forget(id);
  expect(await market.byAuthorization(`Bearer 4711${HASH}`)).toBeNull();
});
