// SPDX-License-Identifier: MIT
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from '../../test/fakes.ts';
import { provision } from './provision.ts';

function fileOf(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'megadial-provision-')), 'provision.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const account = { key: 'k', secret: 's', pbxId: '123456', extension: '101', sipPassword: 'p' };

test('account and settings are taken over; secrets go to the keychain only', async () => {
  const settings = fakeSettings(fakeHub());
  const secrets = fakeSecrets();
  const file = fileOf({ account, settings: { country: 'PT', relayPort: 0 } });
  expect(await provision(file, settings, secrets, silentLog)).toBe(true);
  expect(settings.get()).toMatchObject({ pbxId: '123456', extension: '101', country: 'PT', relayPort: 0 });
  expect(Object.fromEntries(secrets.values)).toEqual({ 'api-key': 'k', 'api-secret': 's', 'sip-password': 'p' });
  expect(JSON.stringify(settings.get())).not.toContain('"s"');
});

test.each([
  ['not JSON', '{'],
  ['an unknown setting', { settings: { colour: 'red' } }],
  ['half an account', { account: { key: 'k' } }],
  ['a bad country', { account, settings: { country: 'Spain' } }],
])('%s changes nothing', async (_what, content) => {
  const settings = fakeSettings(fakeHub());
  const secrets = fakeSecrets();
  const before = settings.get();
  expect(await provision(fileOf(content), settings, secrets, silentLog)).toBe(false);
  expect(settings.get()).toEqual(before);
  expect(secrets.values.size).toBe(0);
});

test('a team to join is handed on, and is no account', async () => {
  const settings = fakeSettings(fakeHub());
  const team = { url: 'https://relay.example', code: 'AB12CD34', name: 'Desk 7' };
  const told: unknown[] = [];
  const hear = (invitation: unknown): void => void told.push(invitation);
  expect(await provision(fileOf({ team }), settings, fakeSecrets(), silentLog, hear)).toBe(true);
  expect(await provision(fileOf({ team, account }), settings, fakeSecrets(), silentLog, hear)).toBe(false);
  expect(told).toEqual([team]);
  expect(settings.get().extension).toBe('');
});

test('without a keychain the settings are taken over, and the program starts', async () => {
  const settings = fakeSettings(fakeHub());
  const secrets = fakeSecrets();
  secrets.set = async () => {
    throw new AppError('keychain.unavailable');
  };
  expect(await provision(fileOf({ account, settings: { country: 'PT' } }), settings, secrets, silentLog)).toBe(false);
  expect(settings.get()).toMatchObject({ country: 'PT', extension: '' });
});
