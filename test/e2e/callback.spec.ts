// SPDX-License-Identifier: MIT
import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../sandbox/browser.ts';
import { type Stand, startStand } from './support/stand.ts';

/** Callback mode on the sandbox's own switch: the PBX rings the agent first, by an INVITE without media. */
const CUSTOMER = '+34600111222';
let stand: Stand;
let browser: Browser;
let customer: Page;

async function start(settings: Parameters<typeof startStand>[0]): Promise<Page> {
  stand = await startStand(settings);
  customer = await browser.newPage();
  await customer.goto(stand.sandbox.controlUrl);
  await expect.poll(() => stand.sandbox.switch?.isRegistered('customer')).toBe(true);
  const main = await stand.app.window('main');
  await expect(main.getByTestId('registration-status')).toHaveAttribute('data-state', 'registered', {
    timeout: 30_000,
  });
  return main;
}

const callbacks = () => stand.sandbox.api.callbacks.length;

/** Seconds of the calls on screen whose sound could be rated. */
const rated = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const reply = await window.megadial.invoke('state.get');
    const media = reply.ok ? Object.values(reply.value.media) : [];
    return media.flatMap((one) => one.quality).filter((sample) => sample.mos !== null).length;
  });

/** Quality of the newest call of the history, in seconds that were measured. */
const kept = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const filter = { direction: null, missed: false, disposition: null, search: '' };
    const reply = await window.megadial.invoke('history.page', { before: null, limit: 1, filter });
    return reply.ok ? (reply.value.rows[0]?.quality?.seconds ?? 0) : 0;
  });

test.beforeAll(async () => {
  browser = await launchChromium();
});
test.afterEach(async () => {
  await customer?.context().close();
  await stand?.stop();
});
test.afterAll(async () => {
  await browser?.close();
});

test('a click calls: the ring of my own phone is taken by itself and shown as the call to the customer', async () => {
  const main = await start({ settings: { dialMode: 'callback' }, sessionOnly: true });
  await main.getByTestId('dialer-input').fill('600 111 222');
  await main.getByTestId('dialer-call').dblclick();
  await customer.locator('#call-state[data-state="incoming"]').waitFor({ state: 'attached' });
  expect(callbacks()).toBe(1);
  await expect(main.getByTestId('callback-card')).toHaveCount(0);
  await expect(main.getByTestId('call-card')).toHaveCount(1);
  await expect(main.getByTestId('call-card')).toContainText('600 11 12 22');
  await customer.click('#answer');
  await expect(main.getByTestId('call-card')).toHaveAttribute('data-phase', 'talking');
  // Rated seconds: audio of the customer arrives here.
  await expect.poll(() => rated(main)).toBeGreaterThan(1);
  await customer.click('#hangup');
  await expect(main.getByTestId('call-card')).toHaveCount(0);
  await expect.poll(async () => stand.sandbox.webhooks.log.map((entry) => entry.event)).toContain('NOTIFY_OUT_END');
  await expect.poll(() => kept(main)).toBeGreaterThan(1);
});

test('answered by hand when that is wished, and a number that is on its way is not asked for again', async () => {
  const main = await start({ settings: { dialMode: 'callback', callbackAutoAnswer: false }, sessionOnly: true });
  await main.getByTestId('dialer-input').fill(CUSTOMER);
  await main.getByTestId('dialer-call').click();
  const card = main.getByTestId('call-card');
  await expect(card).toContainText('600 11 12 22');
  await main.getByTestId('dialer-input').fill(CUSTOMER);
  await main.getByTestId('dialer-call').click();
  expect(callbacks()).toBe(1);
  await card.getByTestId('call-answer').click();
  await customer.locator('#call-state[data-state="incoming"]').waitFor({ state: 'attached' });
  await customer.click('#answer');
  await expect(main.getByTestId('call-card')).toHaveAttribute('data-phase', 'talking');
});
