// SPDX-License-Identifier: MIT
import { expect } from '@playwright/test';
import type { Page } from 'playwright-core';
import type { Stand } from '../test/e2e/support/stand.ts';
import { openAlbum } from './album.ts';

/** Goes through a working day in a minute: what a person would click, with a picture at each stop. */
export async function runTour(stand: Stand, phone: Page): Promise<void> {
  const { app, sandbox } = stand;
  const tour = openAlbum();
  const main = await app.window('main');
  const popup = await app.window('popup');
  const customer = sandbox.account;
  const status = main.getByTestId('registration-status');
  const card = main.getByTestId('call-card');

  await tour.step('registered', async () => {
    await expect(status).toHaveAttribute('data-state', 'registered', { timeout: 30_000 });
    await expect(phone.getByTestId('registration')).toContainText(/registered/i, { timeout: 30_000 });
  });
  await tour.picture('ready', main);

  await tour.step('a contact is saved', async () => {
    await main.getByTestId('nav-contacts').click();
    await main.getByTestId('contacts-add').click();
    await main.getByTestId('contact-name').fill('Ana García');
    await main.getByTestId('contact-company').fill('Talleres Ribera');
    await main.getByTestId('contact-number-1').fill(`+${sandbox.account.customer.number.replace(/^\+/, '')}`);
    await main.getByTestId('contact-url').fill('https://crm.example.com/contacts/42');
    await main.getByTestId('contact-save').click();
    await expect(main.getByText('Ana García').first()).toBeVisible();
  });
  await tour.picture('contact', main);
  await main.getByTestId('nav-phone').click();

  await tour.step('the customer calls, the popup shows who', async () => {
    await phone.getByTestId('call').click();
    await expect(popup.getByTestId('popup-name')).toHaveText('Ana García', { timeout: 15_000 });
    await expect.poll(() => app.isVisible('popup')).toBe(true);
  });
  await tour.picture('popup-ringing', popup);
  await tour.picture('main-ringing', main);
  await tour.picture('customer-calling', phone);

  await tour.step('answered, audio flows both ways', async () => {
    await popup.getByTestId('popup-answer').click();
    await expect(popup.getByTestId('popup-call')).toHaveAttribute('data-phase', 'talking');
    await expect
      .poll(async () => Number(await phone.getByTestId('packets-received').textContent()), { timeout: 15_000 })
      .toBeGreaterThan(50);
  });
  await tour.picture('popup-talking', popup);
  await tour.picture('main-talking', main);

  await tour.step('on hold', async () => {
    await main.getByTestId('call-hold').click();
    await expect(main.getByTestId('call-hold')).toHaveAttribute('aria-pressed', 'true');
  });
  await tour.picture('on-hold', main);
  await tour.step('resumed', async () => {
    await main.getByTestId('call-hold').click();
    await expect(main.getByTestId('call-hold')).toHaveAttribute('aria-pressed', 'false');
  });

  await tour.step('hung up, the popup goes by itself', async () => {
    await main.getByTestId('call-hang-up').click();
    await expect(card).toHaveCount(0, { timeout: 15_000 });
    await expect.poll(() => app.isVisible('popup')).toBe(false);
  });

  await tour.step('the call is in the history', async () => {
    await main.getByTestId('nav-history').click();
    await main.getByTestId('history-row').first().click();
    await expect(main.getByTestId('history-detail')).toContainText('Ana García');
  });
  await tour.picture('history-recording-waiting', main);

  await tour.step('the recording is ready, and plays', async () => {
    const player = main.getByTestId('recording-player');
    await expect(player).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
    await main.getByTestId('recording-play').click();
    await expect(main.getByTestId('recording-position')).toContainText(/^00:0[2-9]/);
  });
  await tour.picture('recording-playing', main);

  await tour.step('the agent calls back, the customer answers', async () => {
    await main.getByTestId('history-call-back').click();
    await phone.getByTestId('answer').click({ timeout: 15_000 });
    await expect(card).toHaveAttribute('data-phase', 'talking', { timeout: 15_000 });
  });
  await tour.picture('outgoing-talking', main);
  await tour.step('the customer hangs up', async () => {
    await phone.getByTestId('hangup').click();
    await expect(card).toHaveCount(0, { timeout: 15_000 });
  });

  await tour.step('dark, in Spanish', async () => {
    await main.getByTestId('nav-settings').click();
    await main.getByTestId('settings-theme-dark').click();
    await main.getByTestId('settings-language-es').click();
    await expect(main.getByTestId('nav-history')).toContainText('Historial');
    await main.getByTestId('nav-history').click();
  });
  await tour.picture('dark-spanish', main);
  tour.close({ runtime: app.runtime, extension: customer.extensions[0]?.number ?? '' });
}
