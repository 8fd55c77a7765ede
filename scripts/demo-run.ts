// SPDX-License-Identifier: MIT
/** The demo itself, inside a display and a keychain of its own (demo.ts made both). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type BrowserContext, chromium } from 'playwright-core';
import { startStand } from '../test/e2e/support/stand.ts';
import { runTour } from './tour.ts';

const tour = process.argv.includes('--tour');
const FLAGS = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The customer's phone: the control page in a browser of its own, with a microphone that hums. */
async function openControlPage(url: string): Promise<BrowserContext> {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const fake = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  const browser = await chromium.launch({
    executablePath: process.env.MEGADIAL_CHROMIUM ?? '/usr/bin/chromium',
    headless: tour,
    args: [...FLAGS, ...root, ...fake, '--autoplay-policy=no-user-gesture-required', '--window-position=980,40'],
  });
  const context = await browser.newContext({ viewport: tour ? { width: 1100, height: 900 } : null });
  const page = await context.newPage();
  await page.goto(url);
  return context;
}

/** With no desktop around there may be no window manager, which places and stacks windows. */
function startWindowManager(): () => void {
  if (!tour) return () => {};
  const manager = spawn('openbox', [], { stdio: 'ignore' });
  manager.on('error', () => {});
  return () => manager.kill();
}

const stopManager = startWindowManager();
const stand = await startStand({
  headed: true,
  sandbox: { recordDelays: { notifyMs: 2_000, readyMs: 6_000 } },
  settings: { country: 'ES', theme: 'light' },
});
const customer = await openControlPage(stand.sandbox.controlUrl);
console.log(`runtime:      ${stand.app.runtime}`);
console.log(`agent:        extension ${stand.sandbox.account.extensions[0]?.number}, registered with the sandbox`);
console.log(`control page: ${stand.sandbox.controlUrl}`);
let failed = false;
try {
  if (tour) {
    await runTour(stand, customer.pages()[0] ?? (await customer.newPage()));
  } else {
    console.log('Press "Call" on the control page: Megadial rings. Ctrl+C ends the demo.');
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), stand.app.exited()]);
  }
} catch (error) {
  failed = true;
  console.error(error);
  if (tour) {
    const pages = { main: await stand.app.window('main'), customer: customer.pages()[0] };
    for (const [name, page] of Object.entries(pages)) await page?.screenshot({ path: `demo-out/failed-${name}.png` });
    console.error(stand.app.output());
  }
} finally {
  await customer.browser()?.close();
  await stand.stop();
  stopManager();
}
process.exit(failed ? 1 : 0);
