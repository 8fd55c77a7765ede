// SPDX-License-Identifier: MIT
import { expect, it, vi } from 'vitest';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { readAccountClocks } from './account-clocks.ts';
import type { Tenant } from './parts.ts';
import type { Account, Accounts } from './pbx-accounts.ts';
import { createTenants } from './tenants.ts';

const tenantOf = (id: string, apiKey: string): Tenant => ({
  id,
  urlSecret: `hook-secret-of-${id}`,
  zdUserId: null,
  apiBaseUrl: 'https://api.zadarma.com',
  apiKey,
  apiSecret: 'secret',
  offsetMinutes: 60,
});

it('keeps the clock of each account that has keys, and goes on past one that does not answer', async () => {
  const tenants = createTenants(createMemoryStore().kv);
  for (const tenant of [tenantOf('acme', 'k'), tenantOf('beta', 'k'), tenantOf('keyless', ''), tenantOf('zeta', 'k')]) {
    await tenants.save(tenant);
  }
  const hours: Record<string, number> = { acme: 2, zeta: -4.5 };
  const of = vi.fn(async (id: string) => {
    const offset = hours[id];
    if (offset === undefined) throw new Error('no answer');
    const timezone = async () => ({ unixtime: 0, offsetMs: offset * 3_600_000 + 400, label: '' });
    return { client: { timezone } } as unknown as Account;
  }) satisfies Accounts['of'];
  const log = { warn: vi.fn() };
  await readAccountClocks({ tenants, accounts: { of }, log });
  const offsets = await Promise.all((await tenants.ids()).map(async (id) => (await tenants.get(id))?.offsetMinutes));
  expect(offsets).toEqual([120, 60, 60, -270]);
  expect(of.mock.calls.map(([id]) => id)).toEqual(['acme', 'beta', 'zeta']);
  expect(log.warn).toHaveBeenCalledTimes(1);
});
