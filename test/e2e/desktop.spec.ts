// SPDX-License-Identifier: MIT
import { expect, test } from '@playwright/test';
import type { Page } from 'playwright-core';
import { expectQuiet, expectRegistered, openHistory } from './support/checks.ts';
import { type Customer, openCustomer } from './support/customer.ts';
import { type Stand, startStand } from './support/stand.ts';

/** What Megadial is on a desktop: tray, notifications, global keys, links, the popup, and what survives what. */
const DIALER = 'CommandOrControl+Alt+D';
const DIAL_SELECTION = 'CommandOrControl+Alt+C';
const ANSWER = 'CommandOrControl+Alt+A';
const DECLINE = 'CommandOrControl+Alt+X';

let stand: Stand;
let customer: Customer;
let main: Page;
let popup: Page;

test.beforeAll(async () => {
  stand = await startStand();
  main = await stand.app.window('main');
  popup = await stand.app.window('popup');
  await expectRegistered(stand.app);
  customer = await openCustomer(stand.sandbox);
});

test.afterAll(async () => {
  await customer?.close();
  await stand?.stop();
});

test.beforeEach(async () => {
  await main.getByTestId('nav-phone').click();
  await expectQuiet(stand.app);
});

const popupCall = () => popup.getByTestId('popup-call');
const input = () => main.getByTestId('dialer-input');
const preview = () => main.getByTestId('dialer-preview');

async function ring(from?: string): Promise<void> {
  await customer.call(from);
  await expect(popup.getByTestId('popup-answer')).toBeEnabled({ timeout: 20_000 });
}

async function expectTalking(): Promise<void> {
  await expect(popupCall()).toHaveAttribute('data-phase', 'talking', { timeout: 20_000 });
  await customer.expectState('talking');
}

async function toggle(name: string, on: boolean): Promise<void> {
  await main.getByTestId('nav-settings').click();
  const control = main.getByTestId(`settings-${name}`);
  await control.click();
  await expect(control.getByRole('switch')).toBeChecked({ checked: on });
  await main.getByTestId('nav-phone').click();
}

test.describe('tray', () => {
  test('closing the window leaves the app in the tray, and a click brings it back', async () => {
    const { app, sandbox } = stand;
    await app.userClose('main');
    await expect.poll(() => app.isVisible('main')).toBe(false);
    expect(sandbox.switch?.registered()).toContain('101');
    await app.clickTray();
    await expect.poll(() => app.isVisible('main')).toBe(true);
    expect(await app.focused()).toBe('main');
  });

  test('the menu opens the dialer', async () => {
    const { app } = stand;
    await main.getByTestId('nav-history').click();
    await app.userClose('main');
    await app.clickTrayMenu('Dial a number');
    await expect.poll(() => app.isVisible('main')).toBe(true);
    await expect(input()).toBeFocused();
  });

  test('a missed call is counted until it was looked at', async () => {
    const { app } = stand;
    expect((await app.tray())?.toolTip).toBe('Megadial · Ready for calls');
    await ring();
    await expect.poll(async () => (await app.tray())?.image).toContain('ringing');
    await customer.hangUp();
    await expect.poll(async () => (await app.tray())?.toolTip).toBe('Megadial · Ready for calls · 1 missed call');
    expect((await app.tray())?.image).toContain('ready-missed');
    await expect(main.getByTestId('missed-badge')).toContainText('1');
    const rows = await openHistory(main);
    await expect(rows.first()).toHaveAttribute('data-disposition', 'cancelled');
    await expect.poll(async () => (await app.tray())?.toolTip).toBe('Megadial · Ready for calls');
    await expect(main.getByTestId('missed-badge')).toHaveCount(0);
  });
});

