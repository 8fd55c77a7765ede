// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildExtension } from '../../scripts/build-extension.ts';
import { until } from './process.ts';

/** A real Chromium with our extension, and a desktop that keeps the links the browser hands to it. */
export type ExtensionBrowser = {
  readonly context: BrowserContext;
  /** Telephone links given to the desktop (`xdg-open`), oldest first. */
  handedOver(): readonly string[];
  close(): Promise<void>;
};

/**
 * Builds the extension and starts Chromium with it.
 *
 * @param trusted origins whose telephone links the person has allowed for good; others wait for the browser's question
 */
export async function startExtensionBrowser(trusted: readonly string[] = []): Promise<ExtensionBrowser> {
  const folder = await buildExtension();
  const home = mkdtempSync(join(tmpdir(), 'megadial-extension-'));
  const profile = join(home, 'profile');
  const links = join(home, 'links');
  mkdirSync(join(home, 'bin'));
  mkdirSync(join(profile, 'Default'), { recursive: true });
  // The browser finds the desktop's opener by its name.
  writeFileSync(join(home, 'bin/xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$1" >>'${links}'\n`, { mode: 0o755 });
  const allowed = Object.fromEntries(trusted.map((origin) => [origin, { tel: true }]));
  const preferences = { protocol_handler: { allowed_origin_protocol_pairs: allowed } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.MEGADIAL_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    ignoreDefaultArgs: ['--disable-extensions'],
    env: { ...process.env, PATH: `${join(home, 'bin')}:${process.env.PATH}` },
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-background-networking', `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
      '--disable-features=DisableLoadExtensionCommandLineSwitch',
    ],
  });
  return {
    context,
    handedOver: () => (existsSync(links) ? readFileSync(links, 'utf8').split('\n').filter(Boolean) : []),
    async close() {
      await context.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

/** The numbers underlined on the page. */
export function markedNumbers(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [...(CSS.highlights.get('megadial-number') ?? [])].map((range) => String(range)));
}

/** Goes with the pointer to a number that is underlined, as often as the page still moves, until the button stands there. */
export async function showDialButton(page: Page, number: string): Promise<void> {
  await until(`the button beside ${number}`, async () => {
    const place = await page.evaluate((wanted) => {
      const marks = [...(CSS.highlights.get('megadial-number') ?? [])] as Range[];
      const mark = marks.find((range) => String(range) === wanted);
      mark?.startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
      const box = mark?.getBoundingClientRect();
      return box === undefined ? null : { x: box.right - 6, y: box.top + box.height / 2 };
    }, number);
    if (place === null) return false;
    await page.mouse.move(place.x, place.y, { steps: 3 });
    const button = page.locator('megadial-button');
    return button.waitFor({ state: 'attached', timeout: 500 }).then(
      () => true,
      () => false,
    );
  });
}

/** Presses the button that stands there; it is closed to the page, and so only its place is known. */
export async function pressDialButton(page: Page): Promise<void> {
  const { x, y } = await page.locator('megadial-button').evaluate((host) => ({
    x: Number.parseFloat((host as HTMLElement).style.left) + 12,
    y: Number.parseFloat((host as HTMLElement).style.top) + 12,
  }));
  await page.mouse.move(x, y, { steps: 3 });
  await page.mouse.click(x, y);
}
