// SPDX-License-Identifier: MIT
import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
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

/** Those who wait for a window to appear, by the address it starts with. */
const waiting = new Map<string, (targetId: string) => void>();
let discovering: Promise<unknown> | null = null;

function discover({ browser }: Chromium): Promise<unknown> {
  const seen = ({ targetInfo }: { targetInfo: Protocol.Target.TargetInfo }) =>
    waiting.get(targetInfo.url)?.(targetInfo.targetId);
  if (!discovering) {
    browser.on('Target.targetCreated', seen);
    browser.on('Target.targetInfoChanged', seen);
  }
  discovering ??= browser.send('Target.setDiscoverTargets', { discover: true });
  return discovering;
}

async function openAppWindow(chromium: Chromium, { width, height }: Electron.Rectangle): Promise<string> {
  await discover(chromium);
  const address = `data:text/html,${crypto.randomUUID()}`;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error('Chromium opened no window')), 15_000);
  waiting.set(address, resolve);
  const flags = [
    `--user-data-dir=${chromium.profile}`,
    '--test-type',
    `--app=${address}`,
    `--window-size=${width},${height}`,
    `--window-position=${parking.left},${parking.top}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  execFile(chromium.executable, flags, () => undefined).unref();
  return promise.finally(() => {
    clearTimeout(timer);
    waiting.delete(address);
  });
}

const minimised = new Set<string>();
/** One change of a window after another. */
const placing = new Map<string, Promise<void>>();

/** Null parks the window beyond the screen, or minimises it where a window manager forbids that: its page lives on. */
export function placeHeaded(targetId: string, bounds: Electron.Rectangle | null): Promise<void> {
  const placed = (placing.get(targetId) ?? Promise.resolve()).then(() => place(targetId, bounds));
  placing.set(targetId, placed);
  return placed;
}

async function place(targetId: string, bounds: Electron.Rectangle | null): Promise<void> {
  const browser = runtime.chromium?.browser;
  if (!browser) return;
  try {
    const { windowId } = await browser.send('Browser.getWindowForTarget', { targetId });
    const set = (wanted: Protocol.Browser.Bounds) =>
      browser.send('Browser.setWindowBounds', { windowId, bounds: wanted });
    if (bounds) {
      if (minimised.delete(targetId)) await set({ windowState: 'normal' });
      await set({ left: bounds.x, top: bounds.y, width: bounds.width, height: bounds.height });
    } else if (!minimised.has(targetId)) {
      await set(parking);
      await wait(50);
      const { bounds: now } = await browser.send('Browser.getWindowBounds', { windowId });
      if ((now.left ?? 0) <= parking.left / 2) return;
      minimised.add(targetId);
      await set({ windowState: 'minimized' });
    }
  } catch {
    // The window has gone meanwhile.
  }
}

/** Stacks windows, the last on top. */
export async function stackHeaded(targetIds: readonly string[]): Promise<void> {
  for (const targetId of targetIds) {
    await runtime.chromium?.browser.send('Target.activateTarget', { targetId }).catch(() => undefined);
  }
}
