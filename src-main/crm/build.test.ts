// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { ConnectorSettings } from '../../src-shared/crm/settings.ts';
import { connectorSettings, crmStores } from '../../test/fake-crm.ts';
import { fakeSecrets, silentLog } from '../../test/fakes.ts';
import { createBuild } from './build.ts';

const { contacts } = crmStores();
const build = createBuild({
  ...{ secrets: fakeSecrets(), language: () => 'en', now: () => 0, log: silentLog },
  http: () => Promise.reject(new Error('nothing is asked while a connector is made')),
  openExternal: async () => {},
  local: { store: contacts, contacts, members: () => [] },
});
const made = (settings: Partial<ConnectorSettings>) => build(connectorSettings(settings), () => {});

it.each(['salesforce', 'zoho'] as const)('makes %s, to be signed in to', async (type) => {
  const built = await made({ id: 'crm-1', type, options: { clientId: 'key' } });
  expect([built.connector.id, built.connector.type, built.state()]).toEqual(['crm-1', type, 'sign-in']);
  expect([typeof built.connect, typeof built.disconnect, typeof built.close]).toEqual(Array(3).fill('function'));
});

it.each([
  ['salesforce', { host: 'https://login.salesforce.com.example.com' }, 'crm.refused'],
  ['zoho', { dataCentre: 'https://accounts.zoho.eu.example.com' }, 'crm.refused'],
  ['own', { definition: {} }, 'crm.definition'],
] as const)('does not make %s of %j', async (type, options, code) => {
  await expect(made({ type, options })).rejects.toMatchObject({ code });
});

it('makes our own contacts a connector that is always ready', async () => {
  const built = await made({ id: 'local', type: 'local', name: 'Contacts' });
  expect([built.connector.type, built.state(), built.connect]).toEqual(['local', 'ready', undefined]);
  expect(await built.connector.me(AbortSignal.abort())).toEqual({ id: 'local', name: 'Contacts' });
});
