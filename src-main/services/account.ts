// SPDX-License-Identifier: MIT

import type { Credentials, MegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Extension, Results } from '../../src-shared/ipc/map.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import { hideInLogs, type Log } from '../log.ts';
import type { SecretName, Secrets } from '../secrets/secrets.ts';
import type { Hub } from './hub.ts';
import type { SettingsService } from './settings.ts';

/**
 * First-run set-up and the account after it. Keys that were checked wait in memory until an extension is chosen; only
 * then is anything kept: keys and SIP password in the keychain, numbers in the settings.
 */
export type Account = {
  checkKeys(keys: Credentials & { apiBaseUrl: string | null }): Promise<Results['setup.check-keys']>;
  /** @param password null: ask the API. */
  choose(choice: { extension: string; password: string | null; takeOver: boolean }): Promise<Results['setup.choose']>;
  forget(): Promise<void>;
  /** Reads the keychain and says whether the account is complete. */
  load(): Promise<void>;
  /** The account's offset from UTC, read from the PBX and kept. */
  syncClock(): Promise<void>;
};

export type AccountOptions = {
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly secrets: Secrets;
  /** A client on the kept keys, or on others while they are being checked. */
  readonly client: MegacallClient;
  readonly clientFor: (credentials: Credentials, baseUrl: string) => MegacallClient;
  /** The account became complete, changed, or is gone. */
  readonly onChange: () => Promise<void>;
  readonly log: Log;
};

type Pending = {
  readonly credentials: Credentials;
  readonly baseUrl: string;
  readonly client: MegacallClient;
  readonly pbxId: string;
  readonly extensions: readonly Extension[];
};

export function createAccount(options: AccountOptions): Account {
  const { hub, settings, secrets, client, log } = options;
  let pending: Pending | null = null;

  const password = async (from: MegacallClient, extension: string): Promise<string> => {
    try {
      return await from.sipPassword(extension);
    } catch (error) {
      // Keys that stopped working or a dead network are their own story; a refusal can be answered by typing.
      if (error instanceof AppError && ['api.rejected', 'api.bad-reply'].includes(error.code)) {
        throw new AppError('setup.password-refused', { extension }, { cause: error });
      }
      throw error;
    }
  };

  /** None while the keychain is locked or missing: the app starts all the same, says so and offers a way on. */
  const readSecrets = async (names: readonly SecretName[]): Promise<readonly (string | null)[]> => {
    try {
      const values: (string | null)[] = [];
      for (const name of names) values.push(await secrets.get(name));
      return values;
    } catch (error) {
      log.warn('the account was not read', { error });
      return [];
    }
  };

  const load = async (): Promise<void> => {
    const { pbxId, extension, teamUrl } = settings.get();
    // In a team the relay has the account's keys, and this computer what lets it ask the relay.
    const needed: readonly SecretName[] = teamUrl === '' ? ['api-key', 'api-secret'] : ['relay-token'];
    const values = await readSecrets([...needed, 'sip-password']);
    for (const value of values) if (value !== null) hideInLogs(value);
    const complete = extension !== '' && values.length > 0 && values.every((value) => value !== null);
    hub.patch({ stage: complete ? 'ready' : 'setup', account: complete ? { pbxId, extension } : null });
    await options.onChange();
  };

  const syncClock = async (): Promise<void> => {
    const accountOffsetMinutes = Math.round((await client.timezone()).offsetMs / 60_000);
    if (accountOffsetMinutes !== settings.get().accountOffsetMinutes) await settings.set({ accountOffsetMinutes });
  };

  return {
    load,
    syncClock,

    async checkKeys({ key, secret, apiBaseUrl }) {
      hideInLogs(secret);
      hideInLogs(key);
      const baseUrl = apiBaseUrl ?? settings.get().apiBaseUrl;
      const credentials = { key: key.trim(), secret: secret.trim() };
      const checked = options.clientFor(credentials, baseUrl);
      const { balance, currency } = await checked.balance();
      const { pbxId, numbers } = await checked.extensions();
      if (numbers.length === 0) throw new AppError('setup.no-extensions');
      const extensions = await Promise.all(
        numbers.slice(0, MOST_ASKED).map((number) => withStatus(checked, number, log)),
      );
      const rest = numbers.slice(MOST_ASKED).map((number) => ({ number, online: null, taken: false }));
      pending = { credentials, baseUrl, client: checked, pbxId, extensions: [...extensions, ...rest] };
      return { balance, currency, pbxId, extensions: pending.extensions };
    },

    async choose({ extension, password: typed, takeOver }) {
      if (pending === null) throw new AppError('setup.not-configured');
      const found = pending.extensions.find((one) => one.number === extension);
      if (found === undefined) throw new AppError('setup.extension-unknown', { extension });
      if (found.taken && !takeOver) throw new AppError('setup.extension-taken', { extension });
      const sip = typed ?? (await password(pending.client, extension));
      hideInLogs(sip);
      await secrets.set('api-key', pending.credentials.key);
      await secrets.set('api-secret', pending.credentials.secret);
      await secrets.set('sip-password', sip);
      await settings.set({ apiBaseUrl: pending.baseUrl, pbxId: pending.pbxId, extension, teamUrl: '' });
      // Still pending: when the phone server refuses the password, another is typed, or another extension chosen.
      await load();
      // A wrong offset shows wrong times but loses nothing, so set-up does not fail for it.
      await syncClock().catch((error: unknown) => log.warn('account clock not read', { error }));
      return { passwordFrom: typed === null ? 'api' : 'typed' };
    },

    async forget() {
      pending = null;
      for (const name of ['sip-password', 'api-secret', 'api-key'] as const) await secrets.remove(name);
      await settings.set({ pbxId: DEFAULT_SETTINGS.pbxId, extension: DEFAULT_SETTINGS.extension, sipRealm: '' });
      await load();
    },
  };
}

/** Each status costs one of the 100 requests a minute: enough are asked to help choosing, not all of a large company. */
const MOST_ASKED = 30;

async function withStatus(client: MegacallClient, number: string, log: Log): Promise<Extension> {
  try {
    const { online } = await client.extensionStatus(number);
    return { number, online, taken: online === true };
  } catch (error) {
    log.warn('extension status not read', { error });
    return { number, online: null, taken: false };
  }
}