test.describe('notifications and keys', () => {
  test('the notification answers', async () => {
    const { app } = stand;
    await ring();
    await expect
      .poll(async () => (await app.notifications()).map(({ actions }) => actions))
      .toEqual([['Answer', 'Decline']]);
    const [notification] = await app.notifications();
    expect(notification).toMatchObject({ title: '600 11 12 22', body: 'Incoming call to 912 34 56 78' });
    await app.clickNotificationAction(notification?.id ?? '', 0);
    await expectTalking();
    expect(await app.notifications()).toEqual([]);
    await customer.hangUp();
  });

  test('the notification declines', async () => {
    const { app } = stand;
    await ring();
    await expect.poll(async () => (await app.notifications())[0]?.actions.length).toBe(2);
    await app.clickNotificationAction('600 11 12 22', 1);
    await customer.expectState('idle');
    await expect(customer.page.getByTestId('call-state')).toContainText(/busy/i);
    const rows = await openHistory(main);
    await expect(rows.first()).toHaveAttribute('data-disposition', 'rejected');
  });

  test('the answer and decline keys are ours only while a call rings', async () => {
    const { app } = stand;
    expect(await app.shortcuts()).toEqual([DIALER, DIAL_SELECTION]);
    expect(await app.pressShortcut(ANSWER)).toBe(false);
    await ring();
    await expect.poll(() => app.shortcuts()).toEqual([DIALER, DIAL_SELECTION, ANSWER, DECLINE]);
    expect(await app.pressShortcut(ANSWER)).toBe(true);
    await expectTalking();
    await expect.poll(() => app.shortcuts()).toEqual([DIALER, DIAL_SELECTION]);
    await customer.hangUp();
    await expectQuiet(app);
    await ring();
    await expect.poll(() => app.pressShortcut(DECLINE)).toBe(true);
    await customer.expectState('idle');
    await expect.poll(() => app.shortcuts()).toEqual([DIALER, DIAL_SELECTION]);
  });

  test('a key opens the dialer from any program', async () => {
    const { app } = stand;
    await main.getByTestId('nav-settings').click();
    await app.userClose('main');
    expect(await app.pressShortcut(DIALER)).toBe(true);
    await expect.poll(() => app.isVisible('main')).toBe(true);
    await expect(input()).toBeFocused();
  });

  test('a key shows the number in the selected text and dials it only on Enter', async () => {
    const { app } = stand;
    await app.setClipboard('something of the person');
    await app.setClipboard('Carmen Ruiz, tel. (+34) 600-11-12-22', 'selection');
    await app.userClose('main');
    expect(await app.pressShortcut(DIAL_SELECTION)).toBe(true);
    await expect.poll(() => app.isVisible('main')).toBe(true);
    await expect(preview()).toContainText('Calls 600 11 12 22');
    await expect(preview()).toContainText('from the selected text');
    await expect(main.getByTestId('call-card')).toHaveCount(0);
    expect(await app.clipboard()).toBe('something of the person');
    await expect(input()).toBeFocused();
    await main.keyboard.press('Enter');
    await customer.expectState('incoming');
    await main.getByTestId('call-hang-up').click();
    await customer.expectState('idle');
  });

  test('a key that another program holds is told', async () => {
    const { app } = stand;
    await app.holdShortcut('CommandOrControl+Alt+J');
    await main.getByTestId('nav-settings').click();
    await main.getByTestId('settings-hotkeyDialer').click();
    await main.keyboard.press('Control+Alt+j');
    await expect(main.getByTestId('notice')).toContainText('Another program already uses the key');
    await expect(main.getByTestId('notice')).toContainText('Choose another one');
    await main.getByTestId('notice-dismiss').click();
    await expect(main.getByTestId('notice')).toHaveCount(0);
    await main.getByTestId('settings-hotkeyDialer').click();
    await main.keyboard.press('Control+Alt+d');
    await expect.poll(() => app.shortcuts()).toContain(DIALER);
    await expect(main.getByTestId('notice')).toHaveCount(0);
  });
});

test.describe('links', () => {
  const links = [
    ['a second start with a tel: link', () => stand.app.secondInstance(['tel:+34-600-111-222'])],
    ['a second start with a callto: link', () => stand.app.secondInstance(['callto:600111222'])],
    ['a tel: link handed over by the system', () => stand.app.openUrl('tel:600%20111%20222;ext=7')],
  ] as const;
  for (const [what, open] of links) {
    test(`${what} fills the dialer and dials nothing`, async () => {
      await input().fill('');
      await stand.app.userClose('main');
      await open();
      await expect.poll(() => stand.app.isVisible('main')).toBe(true);
      await expect(preview()).toContainText('Calls 600 11 12 22');
      await expect(preview()).toContainText('Check it, then press Enter');
      await expect(main.getByTestId('call-card')).toHaveCount(0);
      await main.keyboard.press('Escape');
      await expect(input()).toHaveValue('');
    });
  }
});

