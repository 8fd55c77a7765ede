// SPDX-License-Identifier: MIT
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type ExtensionBrowser,
  markedNumbers,
  pressDialButton,
  showDialButton,
  startExtensionBrowser,
} from '../lab/extension-browser.ts';
import { until } from '../lab/process.ts';

/** The extension in a real Chromium, on a page of a CRM that must stay as it is. */
const HTML = `<!doctype html><html><head><title>CRM</title></head><body>
  <h1>Ana</h1><p id="one">Phone <b>+34 612 345 678</b>, VAT ES123456789012345</p>
  <p id="two">Office 911 23 45 67</p><input id="field" value="612345678">
  <div id="note" contenteditable="true">call 622 11 22 33</div><textarea>633 11 22 33</textarea>
  <a id="link" href="tel:+34644112233">644 11 22 33</a><script>const n = '655 11 22 33';</script></body></html>`;

let server: Server;
let browser: ExtensionBrowser;
let page: Page;
let id = '';

beforeAll(async () => {
  server = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end(HTML));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await startExtensionBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(async () => {
  page = await browser.context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

const marked = () => markedNumbers(page);
const button = () => page.locator('megadial-button');

it('underlines the numbers of a page and changes nothing of it', async () => {
  const before = await page.evaluate(() => document.documentElement.outerHTML);
  await until('the numbers', async () => (await marked()).length === 2);
  expect(await marked()).toEqual(['+34 612 345 678', '911 23 45 67']);
  expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(before);
  expect(await page.inputValue('#field')).toBe('612345678');
  expect(await page.textContent('#note')).toBe('call 622 11 22 33');
});

it('shows a button beside the number under the pointer, which hands it to the system and goes again', async () => {
  await until('the numbers', async () => (await marked()).length === 2);
  const client = await browser.context.newCDPSession(page);
  await client.send('Page.enable');
  const asked: string[] = [];
  client.on('Page.frameRequestedNavigation', ({ url }) => asked.push(url));
  await showDialButton(page, '+34 612 345 678');
  expect(await page.evaluate(() => document.body.querySelector('megadial-button'))).toBeNull();
  await pressDialButton(page);
  await until('the number to be handed over', () => asked.includes('tel:+34612345678'));
  await page.mouse.move(5, 400, { steps: 3 });
  await button().waitFor({ state: 'detached' });
});

it('finds what is added later, and forgets what is removed', async () => {
  await until('the numbers', async () => (await marked()).length === 2);
  await page.evaluate(() => {
    document.getElementById('two')?.remove();
    const row = document.createElement('p');
    row.textContent = 'Mobile 666 77 88 99';
    document.body.append(row);
  });
  await until('the new number', async () => (await marked()).includes('666 77 88 99'));
  expect(await marked()).not.toContain('911 23 45 67');
});

it('keeps the last number for its popup, and can be switched off', async () => {
  const workers = await browser.context.newCDPSession(page);
  const { targetInfos } = await workers.send('Target.getTargets');
  id = /chrome-extension:\/\/([a-p]{32})/.exec(JSON.stringify(targetInfos))?.[1] ?? (await idOfExtension());
  const popup = await browser.context.newPage();
  await popup.goto(`chrome-extension://${id}/popup.html`);
  await expect.poll(() => popup.textContent('#last')).toBe('+34612345678');
  expect(await popup.getAttribute('#again', 'href')).toBe('tel:+34612345678');
  await until('the numbers', async () => (await marked()).length === 2);
  await popup.uncheck('#on');
  await until('no marks', async () => (await marked()).length === 0);
  await popup.check('#on');
  await until('marks again', async () => (await marked()).length === 2);
});

/** The browser's own page of extensions knows it. */
async function idOfExtension(): Promise<string> {
  const list = await browser.context.newPage();
  await list.goto('chrome://extensions');
  const found = await list.evaluate(() => {
    const manager = document.querySelector('extensions-manager')?.shadowRoot;
    const items = manager?.querySelector('extensions-item-list')?.shadowRoot;
    return items?.querySelector('extensions-item')?.id ?? '';
  });
  await list.close();
  return found;
}
