// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { toAppError } from '../../crm-error.ts';
import { openSignIn, type SignInOptions } from '../../oauth/sign-in.ts';
import type { Built } from '../../registry.ts';
import { type ZohoOptions, zohoOptions } from './options.ts';
import { zohoProvider } from './provider.ts';
import { limitRefreshes } from './refresh-limit.ts';
import { createZoho } from './zoho.ts';

export type ZohoParts = Pick<SignInOptions, 'http' | 'secrets' | 'openExternal' | 'language' | 'now' | 'log'> & {
  /** What was typed beside the settings: `clientSecret`, as Zoho shows it for the client. */
  readonly values: () => Promise<Readonly<Record<string, string>>>;
  /** IANA zone of the times in the CRM; this computer's when not given. */
  readonly timeZone?: string;
};

/**
 * The connector with its sign-in. Resolves also while the keychain is locked.
 *
 * @throws AppError `crm.refused` for settings that name a server which is none of Zoho's
 */
export async function buildZoho(
  settings: ConnectorSettings,
  { values, timeZone, ...parts }: ZohoParts,
  changed: () => void,
): Promise<Built> {
  const { now, log } = parts;
  const provider = zohoProvider(readOptions(settings), async () => (await values()).clientSecret || null);
  const http = limitRefreshes(parts.http, now);
  const signIn = await openSignIn({ ...parts, http, settings, provider, changed });
  const zone = timeZone === undefined ? {} : { timeZone };
  const connector = createZoho(settings, { http: parts.http, tokens: signIn.tokens, now, log, ...zone });
  const { state, disconnect, close } = signIn;
  const connect = async (signal: AbortSignal): Promise<void> => {
    await signIn.connect(signal);
    connector.forget();
  };
  return { connector, state, connect, disconnect, close };
}

function readOptions(settings: ConnectorSettings): ZohoOptions {
  try {
    return zohoOptions(settings.options);
  } catch (error) {
    throw toAppError(error);
  }
}
