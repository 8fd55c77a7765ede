// SPDX-License-Identifier: MIT
import { afterEach, expect, it, vi } from 'vitest';
import type { ConnectorSettings } from '../../src-shared/crm/settings.ts';
import { connectorSettings, crmStores } from '../../test/fake-crm.ts';
import { fakeSecrets, silentLog } from '../../test/fakes.ts';
import type { CrmHttp } from './api.ts';
import { createBuild } from './build.ts';
import { createRegistry } from './registry.ts';

const SALESFORCE = connectorSettings({ id: 'salesforce', type: 'salesforce', options: { clientId: 'key' } });
const OTHER = connectorSettings({ id: 'salesforce-2', type: 'salesforce', options: { clientId: 'key' } });
const tokens = (refresh: string) =>
  JSON.stringify({
    ...{ access: 'access', refresh, expiresAt: null },
    facts: { instance: 'https://acme.my.salesforce.com', idUrl: 'https://login.salesforce.com/id/00D/005' },
  });

afterEach(() => void vi.useRealTimers());

function stand(http: CrmHttp) {
  const { contacts } = crmStores();
  const secrets = fakeSecrets({
    'crm:salesforce': tokens('first-refresh'),
    'crm:salesforce:values': '{"clientSecret":"x"}',
    'crm:salesforce-2': tokens('second-refresh'),
    'crm:salesforce-2:values': '{"clientSecret":"y"}',
  });
  const build = createBuild({
    ...{ secrets, http, openExternal: async () => {}, language: () => 'en', now: () => 0, log: silentLog },
    local: { store: contacts, contacts, members: () => [] },
  });
  return { secrets, registry: createRegistry(build, () => {}, silentLog) };
}

const left = ['crm:salesforce-2', 'crm:salesforce-2:values'];

it.each([
  ['on', SALESFORCE],
  ['off', { ...SALESFORCE, enabled: false }],
] as const)('signs a removed connector that was %s out and deletes its secrets', async (_, settings) => {
  const told: string[] = [];
  const { secrets, registry } = stand(async ({ url, body = '' }) => {
    told.push(`${url} ${body}`);
    return { status: 200, headers: new Headers(), text: '', json: () => ({}) };
  });
  await registry.apply([settings, OTHER]);
  await registry.apply([OTHER]);
  expect(told).toEqual([expect.stringMatching(/revoke .*first-refresh/)]);
  expect([...secrets.values.keys()]).toEqual(left);
  await registry.apply([OTHER, SALESFORCE]);
  expect(registry.views().map(({ id, state }) => [id, state])).toEqual([
    ['salesforce-2', 'ready'],
    ['salesforce', 'sign-in'],
  ]);
});

it('deletes the secrets of a connector whose settings cannot be used', async () => {
  const { secrets, registry } = stand(() => Promise.reject(new Error('nobody is asked')));
  const broken: ConnectorSettings = { ...SALESFORCE, type: 'own', options: { definition: {} } };
  await registry.apply([broken, OTHER]);
  await registry.apply([OTHER]);
  expect([...secrets.values.keys()]).toEqual(left);
});

it('waits only so long for a CRM that does not answer', async () => {
  vi.useFakeTimers();
  const { secrets, registry } = stand(() => new Promise(() => {}));
  await registry.apply([SALESFORCE, OTHER]);
  const removed = registry.apply([OTHER]);
  await vi.advanceTimersByTimeAsync(10_000);
  await removed;
  expect([...secrets.values.keys()]).toEqual(left);
  expect(registry.views().map(({ id }) => id)).toEqual(['salesforce-2']);
});
