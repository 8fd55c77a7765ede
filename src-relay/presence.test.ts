// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { throughSteps } from '../test/fakes-relay.ts';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import type { OnCalls } from './on-calls.ts';
import type { Caller } from './parts.ts';
import { createPresence, type PresenceOfDesktops } from './presence.ts';

const caller = (device: string, extension = '101'): Caller => ({ tenant: 'acme', extension, role: 'agent', device });
const A = caller('a');
const B = caller('b');

let now: number;
let store: MemoryStore;
let presence: PresenceOfDesktops;
const busy = new Set<string>();
const onCalls: OnCalls = {
  isBusy: async (_tenant, extension) => busy.has(extension),
  busy: async () => busy,
  close() {},
};

beforeEach(() => {
  now = 1_000_000;
  busy.clear();
  store = createMemoryStore(() => now);
  presence = createPresence(store.kv, onCalls, () => now);
});

describe('an extension', () => {
  it('is what its desktop says while one is connected to any node', async () => {
    expect(await presence.of('acme', '101')).toBe('offline');
    await presence.join(A, 'c1');
    expect(await presence.of('acme', '101')).toBe('free');
    await presence.set('acme', '101', 'away');
    const another = createPresence(store.kv, onCalls, () => now);
    expect(await another.of('acme', '101')).toBe('away');
    expect(await another.of('other', '101')).toBe('offline');
    await presence.leave(A, 'c1');
    expect(await another.of('acme', '101')).toBe('offline');
  });

  it('keeps its word through a restart of the app', async () => {
    await presence.join(A, 'c1');
    await presence.set('acme', '101', 'away');
    await presence.leave(A, 'c1');
    await presence.join(A, 'c2');
    expect(await presence.of('acme', '101')).toBe('away');
  });

  it('is on line until the last of its desktops leaves', async () => {
    await presence.join(A, 'c1');
    await presence.join(B, 'c2');
    await presence.leave(A, 'c1');
    expect(await presence.of('acme', '101')).toBe('free');
    await presence.leave(B, 'c2');
    expect(await presence.of('acme', '101')).toBe('offline');
  });

  it('is busy on a call, whatever it said, and without a desktop too', async () => {
    busy.add('101');
    expect(await presence.of('acme', '101')).toBe('busy');
    await presence.join(A, 'c1');
    await presence.set('acme', '101', 'free');
    expect(await presence.of('acme', '101')).toBe('busy');
  });

  it('goes off line with its node', async () => {
    await presence.join(A, 'c1');
    now += 60_000;
    expect(await presence.renew(A, 'c1')).toBe(true);
    now += 60_000;
    expect(await presence.of('acme', '101')).toBe('free');
    now += 60_000;
    expect(await presence.of('acme', '101')).toBe('offline');
  });
});

it('an earlier connection of a device learns that it was replaced, and takes nothing with it', async () => {
  await presence.join(A, 'at node 1');
  await presence.join(A, 'at node 2');
  expect(await presence.renew(A, 'at node 1')).toBe(false);
  await presence.leave(A, 'at node 1');
  expect(await presence.of('acme', '101')).toBe('free');
  expect(await presence.renew(A, 'at node 2')).toBe(true);
});

it('lists extensions and devices of one tenant', async () => {
  await presence.join(A, 'c1');
  await presence.join(caller('c', '102'), 'c2');
  await presence.join({ ...B, tenant: 'other' }, 'c3');
  busy.add('102').add('103');
  expect(await presence.list('acme')).toEqual([
    { extension: '101', state: 'free' },
    { extension: '102', state: 'busy' },
    { extension: '103', state: 'busy' },
  ]);
  expect(await presence.devices('acme')).toEqual(new Set(['a', 'c']));
});

it('desktops that come and go at several nodes leave exactly those that stayed', async () => {
  const desktops = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), desktops, async (scheduler, stays) => {
      const shared = createMemoryStore(() => now);
      const nodes = [0, 1, 2].map(() =>
        createPresence(throughSteps(shared, () => scheduler.schedule(Promise.resolve())).kv, onCalls, () => now),
      );
      const run = async (isStaying: boolean, index: number) => {
        const node = nodes[index % 3] as PresenceOfDesktops;
        await node.join(caller(`d${index}`), `c${index}`);
        if (!isStaying) await node.leave(caller(`d${index}`), `c${index}`);
      };
      await scheduler.waitFor(Promise.all(stays.map(run)));
      const after = createPresence(shared.kv, onCalls, () => now);
      expect(await after.devices('acme')).toEqual(
        new Set(stays.flatMap((isStaying, index) => (isStaying ? [`d${index}`] : []))),
      );
      expect(await after.of('acme', '101')).toBe(stays.includes(true) ? 'free' : 'offline');
    }),
  );
});
