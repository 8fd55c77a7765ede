// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentHash } from '../../src-relay/publish.ts';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { openSqliteStore } from '../../src-relay/store/sqlite.ts';
import { CLOSE, type RelayEvent } from '../../src-shared/relay/protocol.ts';
import { DEFAULT_RULES } from '../../src-shared/rules/team.ts';
import { silentRelayLog } from '../fakes-relay.ts';
import { type DeliveryNode, startDeliveryNode, TENANT } from '../relay/delivery-node.ts';
import { connectDesktop, type TestDesktop } from '../relay/desktop.ts';
import { createMemoryStore } from '../relay/memory-store.ts';

let folder: string;
let store: RelayStore;
let node: DeliveryNode;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'megadial-delivery-'));
  store = await openSqliteStore({ path: join(folder, 'relay.db'), log: silentRelayLog });
  node = await startDeliveryNode(store);
  closing.push(() => node.close());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function startAnother(probeMs?: number): Promise<DeliveryNode> {
  const another = await startDeliveryNode(store, probeMs);
  closing.push(() => another.close());
  return another;
}

const eventOf = (number: number, size = 0): RelayEvent => {
  const fields = { event: 'NOTE', number: String(number), text: 'x'.repeat(size) };
  const receivedAt = Date.now();
  return { kind: 'notification', hash: contentHash('notification', fields), receivedAt, fields, verified: false };
};
const publish = (extension: string, number: number, size?: number) =>
  node.intake.publish(TENANT.id, [extension], eventOf(number, size));
const numberIn = (event: RelayEvent): number => (event.kind === 'notification' ? Number(event.fields.number) : -1);
const numbers = ({ events }: Pick<TestDesktop, 'events'>) => events.map(({ event }) => numberIn(event));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const within = { timeout: 30_000, interval: 20 };

describe('a desktop', () => {
  it('gets what is its extension’s, a supervisor everything, in order', async () => {
    const ana = await connectDesktop(node.url, await node.token('101'), { after: 0 });
    const boss = await connectDesktop(node.url, await node.token('100', 'supervisor'), { after: 0 });
    const stranger = await connectDesktop(node.url, await node.token('101', 'admin', 'other'), { after: 0 });
    expect(ana.welcome).toMatchObject({ tenant: 'acme', extension: '101', role: 'agent', offsetMinutes: 120 });
    for (const number of upTo(50)) await publish(number % 2 === 0 ? '101' : '102', number);
    await vi.waitFor(() => expect(numbers(boss)).toEqual(upTo(50)), within);
    expect(numbers(ana)).toEqual(upTo(50).filter((number) => number % 2 === 0));
    expect(stranger.events).toEqual([]);
  });

  it('gets a notification once, however often the PBX sends it', async () => {
    const ana = await connectDesktop(node.url, await node.token('101'), { after: 0 });
    const fields = { event: 'NOTIFY_INTERNAL', pbx_call_id: 'in_1', caller_id: '+34600111222', internal: '101' };
    const ending = { ...fields, event: 'NOTIFY_END', disposition: 'cancel' };
    for (const sent of [fields, fields, ending, fields, ending])
      await node.intake.take(TENANT, { fields: sent, verified: true });
    await publish('101', 7);
    await vi.waitFor(() => expect(ana.events).toHaveLength(3), within);
  });

  it('killed again and again in the middle of events has each of them once in the end', async () => {
    const token = await node.token('101');
    const another = await startAnother();
    const total = 3_000;
    /** What the desktop has on its disk, and up to where. */
    const committed: number[] = [];
    let position = 0;
    const appending = (async () => {
      for (let number = 0; number < total; number += 10) {
        await Promise.all(upTo(10).map((step) => publish('101', number + step)));
        await publish('102', total + number);
      }
    })();
    for (let life = 0; committed.length < total; life++) {
      // Killed after a while at one node, it comes back at the other.
      const lifetime = 20 + life * 40;
      const desktop = await connectDesktop(life % 2 === 0 ? node.url : another.url, token, {
        after: position,
        onEvent: ({ seq, event }, { say }) => {
          expect(seq).toBeGreaterThan(position);
          position = seq;
          committed.push(numberIn(event));
          say({ type: 'ack', seq });
        },
      });
      await vi.waitFor(() => expect(committed.length).toBeGreaterThanOrEqual(Math.min(total, lifetime)), within);
      desktop.kill();
      await desktop.closed;
    }
    await appending;
    expect(committed.toSorted((a, b) => a - b)).toEqual(upTo(total));
  });

  it('that reads slowly gets everything later, holds up nobody, and is not kept in memory', async () => {
    const slow = await connectDesktop(node.url, await node.token('101'), { after: 0 });
    const fast = await connectDesktop(node.url, await node.token('100', 'supervisor'), { after: 0 });
    const late = await connectDesktop(node.url, await node.token('101'), { after: null });
    slow.pause();
    const total = 6_000;
    for (let number = 0; number < total; number += 100) {
      await Promise.all(upTo(100).map((step) => publish('101', number + step, 2_000)));
    }
    await vi.waitFor(() => expect(fast.events).toHaveLength(total), within);
    await vi.waitFor(() => expect(late.events).toHaveLength(total), within);
    expect(slow.events.length).toBeLessThan(total);
    const { behind, waiting } = node.delivery.counts();
    expect(behind).toBe(1);
    expect(waiting).toBeGreaterThan(0);
    slow.unpause();
    await vi.waitFor(() => expect(slow.events).toHaveLength(total), within);
    expect(slow.events.map(({ seq }) => seq)).toEqual(slow.events.map(({ seq }) => seq).toSorted((a, b) => a - b));
    expect(node.delivery.counts()).toMatchObject({ behind: 0, waiting: 0 });
  });

  it('that does not answer any more is let go', async () => {
    const watchful = await startAnother(1_000);
    const dead = await connectDesktop(watchful.url, await node.token('101'), { after: 0, autoPong: false });
    const alive = await connectDesktop(watchful.url, await node.token('102'), { after: 0 });
    expect(await dead.closed).toBe(1006);
    expect(watchful.delivery.counts().desktops).toBe(1);
    expect((await alive.ask('presence.set', { state: 'free' })).ok).toBe(true);
    await vi.waitFor(async () => expect(await node.presence.of('acme', '101')).toBe('offline'), within);
  });
});

