// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { AgentPhone } from '../sandbox/browser.ts';
import type { SandboxExtension, WebhookRecord } from '../sandbox/index.ts';
import { expectListening, expectQuiet, expectRegistered, filesIn, filesWith, openHistory } from './support/checks.ts';
import { type Customer, openCustomer } from './support/customer.ts';
import { mountSmallDisk, type OwnKeyring, postBytes, type SmallDisk, startKeyring } from './support/machine.ts';
import { freePort, type Stand, startStand } from './support/stand.ts';

/** Everything that can be wrong with what comes in, and with the computer: a sentence that helps, and nothing lost. */
const DID = '+34912345678';
const EVIL = '<img src=x onerror="globalThis.hacked=1">';
const LONG = '6'.repeat(60);

/** A call that rang at the agent's extension and was missed. */
async function missedCall(stand: Stand, from: string, status = 200): Promise<void> {
  await expectListening(stand);
  const call = stand.sandbox.calls.incoming({ from, did: DID });
  await call.start();
  const records = [await call.ring('101'), await call.end({ disposition: 'no answer' })];
  expect(records.map((record) => record.status)).toEqual([status, status]);
}

test.describe('the PBX and what it sends', () => {
  test.describe.configure({ mode: 'serial' });

  const extensions: SandboxExtension[] = [
    { number: '101', name: 'Ana Torres', password: 'Sandbox-101' },
    { number: '102', name: EVIL, password: 'Sandbox-102' },
    { number: '103', name: 'Marta Gil', password: 'Sandbox-103' },
  ];
  let stand: Stand;
  let customer: Customer;
  let desk: AgentPhone;
  let main: Page;
  let popup: Page;

  test.beforeAll(async () => {
    stand = await startStand({ account: false, sandbox: { account: { extensions } } });
    customer = await openCustomer(stand.sandbox);
    desk = await AgentPhone.open(customer.browser, stand.sandbox, '102');
    await desk.waitFor(({ registered }) => registered, 'the desk phone');
    main = await stand.app.window('main');
    popup = await stand.app.window('popup');
    await main.getByTestId('setup-begin').click();
  });

  test.afterAll(async () => {
    await customer?.close();
    await stand?.stop();
  });

  const error = () => main.getByTestId('setup-error');

  async function checkKeys(secret = stand.sandbox.account.secret): Promise<void> {
    await main.getByTestId('setup-key').fill(stand.sandbox.account.key);
    await main.getByTestId('setup-secret').fill(secret);
    await main.getByTestId('setup-check').click();
  }

  test('wrong keys', async () => {
    await checkKeys('wrong');
    await expect(error()).toHaveText(
      'Megacall does not accept this key and secret. Copy both again from Settings → Integrations and API, without spaces.',
    );
  });

  test('a wrong clock', async () => {
    Object.assign(stand.sandbox.api.faults, { unauthorized: true, skewMs: -3_600_000 });
    await checkKeys();
    await expect(error()).toHaveText(
      'Megacall refused the request and this computer’s clock is wrong. Set date and time to automatic, then try again.',
    );
    Object.assign(stand.sandbox.api.faults, { unauthorized: false, skewMs: 0 });
  });

  test('a PBX that answers HTML', async () => {
    stand.sandbox.api.faults.html = true;
    await checkKeys();
    await expect(error()).toContainText('Check the API address and whether this network asks you to log in first.', {
      timeout: 20_000,
    });
    stand.sandbox.api.faults.html = false;
  });

  test('no network', async () => {
    stand.sandbox.api.faults.down = true;
    await checkKeys();
    const sentence = 'Megacall cannot be reached. Check the internet connection and the API address, then try again.';
    await expect(error()).toHaveText(sentence, { timeout: 20_000 });
    stand.sandbox.api.faults.down = false;
    // And nobody at all at the address.
    await main.getByText('Advanced').click();
    await main.getByTestId('setup-api-address').fill(`http://127.0.0.1:${await freePort()}`);
    await expect(error()).toHaveCount(0);
    await checkKeys();
    await expect(error()).toHaveText(sentence, { timeout: 20_000 });
    await main.getByTestId('setup-api-address').fill(stand.sandbox.url);
    await checkKeys();
    await expect(main.getByTestId('setup-balance')).toBeVisible();
  });

  test('an extension that is taken, and one that is gone', async () => {
    await main.getByTestId('setup-extension-102').click();
    await main.getByTestId('setup-use').click();
    await expect(error()).toHaveText('Another phone uses this extension. Choose another, or use it here as well.');
    // Deleted in the account a moment after it was listed.
    const gone = extensions.pop();
    expect(gone?.number).toBe('103');
    await main.getByTestId('setup-extension-103').click();
    await main.getByTestId('setup-use').click();
    await expect(main.getByTestId('setup')).toContainText('The account would not give the password');
    await main.getByTestId('setup-password').fill('a guess');
    await main.getByTestId('setup-connect').click();
    await expect(error()).toContainText('The phone server does not know this extension', { timeout: 20_000 });
    await main.getByRole('button', { name: 'Choose another extension' }).click();
    await main.getByTestId('setup-extension-101').click();
    await main.getByTestId('setup-use').click();
    await expect(main.getByTestId('setup-done')).toHaveAttribute('data-state', 'registered', { timeout: 20_000 });
    await main.getByTestId('setup-finish').click();
    await expectRegistered(stand.app);
  });

  test('a forged webhook is refused and leaves no trace', async () => {
    const { sandbox, app } = stand;
    const call = sandbox.calls.incoming({ from: '+34611000001', did: DID });
    const records = [
      await call.ring('101', { forged: true }),
      await call.end({ disposition: 'busy' }, { unsigned: true }),
    ];
    expect(records.map(({ status }) => status)).toEqual([403, 403]);
    await expectQuiet(app);
    expect(await (await openHistory(main)).count()).toBe(0);
    await expect(main.getByText('No calls yet')).toBeVisible();
  });

  test('a replayed webhook makes no second row and rings nobody, also after a restart', async () => {
    const { sandbox } = stand;
    await missedCall(stand, '+34611000002');
    await expect(await openHistory(main)).toHaveCount(1);
    const sent = sandbox.webhooks.log.filter(({ fields }) => fields.caller_id === '+34611000002');
    expect(sent.map(({ event }) => event)).toEqual(['NOTIFY_START', 'NOTIFY_INTERNAL', 'NOTIFY_END']);
    await expectQuiet(stand.app);
    await replay(sent);
    await stand.restart();
    main = await stand.app.window('main');
    popup = await stand.app.window('popup');
    await expectRegistered(stand.app);
    await replay(sent);
  });

  async function replay(sent: readonly WebhookRecord[]): Promise<void> {
    for (const { event, fields } of sent) {
      const { status } = await stand.sandbox.webhooks.send(event, fields);
      expect(status).toBe(200);
      expect(await stand.app.isVisible('popup')).toBe(false);
      expect(await stand.app.notifications()).toEqual([]);
    }
    await expect(await openHistory(main)).toHaveCount(1);
    await expectQuiet(stand.app);
  }

  test('a body of 5 MB is refused, and the app lives on', async () => {
    expect(await postBytes(stand.webhookUrl, 5 * 1024 * 1024)).toBe(413);
    await missedCall(stand, '+34611000003');
    await expect((await openHistory(main)).filter({ hasText: '611 00 00 03' })).toHaveCount(1);
    await expectQuiet(stand.app);
  });

  test('a caller named like a piece of HTML stays text everywhere', async () => {
    const { app } = stand;
    await desk.dial('101');
    await expect(popup.getByTestId('popup-name')).toHaveText(EVIL, { timeout: 20_000 });
    await expect.poll(async () => (await app.notifications()).length).toBe(1);
    // Linux may read markup in a notification: there the brackets are look-alikes.
    const [notification] = await app.notifications();
    expect(notification?.title).toBe(process.platform === 'linux' ? EVIL.replace('<', '‹').replace('>', '›') : EVIL);
    await popup.getByTestId('popup-decline').click();
    await expectQuiet(app);

    // A contact of that name, from a CRM perhaps.
    await main.getByTestId('nav-contacts').click();
    await main.getByTestId('contacts-add').click();
    await main.getByTestId('contact-name').fill(EVIL);
    await main.getByTestId('contact-company').fill(EVIL);
    await main.getByTestId('contact-number-1').fill('611000004');
    await main.getByTestId('contact-save').click();
    const call = stand.sandbox.calls.incoming({ from: '+34611000004', did: DID });
    await call.start();
    await call.ring('101');
    await expect(popup.getByTestId('popup-name')).toHaveText(EVIL);
    await expect(popup.getByTestId('popup-company')).toHaveText(EVIL);
    await call.end({ disposition: 'no answer' });
    const rows = (await openHistory(main)).filter({ hasText: EVIL });
    await expect(rows).toHaveCount(2);
    await rows.first().click();
    await expect(main.getByTestId('history-detail')).toContainText(EVIL);
    for (const page of [main, popup, await app.window('engine')]) {
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await page.evaluate(() => Reflect.has(globalThis, 'hacked'))).toBe(false);
    }
    await expectQuiet(app);
  });

  test('a number of 60 digits is refused by the dialer and shown whole when it calls', async () => {
    const { app } = stand;
    const fits = (page: Page): Promise<boolean> =>
      page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    await main.getByTestId('nav-phone').click();
    await main.getByTestId('dialer-input').fill(LONG);
    const sentence = 'This number is too long. Check whether two numbers were pasted together.';
    await expect(main.getByTestId('dialer-preview')).toHaveText(sentence);
    await main.getByTestId('dialer-input').press('Enter');
    await expect(main.getByTestId('dialer-preview')).toHaveText(sentence);
    await expect(main.getByTestId('dialer-input')).toHaveValue(LONG);
    await expect(main.getByTestId('call-card')).toHaveCount(0);
    expect(await fits(main)).toBe(true);
    await main.getByTestId('dialer-input').press('Escape');

    await customer.call(LONG);
    await expect(popup.getByTestId('popup-answer')).toBeEnabled({ timeout: 20_000 });
    await expect(popup.getByTestId('popup-call')).toHaveCount(1);
    await expect(popup.getByTestId('popup-name')).toHaveText(LONG);
    const { width } = await app.bounds('popup');
    expect(width).toBe(360);
    expect(await fits(popup)).toBe(true);
    await popup.getByTestId('popup-answer').click();
    await customer.expectState('talking');
    await customer.hangUp();
    await expectQuiet(app);
    const rows = (await openHistory(main)).filter({ hasText: LONG });
    await expect(rows).toHaveCount(1);
    expect(await fits(main)).toBe(true);
  });
});

