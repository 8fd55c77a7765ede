// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { toAppError } from '../../crm-error.ts';
import { openSignIn, type SignInOptions } from '../../oauth/sign-in.ts';
import type { Built } from '../../registry.ts';
import { type SalesforceOptions, salesforceOptions } from './options.ts';
import { salesforceProvider } from './provider.ts';
import { createSalesforce } from './salesforce.ts';

export type SalesforceParts = Pick<SignInOptions, 'http' | 'secrets' | 'openExternal' | 'language' | 'now' | 'log'> & {
  /** What was typed beside the settings: `clientSecret` where the organisation requires one. */
  readonly values: () => Promise<Readonly<Record<string, string>>>;
  /** IANA zone of the dates in the CRM; this computer's when not given. */
  readonly timeZone?: string;
};

/**
 * The connector with its sign-in. Resolves also while the keychain is locked.
 *
 * @throws AppError `crm.refused` for settings that name a server which is none of Salesforce's
 */
export async function buildSalesforce(
  settings: ConnectorSettings,
  { values, timeZone, ...parts }: SalesforceParts,
  changed: () => void,
): Promise<Built> {
  const provider = salesforceProvider(readOptions(settings), async () => (await values()).clientSecret || null);
  const signIn = await openSignIn({ ...parts, settings, provider, changed });
  const zone = timeZone === undefined ? {} : { timeZone };
  const connector = createSalesforce(settings, { http: parts.http, tokens: signIn.tokens, now: parts.now, ...zone });
  const { state, connect, disconnect, close } = signIn;
  return { connector, state, connect, disconnect, close };
}

function readOptions(settings: ConnectorSettings): SalesforceOptions {
  try {
    return salesforceOptions(settings.options);
  } catch (error) {
    throw toAppError(error);
  }
}
