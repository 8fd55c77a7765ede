// SPDX-License-Identifier: MIT
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** The clock of the machine that both Node and Chromium read, milliseconds. */
const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Pages are asked for the time this often; the quickest question says how far the clocks could be apart. */
const QUESTIONS = 20;

/** Text that must be seen: the element of `selector` says exactly `text`. */
export type Sight = { readonly selector: string; readonly text: string };

export type PaintClock = {
  /** POSTs and resolves with the milliseconds from just before the request is written to the painted sight. */
  postToPaint(url: string, headers: Readonly<Record<string, string>>, body: string, sight: Sight): Promise<number>;
  /** How far from the truth a sample can be because of the clocks, milliseconds. */
  readonly error: number;
};

/**
 * Measures in Node and in one page by one clock: Chromium's performance.now() and Node's hrtime are both the monotonic
 * clock of the system, and DevTools tells where in it the page's zero lies. That is checked by asking for the time.
 */
export async function openPaintClock(page: Page): Promise<PaintClock> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'timeTicks' });
  const { metrics } = await session.send('Performance.getMetrics');
  await session.send('Performance.disable');
  await session.detach();
  const zero = metrics.find(({ name }) => name === 'NavigationStart')?.value;
  if (zero === undefined) throw new Error('Chromium does not tell when the page began');
  const offset = zero * 1000;

  let error = Number.POSITIVE_INFINITY;
  for (let at = 0; at < QUESTIONS; at += 1) {
    const before = monotonic();
    const inside = offset + (await page.evaluate(() => performance.now()));
    const after = monotonic();
    if (inside < before - 0.2 || inside > after + 0.2) throw new Error('page and program have different clocks');
    error = Math.min(error, after - before);
  }

  return {
    error,
    async postToPaint(url, headers, body, sight) {
      await page.evaluate(watch, sight);
      const started = monotonic();
      await post(url, headers, body);
      // Asking earlier would cost the page time while it is being measured.
      await sleep(150);
      const painted = await page.evaluate(() => (globalThis as unknown as { painted: Promise<number> }).painted);
      return offset + painted - started;
    },
  };
}

/**
 * Runs in the page. Painted: the frame after the change is made, and its requestAnimationFrame callbacks are done. What
 * is there without being seen does not count: neither before, nor then.
 */
function watch({ selector, text }: Sight): void {
  const painted = new Promise<number>((resolve, reject) => {
    if (document.querySelector(selector)?.textContent === text) reject(new Error('there before'));
    const late = setTimeout(() => reject(new Error('not seen within 5 s')), 5000);
    const look = () => {
      if (document.querySelector(selector)?.textContent !== text) return;
      observer.disconnect();
      clearTimeout(late);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          const at = performance.now();
          const element = document.querySelector(selector);
          if (element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) resolve(at);
          else reject(new Error('there, but not seen'));
        };
        port2.postMessage(null);
      });
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  // Looked at later; a failure must not be reported as unhandled meanwhile.
  painted.catch(() => undefined);
  Object.assign(globalThis, { painted });
}

function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent: false, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`POST: ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
