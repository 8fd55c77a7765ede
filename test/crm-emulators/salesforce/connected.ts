// SPDX-License-Identifier: MIT
import type { Connector } from '../../../src-main/crm/api.ts';
import { buildSalesforce } from '../../../src-main/crm/connectors/salesforce/build.ts';
import { createCrmHttp } from '../../../src-main/crm/http.ts';
import type { Built } from '../../../src-main/crm/registry.ts';
import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import { fakeSecrets, silentLog } from '../../fakes.ts';
import { browse, type Visit } from '../common/browser.ts';
import { freePort } from '../common/free-port.ts';
import { CLIENT_ID, CLIENT_SECRET, type SalesforceEmulator, startSalesforce } from './emulator.ts';

export const TIME_ZONE = 'Europe/Madrid';

export type Started = { readonly connector: Connector; readonly signIn: Required<Built> };

export type ConnectedSalesforce = {
  readonly crm: SalesforceEmulator;
  readonly connector: Connector;
  readonly signIn: Required<Built>;
  readonly settings: ConnectorSettings;
  /** The keychain, by name of the item. */
  readonly keychain: Map<string, string>;
  /** What was typed beside the settings. */
  readonly values: Record<string, string>;
  /** Pages the browser ended on. */
  readonly visits: readonly Visit[];
  /** The same connector as after a new start of the program: what is not in the keychain is gone. */
  restarted(options?: Readonly<Record<string, unknown>>, own?: Partial<ConnectorSettings>): Promise<Started>;
  close(): Promise<void>;
};

/** The connector as the app makes it, before an organisation on loopback; nobody has signed in yet. */
export async function salesforceBefore(): Promise<ConnectedSalesforce> {
  const crm = await startSalesforce();
  const port = await freePort();
  crm.oauth.apps.set(CLIENT_ID, {
    secret: CLIENT_SECRET,
    redirectUris: [`http://localhost:${port}/oauth/callback`],
  });
  const settings: ConnectorSettings = {
    id: 'salesforce',
    type: 'salesforce',
    name: 'Salesforce',
    enabled: true,
    match: { strategy: 'tail', digits: 7 },
    rewrite: [],
    prefer: null,
    linkHosts: [],
    options: { host: crm.url, clientId: CLIENT_ID, redirectPorts: [port] },
  };
  const secrets = fakeSecrets();
  const visits: Visit[] = [];
  const values: Record<string, string> = {};
  const http = createCrmHttp({ fetch });
  const restarted: ConnectedSalesforce['restarted'] = async (options = {}, changes = {}) => {
    const parts = {
      ...{ http, secrets, language: () => 'en' as const, now: Date.now, log: silentLog, timeZone: TIME_ZONE },
      values: async () => values,
      openExternal: async (url: string) => void visits.push(await browse(url)),
    };
    const changed = { ...settings, ...changes, options: { ...settings.options, ...options } };
    const built = await buildSalesforce(changed, parts, () => {});
    return { connector: built.connector, signIn: built as Required<Built> };
  };
  return {
    crm,
    settings,
    keychain: secrets.values,
    values,
    visits,
    restarted,
    ...(await restarted()),
    close: () => crm.close(),
  };
}