test.describe('the computer', () => {
  test('a full disk: the notice says what to do, and nothing is lost once there is room', async () => {
    const disk: SmallDisk = mountSmallDisk(48);
    let stand: Stand | null = null;
    try {
      stand = await startStand({ userDataDir: disk.folder });
      const main = await stand.app.window('main');
      await expectRegistered(stand.app);
      await missedCall(stand, '+34611000005');
      await expect(await openHistory(main)).toHaveCount(1);
      disk.fill();
      await missedCall(stand, '+34611000006', 500);
      const sentence = 'The disk is full, so this was not saved. Free some space, then try again.';
      await expect(main.getByTestId('notice')).toHaveText(sentence);
      await main.getByTestId('nav-contacts').click();
      await main.getByTestId('contacts-add').click();
      await main.getByTestId('contact-name').fill('Ana García');
      await main.getByTestId('contact-number-1').fill('611000006');
      await main.getByTestId('contact-save').click();
      await expect(main.locator('form').getByText(sentence)).toBeVisible();
      await expect(main.getByTestId('contact-name')).toHaveValue('Ana García');
      disk.makeRoom();
      await main.getByTestId('contact-save').click();
      await expect(main.getByTestId('contact-name')).toHaveCount(0);
      await missedCall(stand, '+34611000007');
      const rows = await openHistory(main);
      await expect(rows).toHaveCount(3);
      await expect(rows.nth(0)).toContainText('611 00 00 07');
      await expect(rows.nth(1)).toContainText('Ana García');
      await expect(rows.nth(2)).toContainText('611 00 00 05');
    } finally {
      await stand?.stop();
      disk.remove();
    }
  });

  test('no keychain: it says so, and works for this session without writing a secret', async () => {
    const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    const stand = await startStand({ account: false, env });
    try {
      const { key, secret } = stand.sandbox.account;
      let main = await stand.app.window('main');
      await expect(main.getByTestId('setup-keychain')).toContainText('This computer has no keychain');
      await expect(main.getByTestId('setup-keychain')).toContainText('Install or start a keychain');
      await main.getByTestId('setup-keychain-retry').click();
      await expect(main.getByTestId('setup-keychain')).toBeVisible();
      await main.getByTestId('setup-keychain-session').click();
      await main.getByTestId('setup-begin').click();
      await main.getByTestId('setup-key').fill(key);
      await main.getByTestId('setup-secret').fill(secret);
      await main.getByTestId('setup-check').click();
      await main.getByTestId('setup-extension-101').click();
      await main.getByTestId('setup-use').click();
      await expect(main.getByTestId('setup-done')).toHaveAttribute('data-state', 'registered', { timeout: 20_000 });
      await main.getByTestId('setup-finish').click();
      await expectRegistered(stand.app);
      await expect(main.getByText('Nothing is stored in this session')).toBeVisible();
      await missedCall(stand, '+34611000008');
      await expect(await openHistory(main)).toHaveCount(1);
      await stand.restart();
      main = await stand.app.window('main');
      await expect(main.getByTestId('setup-keychain')).toBeVisible();
      for (const hidden of [key, secret, 'Sandbox-101']) expect(filesWith(stand.userDataDir, hidden)).toEqual([]);
    } finally {
      await stand.stop();
    }
  });

  test('a locked keychain: it says so, and everything is there once it is unlocked', async () => {
    const keyring: OwnKeyring = await startKeyring();
    let stand: Stand | null = null;
    try {
      stand = await startStand({ env: keyring.env });
      await expectRegistered(stand.app);
      await missedCall(stand, '+34611000009');
      await stand.restart(keyring.lock);
      const main = await stand.app.window('main');
      await expect(main.getByTestId('setup-keychain')).toContainText('The keychain of this computer is locked');
      await expect(main.getByTestId('setup-keychain')).toContainText('Unlock it, then press “Try again”.');
      await main.getByTestId('setup-keychain-retry').click();
      await expect(main.getByTestId('setup-keychain')).toBeVisible();
      await expect(main.getByTestId('setup-keychain-retry')).toBeEnabled({ timeout: 20_000 });
      await keyring.unlock();
      await main.getByTestId('setup-keychain-retry').click();
      await expectRegistered(stand.app);
      await expect(await openHistory(main)).toHaveCount(1);
      await missedCall(stand, '+34611000010');
      await expect(await openHistory(main)).toHaveCount(2);
    } finally {
      await stand?.stop();
      await keyring.stop();
    }
  });
});

