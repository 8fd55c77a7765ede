// SPDX-License-Identifier: MIT
import type { Connector } from '../../../src-main/crm/api.ts';
import { buildZoho } from '../../../src-main/crm/connectors/zoho/build.ts';
import { createCrmHttp } from '../../../src-main/crm/http.ts';
import type { Built } from '../../../src-main/crm/registry.ts';
import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import { connectorSettings } from '../../fake-crm.ts';
import { fakeSecrets, silentLog } from '../../fakes.ts';
import { browse, type Visit } from '../common/browser.ts';
import { freePort } from '../common/free-port.ts';
import { CLIENT_ID, CLIENT_SECRET, startZoho, type ZohoEmulator } from './emulator.ts';

export const TIME_ZONE = 'Europe/Madrid';

export type Started = { readonly connector: Connector; readonly signIn: Required<Built> };

export type ConnectedZoho = {
  readonly crm: ZohoEmulator;
  readonly connector: Connector;
  readonly signIn: Required<Built>;
  readonly settings: ConnectorSettings;
  /** The keychain, by name of the item. */
  readonly keychain: Map<string, string>;
  /** What was typed beside the settings. */
  readonly values: Record<string, string>;
  /** Pages the browser ended on. */
  readonly visits: readonly Visit[];
  /** Addresses the browser was sent to. */
  readonly opened: readonly URL[];
  /** The same connector as after a new start of the program: what is not in the keychain is gone. */
  restarted(options?: Readonly<Record<string, unknown>>, own?: Partial<ConnectorSettings>): Promise<Started>;
  close(): Promise<void>;
};

/** The connector as the app makes it, before an organisation on loopback; nobody has signed in yet. */
export async function zohoBefore(now: () => number = Date.now): Promise<ConnectedZoho> {
  const crm = await startZoho(now);
  const port = await freePort();
  crm.oauth.apps.set(CLIENT_ID, {
    secret: CLIENT_SECRET,
    redirectUris: [`http://localhost:${port}/oauth/callback`],
  });
  const settings = connectorSettings({
    ...{ id: 'zoho', type: 'zoho', name: 'Zoho' },
    options: { dataCentre: crm.url, clientId: CLIENT_ID, redirectPorts: [port] },
  });
  const secrets = fakeSecrets();
  const visits: Visit[] = [];
  const opened: URL[] = [];
  const values: Record<string, string> = { clientSecret: CLIENT_SECRET };
  const http = createCrmHttp({ fetch });
  const restarted: ConnectedZoho['restarted'] = async (options = {}, changes = {}) => {
    const parts = {
      ...{ http, secrets, language: () => 'en' as const, now, log: silentLog, timeZone: TIME_ZONE },
      values: async () => values,
      openExternal: async (url: string) => {
        opened.push(new URL(url));
        visits.push(await browse(url));
      },
    };
    const changed = { ...settings, ...changes, options: { ...settings.options, ...options } };
    const built = await buildZoho(changed, parts, () => {});
    return { connector: built.connector, signIn: built as Required<Built> };
  };
  return {
    ...{ crm, settings, values, visits, opened, restarted },
    keychain: secrets.values,
    ...(await restarted()),
    close: () => crm.close(),
  };
}
