// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RelayError, type RelayStore } from '../../src-relay/store/api.ts';
import { type JetStreamStoreOptions, openJetStreamStore } from '../../src-relay/store/jetstream.ts';
import { mountSmallDisk } from '../e2e/support/machine.ts';
import { silentLog } from '../fakes.ts';
import { type Nats, type NatsOptions, startNats } from '../lab/nats.ts';
import { until } from '../lab/process.ts';
import { relayStoreContract } from '../lab/relay-store-contract.ts';
import { entry, newTenant, readAll, texts } from '../lab/relay-store-entries.ts';
import { appendUntilKept, DAY_MS, hearing, UNAVAILABLE } from './relay-jetstream-support.ts';

const opened = new Set<RelayStore>();
let nats: Nats;

async function open(options: Partial<JetStreamStoreOptions> = {}): Promise<RelayStore> {
  const common = { servers: [nats.url], retentionMs: 7 * DAY_MS, log: silentLog };
  const store = await openJetStreamStore({ ...common, ...options });
  opened.add(store);
  return store;
}

async function begin(options: NatsOptions = {}) {
  nats = await startNats(options);
}

async function end() {
  for (const store of opened) await store.close();
  opened.clear();
  await nats.remove();
}

describe('JetStream', () => {
  beforeAll(() => begin());
  afterAll(end);
  relayStoreContract(async () => {
    const prefix = randomBytes(4).toString('hex');
    return { open: (now) => open({ prefix, ...(now && { now }) }), remove: async () => {} };
  });
});

