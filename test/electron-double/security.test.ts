// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppHandle } from '../e2e/support/app.ts';
import { launchFixture, logOf } from './fixture-app.ts';

let app: AppHandle;
let main: Page;

beforeAll(async () => {
  app = await launchFixture();
  main = await app.window('main');
});
afterAll(() => app.quit());

const openMicrophone = (page: Page) =>
  page.evaluate(() =>
    navigator.mediaDevices.getUserMedia({ audio: true }).then(
      (stream) => stream.getAudioTracks().length,
      (error: DOMException) => error.name,
    ),
  );

test('the app’s handler decides about the microphone', async () => {
  expect(await openMicrophone(main)).toBe('NotAllowedError');
  expect(await openMicrophone(await app.window('engine'))).toBe(1);
  expect(await logOf(main, 'permission')).toEqual([
    ['permission', 'media', ['audio'], 'app://fixture/main/', true],
    ['permission', 'media', ['audio'], 'app://fixture/engine/', true],
  ]);
});

test('notifications of a page are refused by the handler', async () => {
  expect(await main.evaluate(async () => [await Notification.requestPermission(), Notification.permission])).toEqual([
    'denied',
    'denied',
  ]);
});

test('a page cannot leave: by script, by link, by form, to another program', async () => {
  await main.evaluate(() => {
    location.href = 'https://example.invalid/script';
  });
  await expect
    .poll(() => logOf(main, 'main'))
    .toContainEqual(['main', 'will-navigate', 'https://example.invalid/script']);
  await main.evaluate(() => {
    const link = Object.assign(document.createElement('a'), {
      href: 'https://example.invalid/link',
      textContent: 'link',
    });
    document.body.append(link);
    link.click();
  });
  await expect
    .poll(() => logOf(main, 'main'))
    .toContainEqual(['main', 'will-navigate', 'https://example.invalid/link']);
  await main.evaluate(() => {
    const form = Object.assign(document.createElement('form'), { action: '/engine/', method: 'post' });
    document.body.append(form);
    form.submit();
  });
  await expect.poll(() => logOf(main, 'main')).toContainEqual(['main', 'will-navigate', 'app://fixture/engine/']);
  await main.evaluate(() => {
    location.href = 'tel:+34911234567';
  });
  await expect.poll(() => logOf(main, 'main')).toContainEqual(['main', 'will-navigate', 'tel:+34911234567']);
  await main.evaluate(() => {
    location.href = 'app://fixture/popup/';
  });
  await expect.poll(() => logOf(main, 'main')).toContainEqual(['main', 'will-navigate', 'app://fixture/popup/']);
  expect(new URL(main.url()).pathname).toBe('/main/');
  expect(await app.openedExternal()).toEqual([]);
});

test('new windows are the handler’s to allow: window.open, a link, a form', async () => {
  const pages = main.context().pages().length;
  expect(await main.evaluate(() => window.open('https://example.invalid/opened'))).toBeNull();
  await main.evaluate(() => {
    const link = Object.assign(document.createElement('a'), {
      href: '/engine/?blank',
      target: '_blank',
      textContent: 'blank',
    });
    document.body.append(link);
    link.click();
    const form = Object.assign(document.createElement('form'), {
      action: 'https://example.invalid/form',
      target: '_blank',
    });
    document.body.append(form);
    form.requestSubmit();
  });
  await expect.poll(() => logOf(main, 'main')).toContainEqual(['main', 'open', 'https://example.invalid/form']);
  expect(await logOf(main, 'main')).toEqual(
    expect.arrayContaining([
      ['main', 'open', 'https://example.invalid/opened'],
      ['main', 'open', 'app://fixture/engine/?blank'],
    ]),
  );
  expect(main.context().pages()).toHaveLength(pages);
});

test('a test may still reload a page by itself', async () => {
  await main.reload();
  expect(await main.evaluate(() => window.seenAtStart.bridge)).toBe('object');
});
