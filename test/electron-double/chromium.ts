// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Cdp, type CdpSession } from './cdp.ts';

export type Chromium = {
  readonly cdp: Cdp;
  readonly browser: CdpSession;
  /** WebSocket address for a test's own `connectOverCDP`. */
  readonly endpoint: string;
  readonly profile: string;
  readonly executable: string;
  readonly version: string;
  /** Ends it and removes its profile. */
  close(): Promise<void>;
};

export const headed = process.env.MEGADIAL_DOUBLE_HEADED === '1';
const prefix = 'megadial-double-';

/** Helpers of a browser that nobody sees here, and what would move pages to other processes or addresses. */
const withoutFeatures = [
  'IsolateOrigins',
  'site-per-process',
  'Translate',
  'MediaRouter',
  'OptimizationHints',
  'HttpsUpgrades',
  'LocalNetworkAccessChecks',
  'CalculateNativeWinOcclusion',
  'DestroyProfileOnBrowserClose',
  'PreloadTopChromeWebUI',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
];

/** Profiles of doubles that were killed: their process id is in the name. */
function sweepProfiles(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (!pid || isAlive(Number(pid))) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function flags(profile: string, appSwitches: readonly string[]): string[] {
  return [
    `--user-data-dir=${profile}`,
    '--remote-debugging-pipe',
    '--remote-debugging-port=0',
    ...(headed ? ['--test-type', '--window-position=0,0'] : ['--headless=new']),
    '--no-startup-window',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--no-default-browser-check',
    '--no-service-autorun',
    '--password-store=basic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-sync',
    '--disable-search-engine-choice-screen',
    '--disable-breakpad',
    '--disable-dev-shm-usage',
    '--disable-back-forward-cache',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-popup-blocking',
    '--disable-hang-monitor',
    '--metrics-recording-only',
    // All frames of a window in one process: one protocol session sees them all.
    '--disable-site-isolation-trials',
    `--disable-features=${withoutFeatures.join(',')}`,
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    ...appSwitches,
  ];
}

/** Starts one Chromium for this double. Rejects when the executable is missing or dies before it listens. */
export async function startChromium(appSwitches: readonly string[]): Promise<Chromium> {
  sweepProfiles();
  const executable = process.env.MEGADIAL_CHROMIUM ?? '/usr/bin/chromium';
  const profile = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const child = spawn(executable, flags(profile, appSwitches), { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const removeProfile = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  const kill = () => {
    child.kill('SIGKILL');
    removeProfile();
  };
  process.once('exit', kill);

  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code} before it listened:\n${text}`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      if (text.length < 20_000) text += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
  }).catch((error: unknown) => {
    kill();
    throw error;
  });

  const cdp = new Cdp(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const browser = cdp.session();
  const { product } = await browser.send('Browser.getVersion', {});
  // Electron's downloads go through the app's session, which the double does not have.
  await browser.send('Browser.setDownloadBehavior', { behavior: 'deny' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let closing = false;
  child.once('exit', (code, signal) => {
    if (closing) return;
    console.error(`the double's Chromium ended by itself (${code ?? signal})`);
    process.exit(1);
  });
  const close = async () => {
    closing = true;
    process.off('exit', kill);
    child.kill('SIGKILL');
    // Only then: until its end it would write its profile anew.
    await gone;
    removeProfile();
  };
  return { cdp, browser, endpoint, profile, executable, version: product, close };
}
