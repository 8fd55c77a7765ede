// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createDowntime, TICK_MS } from './downtime.ts';

it('notes when no node was there, once, for all nodes and for as long as events are kept', async () => {
  const { kv } = createMemoryStore();
  let now = 1_000_000;
  const clock = () => now;
  const [one, other] = [createDowntime(kv, 3_600_000, clock), createDowntime(kv, 3_600_000, clock)];
  await one.tick();
  now += TICK_MS;
  await other.tick();
  now += 2 * TICK_MS;
  await one.tick();
  expect([one.gaps(), other.gaps()]).toEqual([[], []]);

  const from = now;
  now += 10 * 60_000;
  const restarted = createDowntime(kv, 3_600_000, clock);
  await restarted.tick();
  expect(restarted.gaps()).toEqual([{ from, to: now }]);
  now += TICK_MS;
  await other.tick();
  expect(other.gaps()).toEqual(restarted.gaps());

  for (let minutes = 0; minutes < 61; minutes++) {
    now += 60_000;
    await one.tick();
  }
  expect(one.gaps()).toEqual([]);
});
