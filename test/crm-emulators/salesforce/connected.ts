// SPDX-License-Identifier: MIT
import { createServer } from 'node:net';
import type { Connector } from '../../../src-main/crm/api.ts';
import { salesforceOptions } from '../../../src-main/crm/connectors/salesforce/options.ts';
import { salesforceProvider } from '../../../src-main/crm/connectors/salesforce/provider.ts';
import { createSalesforce } from '../../../src-main/crm/connectors/salesforce/salesforce.ts';
import { createCrmHttp } from '../../../src-main/crm/http.ts';
import { openSignIn, type SignIn } from '../../../src-main/crm/oauth/sign-in.ts';
import { clientSecretName } from '../../../src-main/crm/oauth/token-store.ts';
import type { SecretName, Secrets } from '../../../src-main/secrets/secrets.ts';
import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import { fakeSecrets, silentLog } from '../../fakes.ts';
import { browse, type Visit } from '../common/browser.ts';
import { CLIENT_ID, CLIENT_SECRET, type SalesforceEmulator, startSalesforce } from './emulator.ts';

export const TIME_ZONE = 'Europe/Madrid';

export type ConnectedSalesforce = {
  readonly crm: SalesforceEmulator;
  readonly connector: Connector;
  readonly signIn: SignIn;
  readonly settings: ConnectorSettings;
  readonly secrets: Pick<Secrets, 'get' | 'set' | 'remove'>;
  /** Pages the browser ended on. */
  readonly visits: readonly Visit[];
  /** The same connector as after a new start of the program: what is not in the keychain is gone. */
  restarted(options?: Readonly<Record<string, unknown>>): Promise<{ connector: Connector; signIn: SignIn }>;
  close(): Promise<void>;
};

/** The connector as the app makes it, before an organisation on loopback; nobody has signed in yet. */
export async function salesforceBefore(own: Partial<ConnectorSettings> = {}): Promise<ConnectedSalesforce> {
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
    ...own,
    options: { host: crm.url, clientId: CLIENT_ID, redirectPorts: [port], ...own.options },
  };
  const secrets = fakeSecrets();
  const visits: Visit[] = [];
  const http = createCrmHttp({ fetch });
  const restarted = async (options: Readonly<Record<string, unknown>> = {}) => {
    const now = { ...settings, options: { ...settings.options, ...options } };
    const name: SecretName = clientSecretName(settings.id);
    const provider = salesforceProvider(salesforceOptions(now.options), () => secrets.get(name));
    const signIn = await openSignIn({
      ...{ settings: now, provider, secrets, http, language: () => 'en' as const, now: Date.now, log: silentLog },
      openExternal: async (url) => void visits.push(await browse(url)),
      changed: () => {},
    });
    const connector = createSalesforce(now, { http, tokens: signIn.tokens, now: Date.now, timeZone: TIME_ZONE });
    return { connector, signIn };
  };
  return { crm, settings, secrets, visits, restarted, ...(await restarted()), close: () => crm.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
