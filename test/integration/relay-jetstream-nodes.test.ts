// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { openJetStreamStore } from '../../src-relay/store/jetstream.ts';
import { silentLog } from '../fakes.ts';
import { type Nats, startNats, startNatsCluster } from '../lab/nats.ts';
import { until } from '../lab/process.ts';
import { entry, newTenant, readAll, texts } from '../lab/relay-store-entries.ts';
import { appendUntilKept, DAY_MS, hearing } from './relay-jetstream-support.ts';

let servers: readonly Nats[] = [];
let nodes: readonly RelayStore[] = [];

async function openNodes(replicas: number): Promise<void> {
  const urls = servers.map(({ url }) => url);
  const open = () => openJetStreamStore({ servers: urls, retentionMs: 7 * DAY_MS, replicas, log: silentLog });
  nodes = await Promise.all([open(), open(), open()]);
}

const node = (index: number): RelayStore => nodes[index % nodes.length] as RelayStore;

afterEach(async () => {
  for (const store of nodes) await store.close();
  for (const server of servers) await server.remove();
});

/**
 * Two writers at each node, which repeat what is refused, while `trouble` happens. Afterwards everything is in the log
 * once, in the order of each writer, and every node has heard it so.
 */
async function surviveAll(trouble: () => Promise<void>): Promise<void> {
  const tenant = newTenant();
  const heard = nodes.map((store) => hearing(store, tenant));
  const written = new Map<string, number>();
  let isRunning = true;
  const writers = nodes.flatMap((store, which) =>
    ['a', 'b'].map(async (writer) => {
      for (let n = 0; isRunning; n += 1) {
        const text = `${which}${writer}.${n}`;
        await appendUntilKept(store, [entry(tenant, '*', text), entry(tenant, `10${which}`, text)]);
        written.set(`${which}${writer}`, n + 1);
        await sleep(5);
      }
    }),
  );
  await trouble().finally(() => {
    isRunning = false;
  });
  await Promise.all(writers);

  const everything = await readAll(node(0), tenant, '*');
  expect(new Set(texts(everything)).size).toBe(everything.length);
  let total = 0;
  for (const [writer, count] of written) {
    const expected = Array.from({ length: count }, (_, n) => `${writer}.${n}`);
    expect(texts(everything).filter((text) => text.startsWith(`${writer}.`))).toEqual(expected);
    const own = texts(await readAll(node(1), tenant, `10${writer[0]}`));
    expect(own.filter((text) => text.startsWith(`${writer}.`))).toEqual(expected);
    total += count;
  }
  expect(everything).toHaveLength(total);
  expect(total).toBeGreaterThan(100);
  for (const own of heard) {
    await until('a node to hear all', () => own.length >= 2 * total, 20_000);
    const sequences = own.map(({ seq }) => seq);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(own.filter(({ audience }) => audience === '*')).toEqual(everything);
  }
  console.log(`${total} appends kept`);
}

describe('three nodes on one nats-server', () => {
  it('see the same log and the same keys at once', async () => {
    servers = [await startNats()];
    await openNodes(1);
    const tenant = newTenant();
    const heard = nodes.map((store) => hearing(store, tenant));
    for (let n = 0; n < 50; n += 1) {
      await node(n).log.append([entry(tenant, '101', `${n}`)]);
      expect(texts(await node(n + 1).log.read(tenant, '101', 0, 100))).toHaveLength(n + 1);
      const revision = await node(n).kv.put('devices', `${tenant}/${n}`, 'token', 0);
      expect(await node(n + 2).kv.get('devices', `${tenant}/${n}`)).toEqual({ value: 'token', revision });
    }
    const again = [entry(tenant, '101', '7'), entry(tenant, '101', 'last')];
    await Promise.all(nodes.map((store) => store.log.append(again)));
    const all = await readAll(node(2), tenant, '101');
    expect(texts(all)).toEqual([...Array.from({ length: 50 }, (_, n) => `${n}`), 'last']);
    for (const own of heard) {
      await until('a node to hear all', () => own.length >= all.length);
      expect(own).toEqual(all);
    }
    const race = nodes.flatMap((store) => Array.from({ length: 10 }, () => store.kv.put('leases', tenant, 'mine', 0)));
    expect((await Promise.all(race)).filter((given) => given > 0)).toHaveLength(1);
  });

  it('lose nothing and double nothing while the server is killed again and again', async () => {
    const server = await startNats();
    servers = [server];
    await openNodes(1);
    await surviveAll(async () => {
      for (const pause of [300, 1_000, 2_600]) {
        await sleep(700);
        await server.kill();
        await sleep(pause);
        await server.start();
      }
      await sleep(700);
    });
  });
});

describe('three nodes on a cluster of three with three copies', () => {
  it('lose nothing and double nothing while one server after the other is killed', { timeout: 180_000 }, async () => {
    servers = await startNatsCluster(3);
    await openNodes(3);
    await surviveAll(async () => {
      for (const server of servers) {
        await sleep(1_000);
        await server.kill();
        await sleep(2_000);
        await server.start();
        await sleep(4_000);
      }
    });
  });
});
