// SPDX-License-Identifier: MIT
import { execFile } from 'node:child_process';
import type { Protocol } from './cdp.ts';
import type { Chromium } from './chromium.ts';
import { runtime } from './runtime.ts';

/**
 * Windows on a real display, for the demo: Chromium's app windows (no tabs, no address bar). They are opened one after
 * another by starting Chromium again on the same profile, which hands the request to the one that runs.
 */
let queue: Promise<unknown> = Promise.resolve();
const parking = { left: -20_000, top: -20_000 };

export function createHeadedTarget(chromium: Chromium, bounds: Electron.Rectangle): Promise<string> {
  const opened = queue.then(() => openAppWindow(chromium, bounds));
  queue = opened.catch(() => undefined);
  return opened;
}

async function openAppWindow(chromium: Chromium, { width, height }: Electron.Rectangle): Promise<string> {
  const address = `data:text/html,<title>${crypto.randomUUID()}</title>`;
  const found = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Chromium opened no window')), 15_000);
    chromium.browser.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.type !== 'page' || known.has(targetInfo.targetId)) return;
      known.add(targetInfo.targetId);
      clearTimeout(timer);
      resolve(targetInfo.targetId);
    });
  });
  await chromium.browser.send('Target.setDiscoverTargets', { discover: true });
  const flags = [
    `--user-data-dir=${chromium.profile}`,
    `--app=${address}`,
    `--window-size=${width},${height}`,
    `--window-position=${parking.left},${parking.top}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  execFile(chromium.executable, flags, () => undefined).unref();
  return found;
}
const known = new Set<string>();

async function setBounds(targetId: string, bounds: Protocol.Browser.Bounds): Promise<void> {
  const browser = runtime.chromium?.browser;
  if (!browser) return;
  const { windowId } = await browser.send('Browser.getWindowForTarget', { targetId });
  await browser.send('Browser.setWindowBounds', { windowId, bounds });
}

/** Null parks the window beyond the screen: its page goes on living. */
export async function placeHeaded(targetId: string, bounds: Electron.Rectangle | null): Promise<void> {
  const place = bounds ? { left: bounds.x, top: bounds.y, width: bounds.width, height: bounds.height } : parking;
  await setBounds(targetId, place).catch(() => undefined);
}

export function hideHeaded(targetId: string): Promise<void> {
  return placeHeaded(targetId, null);
}

export async function raiseHeaded(targetId: string): Promise<void> {
  await runtime.chromium?.browser.send('Target.activateTarget', { targetId }).catch(() => undefined);
}
