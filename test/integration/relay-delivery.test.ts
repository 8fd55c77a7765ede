// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CLOSE, markOf } from '../../src-shared/relay/protocol.ts';
import { DEFAULT_RULES } from '../../src-shared/rules/team.ts';
import { type DeliveryNode, startDeliveryNode, TENANT } from '../relay/delivery-node.ts';
import { eventOf, numberIn, type Place, STORES, sqlite } from '../relay/delivery-places.ts';
import { connectDesktop, type TestDesktop } from '../relay/desktop.ts';
import { createMemoryStore } from '../relay/memory-store.ts';

let place: Place;
let node: DeliveryNode;
const nodes: DeliveryNode[] = [];

async function startNode(probeMs?: number): Promise<DeliveryNode> {
  const started = await startDeliveryNode(await place.openForNode(), probeMs);
  nodes.push(started);
  return started;
}

/** For the tests of one `describe`: a store and a first node for each. */
function onStore(makePlace: () => Promise<Place>): void {
  beforeEach(async () => {
    place = await makePlace();
    node = await startNode();
  });
  afterEach(async () => {
    for (const one of nodes.splice(0)) await one.close();
    await place.remove();
  });
}

const publish = (extension: string, number: number, size?: number) =>
  node.intake.publish(TENANT.id, [extension], eventOf(number, size));
const numbers = ({ events }: Pick<TestDesktop, 'events'>) => events.map(({ event }) => numberIn(event));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const within = { timeout: 30_000, interval: 20 };

describe.each(STORES)('a desktop, on %s,', (_name, makePlace) => {
  onStore(makePlace);

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

  it('that knew another event in the place of its last one gets all there is; else it goes on there', async () => {
    const token = await node.token('101');
    const first = await connectDesktop(node.url, token, { after: 0 });
    for (const number of upTo(6)) await publish(number === 4 ? '102' : '101', number);
    await vi.waitFor(() => expect(numbers(first)).toEqual([0, 1, 2, 3, 5]), within);
    const had = first.events[2];
    const [after, hash] = [had?.seq ?? 0, had?.event.hash ?? ''];
    const same = await connectDesktop(node.url, token, { after, mark: markOf(hash) });
    await vi.waitFor(() => expect(numbers(same)).toEqual([3, 5]), within);
    const other = await connectDesktop(node.url, token, { after, mark: '0123456789ab' });
    await vi.waitFor(() => expect(numbers(other)).toEqual([0, 1, 2, 3, 5]), within);
    const last = first.events.at(-1);
    const all = { after: last?.seq ?? 0, mark: markOf(last?.event.hash ?? '') };
    const upToDate = await connectDesktop(node.url, token, all);
    await publish('101', 6);
    await vi.waitFor(() => expect(numbers(upToDate)).toEqual([6]), within);
  });

  it('killed again and again in the middle of events has each of them once in the end', async () => {
    const token = await node.token('101');
    const another = await startNode();
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
    const watchful = await startNode(1_000);
    const dead = await connectDesktop(watchful.url, await node.token('101'), { after: 0, autoPong: false });
    const alive = await connectDesktop(watchful.url, await node.token('102'), { after: 0 });
    expect(await dead.closed).toBe(1006);
    expect(watchful.delivery.counts().desktops).toBe(1);
    expect((await alive.ask('presence.set', { state: 'free' })).ok).toBe(true);
    await vi.waitFor(async () => expect(await node.presence.of('acme', '101')).toBe('offline'), within);
  });
});

describe.each(STORES)('a device, on %s,', (_name, makePlace) => {
  onStore(makePlace);

  it('that connects again replaces itself, at the same node and at another', async () => {
    const watchful = await startNode(1_000);
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
    const another = await startNode();
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

describe('a node', () => {
  onStore(sqlite);

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
    nodes.push(memory);
    // Four at once: with more than five the relay would take it for guessing.
    for (let start = 0; start < extensions.length; start += 4) {
      const some = extensions.slice(start, start + 4);
      const connecting = some.map(async (one) => connectDesktop(memory.url, await memory.token(one), { after: 0 }));
      desktops.push(...(await Promise.all(connecting)));
    }
    expect(memory.delivery.counts()).toEqual({ desktops: 1_000, waiting: 0, behind: 0 });
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        extensions.map((extension, index) =>
          memory.intake.publish(TENANT.id, [extension], eventOf(index * 10 + round)),
        ),
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
});
