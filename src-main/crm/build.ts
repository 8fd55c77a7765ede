// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../src-shared/crm/settings.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { SecretName, Secrets } from '../secrets/secrets.ts';
import { createLocalConnector, type LocalParts } from './connectors/local/local.ts';
import { ownDefinition } from './connectors/own/definition.ts';
import { createOwnConnector } from './connectors/own/own.ts';
import { buildSalesforce } from './connectors/salesforce/build.ts';
import { buildZoho } from './connectors/zoho/build.ts';
import type { SignInOptions } from './oauth/sign-in.ts';
import { createTokenStore } from './oauth/token-store.ts';
import type { Build, Built } from './registry.ts';
import { buildTemplate } from './threecx/build.ts';

export type BuildParts = Pick<SignInOptions, 'http' | 'secrets' | 'openExternal' | 'language' | 'now' | 'log'> & {
  readonly local: LocalParts;
};

/** Makes connectors of their settings, and deletes the secrets of those that were removed. */
export function createBuild(parts: BuildParts): Build {
  const { http, secrets } = parts;
  const make = async (settings: ConnectorSettings, changed: () => void): Promise<Built> => {
    const values = () => readValues(secrets, settings.id);
    switch (settings.type) {
      case 'local':
        return { connector: createLocalConnector(settings, parts.local), state: () => 'ready' };
      case 'own': {
        const read = ownDefinition.safeParse(settings.options.definition);
        if (!read.success) throw new AppError('crm.definition', { reason: problemOf(read.error.issues) });
        return { connector: createOwnConnector(settings, read.data, { http, secrets: values }), state: () => 'ready' };
      }
      case 'salesforce':
        return buildSalesforce(settings, { ...parts, values }, changed);
      case 'zoho':
        return buildZoho(settings, { ...parts, values }, changed);
      case '3cx':
        return buildTemplate(settings, { ...parts, values }, changed);
    }
  };
  const forget = async (id: string): Promise<void> => {
    await Promise.all([createTokenStore(secrets, id).clear(), secrets.remove(valuesName(id))]);
  };
  return Object.assign(make, { forget });
}

/** The keychain item with what a connector signs in with, JSON. */
export function valuesName(id: string): SecretName {
  return `crm:${id}:values`;
}

/** What a connector signs in with, by name. */
export async function readValues(secrets: Pick<Secrets, 'get'>, id: string): Promise<Readonly<Record<string, string>>> {
  const text = await secrets.get(valuesName(id));
  try {
    return text === null ? {} : (JSON.parse(text) as Record<string, string>);
  } catch {
    return {};
  }
}

/** Where in the JSON the first problem lies. */
function problemOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues;
  return first === undefined ? '' : `${first.path.map(String).join('.')}: ${first.message}`.slice(0, 300);
}
