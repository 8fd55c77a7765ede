// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { throughSteps } from '../test/fakes-relay.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createLeases, type Leases } from './leases.ts';
import type { Caller } from './parts.ts';

const DAY = 24 * 3600_000;
const JOB = 'contact:in_1';
const caller = (device: string, tenant = 'acme'): Caller => ({ tenant, extension: '101', role: 'agent', device });
const A = caller('a');
const B = caller('b');

let now: number;
let leases: Leases;

beforeEach(() => {
  now = 1_000_000;
  leases = createLeases(createMemoryStore(() => now).kv, 7 * DAY, () => now);
});

it('is held by one until it is done, and stays done', async () => {
  expect(await leases.take(A, JOB, 20_000)).toBe('granted');
  expect(await leases.take(B, JOB, 20_000)).toBe('held');
  await leases.done(A, JOB, 'contact 7');
  expect(await leases.take(B, JOB, 20_000)).toBe('done');
  await leases.done(A, JOB, 'contact 7');
  now += 6 * DAY;
  expect(await leases.take(B, JOB, 20_000)).toBe('done');
});

it('is taken over from a holder that vanished, who then cannot say it is done', async () => {
  await leases.take(A, JOB, 20_000);
  now += 21_000; // clocks of nodes differ
  expect(await leases.take(B, JOB, 20_000)).toBe('held');
  now += 1_000;
  expect(await leases.take(B, JOB, 20_000)).toBe('granted');
  await expect(leases.done(A, JOB, 'late')).rejects.toMatchObject({ code: 'lease.lost' });
  await leases.done(B, JOB, 'done');
  await expect(leases.done(A, JOB, 'late')).rejects.toMatchObject({ code: 'lease.lost' });
});

it('is still the holder’s when it is late and nobody else has begun', async () => {
  await leases.take(A, JOB, 20_000);
  now += DAY;
  await leases.done(A, JOB, 'done');
  expect(await leases.take(B, JOB, 20_000)).toBe('done');
});

it('is free again at once when released, by its holder only', async () => {
  await leases.take(A, JOB, 20_000);
  await leases.release(B, JOB);
  expect(await leases.take(B, JOB, 20_000)).toBe('held');
  await leases.release(A, JOB);
  expect(await leases.take(B, JOB, 20_000)).toBe('granted');
});

it('nobody who never held it can say it is done', async () => {
  await expect(leases.done(A, JOB, 'done')).rejects.toMatchObject({ code: 'lease.lost' });
});

it('of another company is another one', async () => {
  await leases.take(A, JOB, 20_000);
  const other = caller('a', 'other');
  await expect(leases.done(other, JOB, 'done')).rejects.toMatchObject({ code: 'lease.lost' });
  await leases.release(other, JOB);
  expect(await leases.take(B, JOB, 20_000)).toBe('held');
});

it('is done exactly once by many desktops at several nodes, some of which vanish at any moment', async () => {
  const desktop = fc.record({ vanishes: fc.constantFrom('never', 'holding', 'before done'), node: fc.nat(2) });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(desktop, { minLength: 1, maxLength: 12 }),
      async (scheduler, desktops) => {
        const store = createMemoryStore(() => now);
        const nodes = [0, 1, 2].map(() =>
          createLeases(throughSteps(store, () => scheduler.schedule(Promise.resolve())).kv, 7 * DAY, () => now),
        );
        let done = 0;
        const run = async ({ vanishes, node }: (typeof desktops)[number], index: number): Promise<void> => {
          const mine = nodes[node] as Leases;
          const me = caller(`d${index}`);
          for (;;) {
            const state = await mine.take(me, JOB, 20_000);
            if (state === 'done' || (state === 'granted' && vanishes === 'holding')) return;
            if (state === 'held') {
              now += 5_000;
              continue;
            }
            await scheduler.schedule(Promise.resolve());
            if (vanishes === 'before done') now += 30_000;
            const isDone = await mine.done(me, JOB, me.device).then(
              () => true,
              () => false,
            );
            if (isDone) done++;
            if (isDone || vanishes === 'before done') return;
          }
        };
        await scheduler.waitFor(Promise.all(desktops.map(run)));
        const stays = desktops.some(({ vanishes }) => vanishes === 'never');
        expect(done).toBeLessThanOrEqual(1);
        if (stays) expect(done).toBe(1);
        const last = await createLeases(store.kv, 7 * DAY, () => now).take(caller('last'), JOB, 20_000);
        if (done === 1) expect(last).toBe('done');
      },
    ),
    { numRuns: 300 },
  );
});