describe('a nats-server', () => {
  afterEach(end);

  it('that is away for a moment costs a wait, for longer a refusal, and then everything goes on', async () => {
    await begin();
    const store = await open({ bufferMs: 1_500 });
    const tenant = newTenant();
    const heard = hearing(store, tenant);
    await store.log.append([entry(tenant, '101', 'before')]);
    await nats.kill();
    const waiting = store.log.append([entry(tenant, '101', 'short')]);
    const reading = store.kv.get('calls', tenant);
    await sleep(300);
    await nats.start();
    await waiting;
    expect(await reading).toBeNull();
    await nats.stop();
    const refused = await Promise.allSettled([
      store.log.append([entry(tenant, '101', 'refused')]),
      store.kv.put('calls', tenant, 'x', 0),
      store.kv.get('calls', tenant),
      store.log.read(tenant, '101', 0, 10),
      store.log.bounds(tenant),
    ]);
    expect(refused).toMatchObject(refused.map(() => ({ status: 'rejected', reason: UNAVAILABLE })));
    await nats.start();
    await appendUntilKept(store, [entry(tenant, '101', 'after')]);
    expect(texts(await readAll(store, tenant, '101')).filter((text) => text !== 'refused')).toEqual([
      'before',
      'short',
      'after',
    ]);
    await until('the rest to be heard', () => texts(heard).includes('after'));
    expect(heard).toEqual(await readAll(store, tenant, '101'));
  });

  it('that stands still is as good as gone, and goes on when it wakes', async () => {
    await begin();
    const store = await open({ bufferMs: 500 });
    const tenant = newTenant();
    const heard = hearing(store, tenant);
    await store.log.append([entry(tenant, '101', 'before')]);
    await nats.freeze();
    await expect(store.log.append([entry(tenant, '101', 'maybe')])).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.kv.get('calls', tenant)).rejects.toMatchObject(UNAVAILABLE);
    nats.resume();
    await appendUntilKept(store, [entry(tenant, '101', 'maybe')]);
    await appendUntilKept(store, [entry(tenant, '101', 'after')]);
    const read = await readAll(store, tenant, '101');
    expect(texts(read)).toEqual(['before', 'maybe', 'after']);
    await until('all to be heard', () => heard.length >= 3);
    expect(heard).toEqual(read);
  });

  it('that lost its disk gets its streams again', async () => {
    await begin();
    const store = await open();
    const tenant = newTenant();
    const heard = hearing(store, tenant);
    for (const n of [1, 2, 3]) await store.log.append([entry(tenant, '101', `lost with the disk ${n}`)]);
    await until('the lost ones to be heard', () => heard.length === 3);
    await nats.kill();
    nats.loseDisk();
    await nats.start();
    await appendUntilKept(store, [entry(tenant, '101', 'new')]);
    expect(texts(await readAll(store, tenant, '101'))).toEqual(['new']);
    await until('the new one to be heard', () => heard.length === 4);
    expect(texts(heard).at(-1)).toBe('new');
    expect(await store.kv.put('settings', tenant, 'x', 0)).toBeGreaterThan(0);
  });

  it('that is full refuses, and keeps what it has', async () => {
    await begin();
    const store = await open({ maxBytes: 200_000 });
    const tenant = newTenant();
    const kept: string[] = [];
    const fill = async () => {
      for (let n = 0; n < 1_000; n += 1) {
        await store.log.append([entry(tenant, '101', `${n}`.padEnd(2_000))]);
        kept.push(`${n}`);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'relay.full' });
    expect(kept.length).toBeGreaterThan(50);
    expect(texts(await readAll(store, tenant, '101')).map((text) => text.trim())).toEqual(kept);
    expect(await store.kv.put('settings', tenant, 'still room here', 0)).toBeGreaterThan(0);
  });

  it('whose own room is used up refuses too', async () => {
    await begin({ maxBytes: 1_000_000 });
    const store = await open();
    const tenant = newTenant();
    const fill = async () => {
      for (let n = 0; n < 100; n += 1) await store.log.append([entry(tenant, '101', `${n}`.padEnd(20_000))]);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'relay.full' });
    await expect(store.kv.put('settings', tenant, 'x', 0)).rejects.toMatchObject({ code: 'relay.full' });
    expect(await store.kv.get('settings', tenant)).toBeNull();
  });

  it('whose disk is full loses nothing it has acknowledged, and goes on once it has room again', async () => {
    const disk = mountSmallDisk(12);
    try {
      await begin({ storeDir: disk.folder });
      const store = await open({ bufferMs: 300 });
      const tenant = newTenant();
      const kept: string[] = [];
      const refused: unknown[] = [];
      for (let n = 0; refused.length < 5; n += 1) {
        const appended = store.log.append([entry(tenant, '101', `${n}`.padEnd(20_000))]);
        await appended.then(
          () => kept.push(`${n}`),
          (error: unknown) => refused.push(error),
        );
        if (kept.length === 100) disk.fill();
      }
      expect(refused.every((error) => error instanceof RelayError)).toBe(true);
      await nats.stop();
      disk.makeRoom();
      await nats.start();
      await appendUntilKept(store, [entry(tenant, '101', 'room again')]);
      const left = texts(await readAll(store, tenant, '101')).map((text) => text.trim());
      expect(left.filter((text) => kept.includes(text))).toEqual(kept);
      expect(left.at(-1)).toBe('room again');
    } finally {
      disk.remove();
    }
  });

  it('drops what is older than the retention, also one that was set later', async () => {
    await begin();
    const tenant = newTenant();
    const first = await open();
    await first.log.append([entry(tenant, '101', 'old')]);
    await first.close();
    const store = await open({ retentionMs: 1_000 });
    const heard = hearing(store, tenant);
    await until('the old one to go', async () => (await store.log.read(tenant, '101', 0, 10)).length === 0);
    expect(await store.log.bounds(tenant)).toEqual({ oldest: 0, newest: 0 });
    await store.log.append([entry(tenant, '101', 'new')]);
    await until('the new one to be heard', () => heard.length === 1);
    expect(heard[0]?.seq).toBeGreaterThan(1);
  });

  it('lets in who has the token, and nobody else', async () => {
    await begin({ token: 'correct horse' });
    const store = await open({ token: 'correct horse' });
    await store.log.append([entry('t', '101', 'in')]);
    await expect(open({ token: 'wrong' })).rejects.toMatchObject(UNAVAILABLE);
    await expect(open()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('that is not there is an error at once, not a hang', async () => {
    await begin();
    await nats.stop();
    await expect(open()).rejects.toMatchObject(UNAVAILABLE);
  });
});