test.describe('popup', () => {
  test('never takes the keyboard; Esc keeps it away for this call, the next one opens it', async () => {
    const { app } = stand;
    await app.userShow('main');
    await input().focus();
    await ring();
    await expect.poll(() => app.isVisible('popup')).toBe(true);
    expect(await app.focused()).toBe('main');
    await expect(input()).toBeFocused();
    await popup.keyboard.press('Escape');
    await expect.poll(() => app.isVisible('popup')).toBe(false);
    // The call goes on in the main window, whatever becomes of it.
    await main.getByTestId('call-answer').click();
    await customer.expectState('talking');
    await expect(main.getByTestId('call-card')).toHaveAttribute('data-phase', 'talking');
    expect(await app.isVisible('popup')).toBe(false);
    await customer.hangUp();
    await expectQuiet(app);
    await ring();
    await expect.poll(() => app.isVisible('popup')).toBe(true);
    await app.userClose('popup');
    await expect.poll(() => app.isVisible('popup')).toBe(false);
    await expect(main.getByTestId('call-answer')).toBeEnabled();
    await customer.hangUp();
  });

  test('is answered, held and ended by keyboard alone', async () => {
    const { app } = stand;
    await ring();
    await expect.poll(() => app.isVisible('popup')).toBe(true);
    await app.userShow('popup');
    await expect(popup.getByTestId('popup-answer')).toBeFocused();
    await popup.keyboard.press('Enter');
    await expectTalking();
    await expect(popup.getByTestId('popup-mute')).toBeFocused();
    await popup.keyboard.press('Tab');
    await popup.keyboard.press('Enter');
    await expect(popup.getByTestId('popup-hold')).toHaveAttribute('aria-pressed', 'true');
    await popup.keyboard.press('Enter');
    await expect(popup.getByTestId('popup-hold')).toHaveAttribute('aria-pressed', 'false');
    await popup.keyboard.press('Tab');
    await popup.keyboard.press('Enter');
    await customer.expectState('idle');
  });

  test('does not come when it is switched off, and the call can still be taken', async () => {
    const { app } = stand;
    await toggle('popupEnabled', false);
    await customer.call();
    await expect(main.getByTestId('call-answer')).toBeEnabled({ timeout: 20_000 });
    await expect.poll(async () => (await app.notifications()).length).toBe(1);
    expect(await app.isVisible('popup')).toBe(false);
    await main.getByTestId('call-decline').click();
    await customer.expectState('idle');
    await expectQuiet(app);
    await toggle('popupEnabled', true);
  });

  test('shows an outgoing call until it is over', async () => {
    const { app } = stand;
    await input().fill('600111222');
    await main.getByTestId('dialer-call').click();
    await expect.poll(() => app.isVisible('popup')).toBe(true);
    await expect(popupCall()).toHaveAttribute('data-direction', 'out');
    await customer.expectState('incoming');
    await customer.answer();
    await expectTalking();
    await popup.getByTestId('popup-hang-up').click();
    await customer.expectState('idle');
    await expectQuiet(app);
    expect(await app.notifications()).toEqual([]);
  });
});

test.describe('what survives', () => {
  test('a crash of the main window leaves the call alone', async () => {
    const { app } = stand;
    await ring();
    await popup.getByTestId('popup-answer').click();
    await expectTalking();
    const before = Number(await customer.page.getByTestId('packets-received').textContent());
    const crashed = main.waitForEvent('crash');
    await app.crash('main');
    await crashed;
    main = await app.window('main');
    await expect(main.getByTestId('call-card')).toHaveAttribute('data-phase', 'talking', { timeout: 20_000 });
    await main.reload();
    await expect(main.getByTestId('call-card')).toHaveAttribute('data-phase', 'talking', { timeout: 20_000 });
    await expect
      .poll(async () => Number(await customer.page.getByTestId('packets-received').textContent()))
      .toBeGreaterThan(before + 50);
    await main.getByTestId('call-hang-up').click();
    await customer.expectState('idle');
  });

  test('a crash of the engine ends the call on screen, and the next call works', async () => {
    const { app } = stand;
    await ring();
    await popup.getByTestId('popup-answer').click();
    await expectTalking();
    await app.crash('engine');
    await expect(main.getByTestId('call-card')).toHaveCount(0, { timeout: 20_000 });
    await expect.poll(() => app.isVisible('popup')).toBe(false);
    await expectRegistered(app);
    await customer.hangUp();
    await ring();
    await popup.getByTestId('popup-answer').click();
    await expectTalking();
    await customer.hangUp();
    const rows = await openHistory(main);
    await expect(rows.first()).toHaveAttribute('data-disposition', 'answered');
    await expect(rows.nth(1)).toHaveAttribute('data-disposition', 'answered');
  });

  test('waking from sleep registers again at once', async () => {
    const { app, sandbox } = stand;
    const engine = await app.window('engine');
    let registers = 0;
    engine.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        if (String(payload).startsWith('REGISTER ')) registers += 1;
      });
    });
    await app.power('suspend');
    sandbox.switch?.stop();
    await expect(main.getByTestId('registration-status')).not.toHaveAttribute('data-state', 'registered');
    await expect(main.getByTestId('registration-status')).toContainText('The phone server does not answer');
    sandbox.switch?.start();
    await app.power('resume');
    await expectRegistered(app);
    const before = registers;
    await app.power('resume');
    await expect.poll(() => registers).toBeGreaterThan(before);
    await expectRegistered(app);
    await ring();
    await customer.hangUp();
  });
});

test('theme and language change at once, in every window', async () => {
  const { app } = stand;
  const isDark = (page: Page): Promise<boolean> =>
    page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await main.getByTestId('nav-settings').click();
  await main.getByTestId('settings-theme-light').click();
  await expect.poll(() => isDark(main)).toBe(false);
  await main.getByTestId('settings-theme-dark').click();
  await expect.poll(() => isDark(main)).toBe(true);
  await expect.poll(() => isDark(popup)).toBe(true);
  await main.getByTestId('settings-language-es').click();
  await expect(main.getByTestId('nav-history')).toContainText('Historial');
  await expect.poll(async () => (await app.tray())?.menu).toContain('Marcar un número');
  await ring();
  await expect(popup.getByTestId('popup-answer')).toHaveText('Contestar');
  await customer.hangUp();
  await main.getByTestId('settings-language-en').click();
  await expect(main.getByTestId('nav-history')).toContainText('History');
});
