// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { MegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from '../../test/fakes.ts';
import { createAccount } from './account.ts';

const keys = { key: 'the-key', secret: 'the-secret', apiBaseUrl: null };

function setUp(over: Partial<MegacallClient> = {}) {
  const hub = fakeHub();
  const settings = fakeSettings(hub);
  const secrets = fakeSecrets();
  const client = {
    balance: async () => ({ balance: 10.5, currency: 'EUR' }),
    extensions: async () => ({ pbxId: '123456', numbers: ['101', '102'] }),
    extensionStatus: async (extension: string) => ({ online: extension === '102' }),
    sipPassword: async () => 'from-the-api',
    timezone: async () => ({ offsetMs: 3_600_000 }),
    ...over,
  } as unknown as MegacallClient;
  let changes = 0;
  const account = createAccount({
    hub,
    settings,
    secrets,
    client,
    clientFor: () => client,
    onChange: async () => {
      changes += 1;
    },
    log: silentLog,
  });
  return { hub, settings, secrets, account, changes: () => changes };
}

test('keys are checked by the balance, and nothing is kept before an extension is chosen', async () => {
  const { account, secrets } = setUp();
  expect(await account.checkKeys(keys)).toEqual({
    balance: 10.5,
    currency: 'EUR',
    pbxId: '123456',
    extensions: [
      { number: '101', online: false, taken: false },
      { number: '102', online: true, taken: true },
    ],
  });
  expect(secrets.values.size).toBe(0);
});

test('choosing keeps everything, reads the clock and makes the app ready', async () => {
  const { account, hub, secrets, settings, changes } = setUp();
  await account.checkKeys(keys);
  expect(await account.choose({ extension: '101', password: null, takeOver: false })).toEqual({ passwordFrom: 'api' });
  expect(Object.fromEntries(secrets.values)).toEqual({
    'api-key': 'the-key',
    'api-secret': 'the-secret',
    'sip-password': 'from-the-api',
  });
  expect(settings.get()).toMatchObject({ pbxId: '123456', extension: '101', accountOffsetMinutes: 60 });
  expect(hub.get()).toMatchObject({ stage: 'ready', account: { pbxId: '123456', extension: '101' } });
  expect(changes()).toBe(1);
});

test('an unknown extension, and one in use, are refused; taking over is the agent’s choice', async () => {
  const { account } = setUp();
  await account.checkKeys(keys);
  const choose = (extension: string, takeOver: boolean) => account.choose({ extension, password: 'x', takeOver });
  await expect(choose('999', false)).rejects.toMatchObject({ code: 'setup.extension-unknown' });
  await expect(choose('102', false)).rejects.toMatchObject({ code: 'setup.extension-taken' });
  expect(await choose('102', true)).toEqual({ passwordFrom: 'typed' });
});

test('when the API will not give the password, it can be typed, and the keys need not be', async () => {
  const { account } = setUp({
    sipPassword: async () => {
      throw new AppError('api.rejected', { message: 'no' });
    },
  });
  await account.checkKeys(keys);
  const choose = (password: string | null) => account.choose({ extension: '101', password, takeOver: false });
  await expect(choose(null)).rejects.toMatchObject({ code: 'setup.password-refused' });
  expect(await choose('typed')).toEqual({ passwordFrom: 'typed' });
});

test('a dead network while fetching the password is told as that', async () => {
  const { account } = setUp({
    sipPassword: async () => {
      throw new AppError('api.network');
    },
  });
  await account.checkKeys(keys);
  await expect(account.choose({ extension: '101', password: null, takeOver: false })).rejects.toMatchObject({
    code: 'api.network',
  });
});

test('after a choice another password or extension can still be chosen; after forgetting nothing can', async () => {
  const { account, secrets, settings } = setUp();
  await account.checkKeys(keys);
  const choose = (extension: string, password: string) => account.choose({ extension, password, takeOver: true });
  await choose('101', 'wrong');
  await choose('101', 'right');
  expect(secrets.values.get('sip-password')).toBe('right');
  await choose('102', 'other');
  expect(settings.get().extension).toBe('102');
  await account.forget();
  await expect(choose('101', 'right')).rejects.toMatchObject({ code: 'setup.not-configured' });
});

test('an account without extensions is told', async () => {
  const { account } = setUp({ extensions: async () => ({ pbxId: '123456', numbers: [] }) });
  await expect(account.checkKeys(keys)).rejects.toMatchObject({ code: 'setup.no-extensions' });
});

test('forgetting removes every secret and goes back to set-up', async () => {
  const { account, hub, secrets } = setUp();
  await account.checkKeys(keys);
  await account.choose({ extension: '101', password: null, takeOver: false });
  await account.forget();
  expect(secrets.values.size).toBe(0);
  expect(hub.get()).toMatchObject({ stage: 'setup', account: null });
});

test('a keychain that cannot be read leads to set-up instead of ending the program', async () => {
  const { account, hub, secrets } = setUp();
  secrets.get = async () => {
    throw new AppError('keychain.locked');
  };
  await account.load();
  expect(hub.get()).toMatchObject({ stage: 'setup', account: null });
});