test('a history that cannot be opened: damaged, without a copy, and from the future', async () => {
  const stand = await startStand();
  const file = join(stand.userDataDir, 'data/megadial.db');
  const damage = (): void => writeFileSync(file, 'this was a database once'.repeat(500));
  try {
    await expectRegistered(stand.app);
    await missedCall(stand, '+34611000011');
    // The second start makes the daily copy, beside its work.
    await stand.restart();
    await expectRegistered(stand.app);
    await expect.poll(() => filesIn(stand.userDataDir).filter((name) => /backups.*\.db$/.test(name))).toHaveLength(1);
    await stand.restart(damage);
    let main = await stand.app.window('main');

    await test.step('damaged: explained, and the newest copy restored', async () => {
      await expect(main.getByTestId('store-corrupt')).toContainText('nothing was deleted');
      await main.getByTestId('store-restore').click();
      await expectRegistered(stand.app);
      await expect(await openHistory(main)).toHaveCount(1);
      await missedCall(stand, '+34611000012');
      await expect(await openHistory(main)).toHaveCount(2);
    });

    await test.step('from the future: left untouched, with the way on', async () => {
      let version = 0;
      await stand.restart(() => {
        version = setVersion(file, 999);
      });
      main = await stand.app.window('main');
      await expect(main.getByTestId('store-future')).toContainText('Install the newest version.');
      await expect(main.getByTestId('store-future')).toContainText('999');
      const untouched = readFileSync(file);
      await stand.restart(() => expect(readFileSync(file).equals(untouched)).toBe(true));
      await stand.restart(() => void setVersion(file, version));
      main = await stand.app.window('main');
      await expectRegistered(stand.app);
      await expect(await openHistory(main)).toHaveCount(2);
    });

    await test.step('damaged again: the person goes on with an empty history', async () => {
      await stand.restart(damage);
      main = await stand.app.window('main');
      await expect(main.getByTestId('store-restore')).toBeVisible();
      await main.getByTestId('store-go-on').click();
      await expect(main.getByTestId('setup')).toHaveAttribute('data-step', 'welcome');
      // Everything that was there still lies beside it.
      expect(filesIn(join(stand.userDataDir, 'data')).filter((name) => name.includes('.corrupt-'))).not.toEqual([]);
    });
  } finally {
    await stand.stop();
  }
});

/** Answers the version that was there. */
function setVersion(file: string, version: number): number {
  const db = new Database(file);
  const before = Number(db.pragma('user_version', { simple: true }));
  db.pragma(`user_version = ${version}`);
  db.close();
  return before;
}
