// SPDX-License-Identifier: MIT
/** The demo itself, inside a display and a keychain of its own (demo.ts made both). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type BrowserContext, chromium } from 'playwright-core';
import type { AppHandle } from '../test/e2e/support/app.ts';
import { startStand } from '../test/e2e/support/stand.ts';
import { startTeamApps } from '../test/e2e/support/team.ts';
import { runTeamTour } from './team-tour.ts';
import { runTour } from './tour.ts';

const tour = process.argv.includes('--tour');
const team = process.argv.includes('--team');
const FLAGS = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

type Demo = {
  readonly controlUrl: string;
  readonly apps: readonly AppHandle[];
  readonly lines: readonly string[];
  tour(customer: Awaited<ReturnType<BrowserContext['newPage']>>): Promise<void>;
  stop(): Promise<void>;
};

const sandbox = { recordDelays: { notifyMs: 2_000, readyMs: 6_000 } };
const settings = { country: 'ES', theme: 'light' } as const;

/** One agent, without any server: the relay is inside the app. */
async function alone(): Promise<Demo> {
  const stand = await startStand({ headed: true, sandbox, settings });
  return {
    controlUrl: stand.sandbox.controlUrl,
    apps: [stand.app],
    lines: [`agent:        extension ${stand.sandbox.account.extensions[0]?.number}, registered with the sandbox`],
    tour: (customer) => runTour(stand, customer),
    stop: stand.stop,
  };
}

/** Two agents of one company on a relay. */
async function together(): Promise<Demo> {
  const stand = await startTeamApps({ agents: 2, headed: true, sandbox, settings });
  const agents = stand.sandbox.account.extensions.slice(0, 2).map(({ number, name }) => `${number} ${name}`);
  return {
    controlUrl: stand.sandbox.controlUrl,
    apps: stand.apps,
    lines: [`agents:       ${agents.join(', ')}`, `relay:        ${stand.relay.url}`],
    tour: (customer) => runTeamTour(stand, customer),
    stop: stand.stop,
  };
}

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
const demo = team ? await together() : await alone();
const customer = await openControlPage(demo.controlUrl);
console.log(`runtime:      ${demo.apps[0]?.runtime}`);
for (const line of demo.lines) console.log(line);
console.log(`control page: ${demo.controlUrl}`);
let failed = false;
try {
  if (tour) {
    await demo.tour(customer.pages()[0] ?? (await customer.newPage()));
  } else {
    console.log('Press "Call" on the control page: Megadial rings. Ctrl+C ends the demo.');
    const ended = demo.apps.map((app) => app.exited());
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), ...ended]);
  }
} catch (error) {
  failed = true;
  console.error(error);
  if (tour) {
    await customer.pages()[0]?.screenshot({ path: 'demo-out/failed-customer.png' });
    for (const [at, app] of demo.apps.entries()) {
      await (await app.window('main')).screenshot({ path: `demo-out/failed-main-${at}.png` });
      console.error(app.output());
    }
  }
} finally {
  await customer.browser()?.close();
  await demo.stop();
  stopManager();
}
process.exit(failed ? 1 : 0);
