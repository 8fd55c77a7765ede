// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppHandle } from '../e2e/support/app.ts';
import { invoke, launchFixture, logOf } from './fixture-app.ts';

let app: AppHandle;
let main: Page;

beforeAll(async () => {
  app = await launchFixture();
  main = await app.window('main');
});
afterAll(() => app.quit());

test('a notification is read and its actions pressed', async () => {
  await invoke(main, 'do', 'notify');
  expect(await app.notifications()).toEqual([
    { id: 'n1', title: 'Call', body: '1', urgency: 'normal', actions: ['Answer', 'Decline'] },
  ]);
  await app.clickNotificationAction('n1', 1);
  expect(await logOf(main, 'action')).toEqual([['action', 1]]);
  expect(await app.notifications()).toEqual([]);
  await invoke(main, 'do', 'notify');
  await app.clickNotification('Call');
  expect(await logOf(main, 'clicked')).toHaveLength(1);
  await expect(app.clickNotification('Call')).rejects.toThrow('no notification Call');
});

test('a shortcut is pressed, one that another program holds is not to be had', async () => {
  expect(await invoke(main, 'do', 'shortcut', 'CommandOrControl+Shift+D')).toBe(true);
  expect(await app.shortcuts()).toEqual(['CommandOrControl+Shift+D']);
  expect(await app.pressShortcut('Shift+Ctrl+D')).toBe(true);
  expect(await logOf(main, 'shortcut')).toEqual([['shortcut', 'CommandOrControl+Shift+D']]);
  expect(await app.pressShortcut('Alt+F9')).toBe(false);
  await app.holdShortcut('Alt+F9');
  expect(await invoke(main, 'do', 'shortcut', 'Alt+F9')).toBe(false);
});

test('both clipboards', async () => {
  await app.setClipboard('picked', 'selection');
  expect(await invoke(main, 'do', 'selection')).toBe('picked');
  await invoke(main, 'do', 'copy', 'copied');
  expect([await app.clipboard(), await app.clipboard('selection')]).toEqual(['copied', 'picked']);
});

test('a dialog gets the answer a test gave, or is cancelled', async () => {
  await app.answerDialog(0);
  expect(await invoke(main, 'do', 'dialog')).toEqual({ response: 0, checkboxChecked: false });
  expect(await invoke(main, 'do', 'dialog')).toEqual({ response: 1, checkboxChecked: false });
  expect(await app.dialogs()).toMatchObject([
    { message: 'Sure?', buttons: ['Yes', 'Cancel'], answer: 0 },
    { message: 'Sure?', answer: 1 },
  ]);
});

test('what the app opens elsewhere stays here', async () => {
  await invoke(main, 'do', 'external', 'https://crm.example/42');
  expect(await app.openedExternal()).toEqual(['https://crm.example/42']);
});

test('the tray menu reaches its submenus', async () => {
  await app.clickTrayMenu('Popup');
  expect([await app.isVisible('popup'), await app.focused()]).toEqual([true, 'main']);
  await expect(app.clickTrayMenu('Nothing')).rejects.toThrow('the tray menu has no Nothing');
});

test('links and power events arrive', async () => {
  await app.openUrl('tel:+34911234567');
  await app.power('resume');
  expect(await logOf(main, 'open-url')).toEqual([['open-url', 'tel:+34911234567']]);
  expect(await logOf(main, 'resume')).toEqual([['resume']]);
});
