// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import type { Connector } from '../../../src-main/crm/api.ts';
import { ownDefinition } from '../../../src-main/crm/connectors/own/definition.ts';
import { createOwnConnector } from '../../../src-main/crm/connectors/own/own.ts';
import { createCrmHttp } from '../../../src-main/crm/http.ts';
import type { Built } from '../../../src-main/crm/registry.ts';
import { buildTemplate } from '../../../src-main/crm/threecx/build.ts';
import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import { fakeSecrets, silentLog } from '../../fakes.ts';
import { browse } from '../common/browser.ts';
import { TOKEN } from './emulator.ts';

export const http = createCrmHttp({ fetch });
export const TIME_ZONE = 'Europe/Madrid';

const settings = (more: Partial<ConnectorSettings> = {}): ConnectorSettings => ({
  ...{
    id: 'own-1',
    type: 'own',
    name: 'Our CRM',
    enabled: true,
    rewrite: [],
    prefer: null,
    linkHosts: [],
    options: {},
  },
  match: { strategy: 'tail', digits: 7 },
  ...more,
});

/** The definition that the documentation offers for a REST service. */
export const shippedRest = JSON.parse(
  readFileSync(new URL('../../../resources/crm/rest.json', import.meta.url), 'utf8'),
) as { readonly operations: Readonly<Record<string, unknown>> };

/** An own CRM's connector before an emulator. */
export function openOwn(
  url: string,
  definition: object = shippedRest,
  secrets: Readonly<Record<string, string>> = { token: TOKEN },
  more: Partial<ConnectorSettings> = {},
): Connector {
  const read = ownDefinition.parse({ ...definition, baseUrl: `${url}/api` });
  return createOwnConnector(settings(more), read, { http, secrets: async () => secrets });
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/3cx/${name}.xml`, import.meta.url), 'utf8');
}

export type OpenTemplate = {
  readonly xml: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly settings?: Partial<ConnectorSettings>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly now?: () => number;
  readonly keychain?: ReturnType<typeof fakeSecrets>;
  readonly fetch?: typeof fetch;
};

/** A 3CX template's connector as the app makes it. */
export function openTemplate(wanted: OpenTemplate): Promise<Built> {
  const { xml, parameters = {}, secrets = {}, now = Date.now } = wanted;
  const own = wanted.fetch === undefined ? http : createCrmHttp({ fetch: wanted.fetch });
  const options = { xml, parameters, ...wanted.options };
  return buildTemplate(
    settings({ id: 'tpl-1', type: '3cx', name: 'Template', ...wanted.settings, options }),
    {
      ...{ http: own, now, log: silentLog, timeZone: TIME_ZONE, secrets: wanted.keychain ?? fakeSecrets() },
      language: () => 'en',
      values: async () => secrets,
      openExternal: async (url) => void (await browse(url)),
    },
    () => {},
  );
}