describe('a device', () => {
  it('that connects again replaces itself, at the same node and at another', async () => {
    const watchful = await startAnother(1_000);
    const token = await node.token('101');
    const first = await connectDesktop(watchful.url, token, { after: 0 });
    const second = await connectDesktop(watchful.url, token, { after: 0 });
    expect(await first.closed).toBe(CLOSE.replaced);
    const third = await connectDesktop(node.url, token, { after: 0 });
    expect(await second.closed).toBe(CLOSE.replaced);
    await publish('101', 1);
    await vi.waitFor(() => expect(numbers(third)).toEqual([1]), within);
    expect(await node.presence.of('acme', '101')).toBe('free');
  });

  it('that is revoked is closed at every node, and does not come back', async () => {
    const another = await startAnother();
    const token = await node.token('101');
    const desktop = await connectDesktop(another.url, token, { after: 0 });
    await node.devices.revoke('acme', desktop.welcome.device);
    expect(await desktop.closed).toBe(CLOSE.revoked);
    await expect(connectDesktop(another.url, token)).rejects.toThrow('401');
    expect(await node.devices.list('acme')).toEqual([]);
  });

  it('is seen by the admin: on line, and how far it has come', async () => {
    const desktop = await connectDesktop(node.url, await node.token('101'), { after: 0 });
    const boss = await connectDesktop(node.url, await node.token('100', 'admin'), { after: 0 });
    await publish('101', 1);
    await vi.waitFor(() => expect(desktop.events).toHaveLength(1), within);
    const seq = desktop.events[0]?.seq ?? -1;
    desktop.say({ type: 'ack', seq });
    expect((await desktop.ask('presence.set', { state: 'away' })).ok).toBe(true);
    desktop.close();
    await desktop.closed;
    await vi.waitFor(async () => {
      const reply = await boss.ask('admin.devices', null);
      const listed = reply.ok ? (reply.value as { extension: string; acked: number | null }[]) : [];
      expect(listed.find(({ extension }) => extension === '101')).toMatchObject({ acked: seq });
    }, within);
  });
});

it('tells a change of the team, and answers asks', async () => {
  const ana = await connectDesktop(node.url, await node.token('101'), { after: 0 });
  const settings = { ...(await node.team.settings('acme')), rules: { ...DEFAULT_RULES, remindMissed: false } };
  await node.team.save('acme', settings);
  await vi.waitFor(() => expect(ana.team.at(-1)?.team.rules.remindMissed).toBe(false), within);
  expect(await ana.ask('lease.take', { job: 'contact:in_1', ms: 20_000 })).toMatchObject({
    value: { state: 'granted' },
  });
  expect(await ana.ask('admin.devices', null)).toMatchObject({ ok: false, code: 'team.not-allowed' });
  const many = await Promise.all(upTo(100).map(() => ana.ask('presence.list', null)));
  expect(many.some((reply) => !reply.ok && reply.code === 'ask.too-many')).toBe(true);
  expect(await ana.ask('presence.list', null)).toBeDefined();
});

