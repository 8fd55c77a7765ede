// SPDX-License-Identifier: MIT
import { expect, it, vi } from 'vitest';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { readAccountClocks } from './account-clocks.ts';
import type { Tenant } from './parts.ts';
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

it('asks for each account that has keys, and goes on past one that does not answer', async () => {
  const tenants = createTenants(createMemoryStore().kv);
  for (const tenant of [tenantOf('acme', 'k'), tenantOf('beta', 'k'), tenantOf('keyless', ''), tenantOf('zeta', 'k')]) {
    await tenants.save(tenant);
  }
  const syncClock = vi.fn((id: string) => (id === 'beta' ? Promise.reject(new Error('no answer')) : Promise.resolve()));
  const log = { warn: vi.fn() };
  await readAccountClocks({ tenants, pbx: { syncClock }, log });
  expect(syncClock.mock.calls).toEqual([['acme'], ['beta'], ['zeta']]);
  expect(log.warn.mock.calls.map(([, fields]) => fields.tenant)).toEqual(['beta']);
});
