// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';
import type { SecretName, Secrets } from '../secrets/secrets.ts';
import type { CrmHttp } from './api.ts';
import { ownDefinition } from './connectors/own/definition.ts';
import { createOwnConnector } from './connectors/own/own.ts';
import type { Build, Built } from './registry.ts';

export type BuildParts = {
  readonly http: CrmHttp;
  readonly secrets: Pick<Secrets, 'get' | 'set' | 'remove'>;
};

/** Makes connectors of their settings. */
export function createBuild({ http, secrets }: BuildParts): Build {
  return async (settings): Promise<Built> => {
    switch (settings.type) {
      case 'own': {
        const read = ownDefinition.safeParse(settings.options.definition);
        if (!read.success) throw new AppError('crm.definition', { reason: problemOf(read.error.issues) });
        const values = () => readValues(secrets, settings.id);
        return { connector: createOwnConnector(settings, read.data, { http, secrets: values }), state: () => 'ready' };
      }
      default:
        throw new AppError('crm.unsupported', { message: settings.type });
    }
  };
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