it('a thousand desktops get theirs and nothing else', async () => {
  const extensions = upTo(1_000).map((number) => String(1_000 + number));
  const desktops: TestDesktop[] = [];
  const memory = await startDeliveryNode(createMemoryStore());
  closing.push(() => memory.close());
  // Four at once: with more than five the relay would take it for guessing.
  for (let start = 0; start < extensions.length; start += 4) {
    const some = extensions.slice(start, start + 4);
    const connecting = some.map(async (one) => connectDesktop(memory.url, await memory.token(one), { after: 0 }));
    desktops.push(...(await Promise.all(connecting)));
  }
  expect(memory.delivery.counts()).toEqual({ desktops: 1_000, waiting: 0, behind: 0 });
  for (let round = 0; round < 5; round++) {
    await Promise.all(
      extensions.map((extension, index) => memory.intake.publish(TENANT.id, [extension], eventOf(index * 10 + round))),
    );
  }
  await vi.waitFor(() => expect(desktops.every(({ events }) => events.length === 5)).toBe(true), within);
  for (const [index, desktop] of desktops.entries()) {
    expect(numbers(desktop)).toEqual(upTo(5).map((round) => index * 10 + round));
  }
  // A node that stops says so to each.
  const codes = Promise.all(desktops.map(({ closed }) => closed));
  await memory.delivery.close();
  expect(new Set(await codes)).toEqual(new Set([1001]));
});

describe('a hostile client', () => {
  let good: TestDesktop;
  beforeEach(async () => {
    good = await connectDesktop(node.url, await node.token('199'), { after: 0 });
  });
  afterEach(async () => {
    // Whatever it did, others are served.
    await publish('199', 1);
    await vi.waitFor(() => expect(numbers(good)).toEqual([1]), within);
    expect(node.errors).toEqual([]);
  });

  it.each([
    ['garbage', 'no json', CLOSE.badMessage],
    ['a message of another shape', '{"type":"resume","after":"all"}', CLOSE.badMessage],
    ['a list', '[]', CLOSE.badMessage],
    ['bytes', Buffer.from([0, 1, 2]), CLOSE.badMessage],
    ['a message that is too long', `{"type":"ping","x":"${'x'.repeat(200_000)}"}`, 1009],
  ])('that sends %s is closed', async (_what, data, code) => {
    const bad = await connectDesktop(node.url, await node.token('101'), { after: 0 });
    bad.raw(data);
    expect(await bad.closed).toBe(code);
  });

  it('that resumes twice, or sends without end, is closed', async () => {
    const twice = await connectDesktop(node.url, await node.token('101'), { after: 0 });
    twice.say({ type: 'resume', after: 0 });
    expect(await twice.closed).toBe(CLOSE.badMessage);
    const flood = await connectDesktop(node.url, await node.token('102'), { after: 0 });
    for (const seq of upTo(1_000)) flood.say({ type: 'ack', seq });
    expect(await flood.closed).toBe(CLOSE.badMessage);
  });

  it('of a newer version is understood as far as it goes', async () => {
    const newer = await connectDesktop(node.url, await node.token('101'), { after: 0 });
    newer.raw('{"type":"hologram","size":7}');
    expect((await newer.ask('presence.set', { state: 'free' })).ok).toBe(true);
  });

  it('without a token, with a wrong one or at another path is refused', async () => {
    await expect(connectDesktop(node.url, 'none')).rejects.toThrow('401');
    await expect(connectDesktop(node.url, `mdt_${'A'.repeat(43)}`)).rejects.toThrow('401');
    await expect(connectDesktop(`${node.url}/other`, await node.token('101'))).rejects.toThrow('404');
  });

  it.each([
    ['half a frame', Buffer.from([0x81, 0xfe])],
    ['frames that break the protocol', Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a frame that claims to be enormous', Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ])('that sends %s and hangs up leaves nothing behind', async (_what, bytes) => {
    const { hostname, port } = new URL(node.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /desktop HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\nAuthorization: Bearer ${await node.token('101')}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    expect(node.delivery.counts().desktops).toBe(2);
    socket.end(bytes);
    socket.on('error', () => {});
    await vi.waitFor(() => expect(node.delivery.counts().desktops).toBe(1), within);
    socket.destroy();
  });
});
