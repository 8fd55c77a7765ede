// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright-core';
import { AgentPhone, launchChromium } from '../sandbox/browser.ts';
import { expectRegistered, filesIn, filesWith } from './support/checks.ts';
import { type Stand, startStand } from './support/stand.ts';

/** First-run set-up as a person goes through it, with every wrong turn; then the account over restarts, and its end. */
test.describe.configure({ mode: 'serial' });

let stand: Stand;
let browser: Browser;
let main: Page;

test.beforeAll(async () => {
  stand = await startStand({ account: false });
  browser = await launchChromium();
  // Extension 102 is somebody's desk phone.
  const desk = await AgentPhone.open(browser, stand.sandbox, '102');
  await desk.waitFor(({ registered }) => registered, 'the desk phone');
  main = await stand.app.window('main');
});

test.afterAll(async () => {
  await browser?.close();
  await stand?.stop();
});

async function typeKeys(key: string, secret: string): Promise<void> {
  await main.getByTestId('setup-key').fill(key);
  await main.getByTestId('setup-secret').fill(secret);
  await main.getByTestId('setup-check').click();
}

async function forget(): Promise<void> {
  await main.getByTestId('nav-settings').click();
  await main.getByTestId('settings-forget').click();
  await main.getByTestId('settings-forget-confirm-yes').click();
  await expect(main.getByTestId('setup')).toBeVisible();
}

test('the first start asks for keys; wrong ones are explained and what was typed stays', async () => {
  await expect(main.getByTestId('setup')).toHaveAttribute('data-step', 'welcome');
  await main.getByTestId('setup-begin').click();
  await main.getByTestId('setup-check').click();
  await expect(main.getByText('Enter the key.')).toBeVisible();
  const { key } = stand.sandbox.account;
  await typeKeys(key, 'not-the-secret');
  await expect(main.getByTestId('setup-error')).toContainText('Copy both again');
  await expect(main.getByTestId('setup-key')).toHaveValue(key);
});

test('right keys show the balance and the extensions, and which are in use', async () => {
  const { key, secret } = stand.sandbox.account;
  await typeKeys(key, secret);
  await expect(main.getByTestId('setup-balance')).toContainText('€18.16');
  await expect(main.getByTestId('setup-extension-101')).toContainText('Free');
  await expect(main.getByTestId('setup-extension-102')).toContainText('In use on another phone');
  await expect(main.getByTestId('setup-extension-103')).toContainText('Free');
});

test('an extension in use is refused until the agent takes it over', async () => {
  await main.getByTestId('setup-extension-102').click();
  await main.getByTestId('setup-use').click();
  await expect(main.getByTestId('setup-error')).toContainText('Another phone uses this extension');
  expect(stand.sandbox.switch?.registered()).toEqual(['102']);
  await main.getByTestId('setup-take-over').check();
  await main.getByTestId('setup-use').click();
  await expect(main.getByTestId('setup-done')).toHaveAttribute('data-state', 'registered', { timeout: 20_000 });
  await expect(main.getByTestId('setup-done')).toContainText('Extension 102 rings on this computer now.');
  await main.getByTestId('setup-finish').click();
  await expectRegistered(stand.app);
  const asked = stand.sandbox.api.log.filter(({ path }) => path.includes('/password/'));
  expect(asked.map(({ path, status }) => [path, status])).toEqual([['/v1/pbx/internal/102/password/', 200]]);
});

test('forgetting the account leads back to the beginning', async () => {
  await forget();
  await expect(main.getByTestId('setup')).toHaveAttribute('data-step', 'welcome');
});

test('a refused password can be typed; a wrong one is explained and typed again', async () => {
  const { key, secret, extensions } = stand.sandbox.account;
  stand.sandbox.api.faults.noPassword = true;
  await main.getByTestId('setup-begin').click();
  await typeKeys(key, secret);
  await main.getByTestId('setup-extension-101').click();
  await main.getByTestId('setup-use').click();
  await expect(main.getByTestId('setup')).toHaveAttribute('data-step', 'password');
  await expect(main.getByTestId('setup')).toContainText('The account would not give the password');
  await main.getByTestId('setup-password').fill('not-the-password');
  await main.getByTestId('setup-connect').click();
  await expect(main.getByTestId('setup-done')).toHaveAttribute('data-state', 'failed', { timeout: 20_000 });
  await expect(main.getByTestId('setup-error')).toContainText('refuses the password of your extension');
  await main.getByRole('button', { name: 'Type the password' }).click();
  await main.getByTestId('setup-password').fill(extensions[0]?.password ?? '');
  await main.getByTestId('setup-connect').click();
  await expect(main.getByTestId('setup-done')).toHaveAttribute('data-state', 'registered', { timeout: 20_000 });
  await main.getByTestId('setup-finish').click();
  await expectRegistered(stand.app);
  stand.sandbox.api.faults.noPassword = false;
});

test('after a restart the account is there, and no file or output holds a secret', async () => {
  const before = stand.app.output();
  await stand.restart();
  main = await stand.app.window('main');
  await expectRegistered(stand.app);
  await main.getByTestId('nav-settings').click();
  await expect(main.getByTestId('settings-extension')).toHaveText('101');
  const { key, secret, pbxId } = stand.sandbox.account;
  const password = 'Sandbox-101';
  const domain = stand.sandbox.sip?.domain ?? '';
  const ha1 = createHash('md5').update(`${pbxId}-101:${domain}:${password}`).digest('hex');
  expect(filesIn(stand.userDataDir)).toContain('data/megadial.db');
  for (const hidden of [key, secret, password, ha1]) {
    expect(filesWith(stand.userDataDir, hidden)).toEqual([]);
    expect(before + stand.app.output()).not.toContain(hidden);
  }
});

test('a forgotten account stays forgotten after a restart', async () => {
  await forget();
  await expect.poll(() => stand.sandbox.switch?.registered()).toEqual(['102']);
  await stand.restart();
  main = await stand.app.window('main');
  await expect(main.getByTestId('setup')).toHaveAttribute('data-step', 'welcome');
});
