// SPDX-License-Identifier: MIT

import { build } from '../../scripts/setup.mjs';
import { runtimeName } from '../e2e/support/app.ts';
import { startStand } from '../e2e/support/stand.ts';
import { startFloor } from './bare/floor.ts';
import { openPaintClock } from './bare/paint.ts';
import { announce, saveCallers } from './popup/call.ts';
import { percentiles } from './stats.ts';

const WARM_UP = 5;
const SAMPLES = 60;
const LIMITS = { p99: 50, p50TimesFloor: 1.5 };

/**
 * Webhook POST to painted popup, and beside it, in turns, the same POST to a painted bare page on a bare WebSocket.
 * Each call is a new one from another contact, and comes when the popup of the one before has gone.
 */
export default async function run(): Promise<{ ok: boolean; figures: Record<string, unknown> }> {
  await build();
  const stand = await startStand({ sessionOnly: true });
  try {
    const popup = await stand.app.window('popup');
    const floor = await startFloor(popup);
    try {
      const callers = await saveCallers(stand, WARM_UP + SAMPLES);
      const [popupClock, floorClock] = [await openPaintClock(popup), await openPaintClock(floor.page)];
      const samples: { popup: number[]; floor: number[] } = { popup: [], floor: [] };
      for (const [at, caller] of callers.entries()) {
        const call = await announce(stand, caller);
        const { headers, body } = call;
        const bare = () => floorClock.postToPaint(floor.url, headers, body, { selector: '#text', text: body });

        const first = at % 2 === 0 ? null : await bare();
        const popupMs = await call.postToPaint(popupClock);
        await call.end();
        const floorMs = first ?? (await bare());
        if (at < WARM_UP) continue;
        samples.popup.push(popupMs);
        samples.floor.push(floorMs);
      }
      const figures = {
        unit: 'ms, webhook POST to painted',
        runtime: runtimeName(),
        popup: percentiles(samples.popup),
        floor: percentiles(samples.floor),
        clockError: Math.round(Math.max(popupClock.error, floorClock.error) * 100) / 100,
        limits: LIMITS,
      };
      const ok = figures.popup.p99 <= LIMITS.p99 && figures.popup.p50 <= LIMITS.p50TimesFloor * figures.floor.p50;
      return { ok, figures };
    } finally {
      await floor.stop();
    }
  } finally {
    await stand.stop();
  }
}
