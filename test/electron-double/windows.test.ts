// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppHandle } from '../e2e/support/app.ts';
import { invoke, launchFixture, logOf } from './fixture-app.ts';

let app: AppHandle;
let main: Page;
let popup: Page;

beforeAll(async () => {
  app = await launchFixture();
  main = await app.window('main');
  popup = await app.window('popup');
});
afterAll(() => app.quit());

test('windows start as they were made', async () => {
  expect([await app.isVisible('main'), await app.isVisible('popup'), await app.isVisible('engine')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(await app.isAlwaysOnTop('popup')).toBe(true);
  expect(await app.bounds('popup')).toMatchObject({ width: 360, height: 200 });
  expect(await popup.evaluate(() => [innerWidth, innerHeight])).toEqual([360, 200]);
  expect(await app.focused()).toBe('main');
});

test('a window shown inactive takes no focus, hidden again it goes on running', async () => {
  await invoke(popup, 'window', 'showInactive');
  expect(await app.isVisible('popup')).toBe(true);
  expect(await app.focused()).toBe('main');
  await invoke(popup, 'window', 'hide');
  expect(await app.isVisible('popup')).toBe(false);
  expect(await popup.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve('painted'))))).toBe(
    'painted',
  );
  expect(await logOf(popup, 'popup')).toEqual(
    expect.arrayContaining([
      ['popup', 'show'],
      ['popup', 'hide'],
    ]),
  );
  expect(await logOf(popup, 'popup')).not.toContainEqual(['popup', 'focus']);
});

test('visibility follows show and hide, except where throttling is off', async () => {
  const seen = await popup.evaluate(async () => {
    const states: string[] = [document.visibilityState];
    document.addEventListener('visibilitychange', () => states.push(document.visibilityState));
    await window.bridge.invoke('window', 'show');
    await window.bridge.invoke('window', 'hide');
    return [...states, document.hidden];
  });
  expect(seen).toEqual(['hidden', 'visible', 'hidden', true]);
  const engine = await app.window('engine');
  await invoke(engine, 'window', 'show');
  await invoke(engine, 'window', 'hide');
  expect(await engine.evaluate(() => document.visibilityState)).toBe('visible');
});

test('bounds change the page', async () => {
  await invoke(popup, 'window', 'setBounds', { x: 10, y: 40, width: 300, height: 260 });
  expect(await app.bounds('popup')).toEqual({ x: 10, y: 40, width: 300, height: 260 });
  await popup.waitForFunction(() => innerHeight === 260 && innerWidth === 300);
});

test('closing goes to the tray, a click on it brings the window back', async () => {
  await app.userClose('main');
  expect(await app.isVisible('main')).toBe(false);
  expect(await app.focused()).toBeNull();
  expect(await app.tray()).toMatchObject({ toolTip: 'Fixture', menu: ['Open', '-', 'More', 'Popup', 'Quit'] });
  await app.clickTray();
  expect(await app.isVisible('main')).toBe(true);
  expect(await app.focused()).toBe('main');
});

test('window.close is a click on the X, and a page closed behind the app’s back comes back', async () => {
  await main.evaluate(() => window.close());
  await expect.poll(() => app.isVisible('main')).toBe(false);
  await app.clickTray();
  await main.close();
  await expect
    .poll(async () => invoke(await app.window('main'), 'sender').catch(() => null))
    .toMatchObject({ isMain: true });
  main = await app.window('main');
  expect(await app.isVisible('main')).toBe(false);
  await app.clickTray();
});

test('a crashed page is reported and comes back, the others live on', async () => {
  await main.evaluate(() => Object.assign(window, { mark: 1 }));
  await app.crash('engine');
  await expect.poll(() => logOf(main, 'engine')).toContainEqual(['engine', 'gone', 'crashed']);
  await expect
    .poll(async () => {
      const page = await app.window('engine');
      return page.evaluate(() => typeof window.bridge).catch(() => 'crashed');
    })
    .toBe('object');
  expect(await invoke(await app.window('engine'), 'sender')).toMatchObject({
    url: 'app://fixture/engine/',
    isMain: true,
  });
  expect(await main.evaluate(() => (window as unknown as { mark: number }).mark)).toBe(1);
});

test('the app’s theme reaches the pages', async () => {
  const dark = () => main.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  expect(await dark()).toBe(false);
  expect(await invoke(main, 'do', 'theme', 'dark')).toBe(true);
  await expect.poll(dark).toBe(true);
});
