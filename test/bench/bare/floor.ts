// SPDX-License-Identifier: MIT
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../lab/browser.ts';

export type Floor = {
  /** Takes any POST; its body is the text the page then shows in `#text`. */
  readonly url: string;
  readonly page: Page;
  stop(): Promise<void>;
};

/** A bare page on a bare WebSocket, in a window of its own in the Chromium that shows `beside`. */
export async function startFloor(beside: Page): Promise<Floor> {
  const child = fork(join(import.meta.dirname, 'server.ts'));
  const [address] = (await once(child, 'message')) as [AddressInfo];
  const url = `http://127.0.0.1:${address.port}/`;
  // Electron opens no windows for others: there the floor is another Chromium beside it.
  const shared = beside.context().browser();
  const browser = shared ?? (await launchChromium());
  const context = await browser.newContext({ viewport: { width: 360, height: 220 } });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => document.title === 'ready');
  return {
    url,
    page,
    async stop() {
      await context.close();
      if (shared === null) await browser.close();
      child.disconnect();
    },
  };
}
