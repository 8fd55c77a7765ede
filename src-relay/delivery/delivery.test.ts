// SPDX-License-Identifier: MIT
import { afterEach, expect, it, vi } from 'vitest';
import { type DeliveryNode, startDeliveryNode, TENANT } from '../../test/relay/delivery-node.ts';
import { eventOf } from '../../test/relay/delivery-places.ts';
import { connectDesktop } from '../../test/relay/desktop.ts';
import { createMemoryStore } from '../../test/relay/memory-store.ts';
import { type LoggedEntry, RelayError, type RelayStore } from '../store/api.ts';

const nodes: DeliveryNode[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});

async function nodeOn(store: RelayStore, probeMs?: number): Promise<DeliveryNode> {
  const node = await startDeliveryNode(store, probeMs);
  nodes.push(node);
  return node;
}

it('a desktop that no full disk took note of is not told that another computer has its place', async () => {
  const store = createMemoryStore();
  let isFull = false;
  const put: typeof store.kv.put = async (...args) => {
    if (isFull && args[0] === 'presence') throw new RelayError('relay.full');
    return store.kv.put(...args);
  };
  const leaving = await nodeOn({ ...store, kv: { ...store.kv, put } });
  const token = await leaving.token('101');
  const before = await connectDesktop(leaving.url, token, { after: 0 });
  isFull = true;
  before.close();
  const node = await nodeOn({ ...store, kv: { ...store.kv, put } }, 2_000);
  expect(await (await connectDesktop(node.url, token, { after: 0 })).closed).toBe(1012);
  isFull = false;
  const again = await connectDesktop(node.url, token, { after: 0 });
  await vi.waitFor(async () => expect(await node.presence.of(TENANT.id, '101')).toBe('free'));
  again.close();
});

it('a log that gives its sequences out anew sends all desktops back to begin anew', async () => {
  const store = createMemoryStore();
  const followers = new Set<(entry: LoggedEntry) => void>();
  const follow: typeof store.log.follow = (listener) => {
    followers.add(listener);
    const unfollow = store.log.follow(listener);
    return () => {
      followers.delete(listener);
      unfollow();
    };
  };
  const node = await nodeOn({ ...store, log: { ...store.log, follow } });
  const desktops = [
    await connectDesktop(node.url, await node.token('101'), { after: 0 }),
    await connectDesktop(node.url, await node.token('102', 'supervisor'), { after: 0 }),
  ];
  for (const number of [1, 2, 3]) await node.intake.publish(TENANT.id, ['101'], eventOf(number));
  await vi.waitFor(() => expect(desktops.map(({ events }) => events.length)).toEqual([3, 3]));
  const anew = { tenant: 'other', audience: '*', hash: 'x', receivedAt: 0, body: '{}', seq: 2 };
  for (const listener of followers) listener(anew);
  expect(await Promise.all(desktops.map(({ closed }) => closed))).toEqual([1012, 1012]);
});
