// SPDX-License-Identifier: MIT
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CLOSE } from '../../src-shared/relay/protocol.ts';
import { type DeliveryNode, startDeliveryNode, TENANT } from '../relay/delivery-node.ts';
import { eventOf, numberIn, type Place, sqlite } from '../relay/delivery-places.ts';
import { connectDesktop, type TestDesktop } from '../relay/desktop.ts';

let place: Place;
let node: DeliveryNode;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const within = { timeout: 30_000, interval: 20 };

describe('a hostile client', () => {
  let good: TestDesktop;
  beforeEach(async () => {
    place = await sqlite();
    node = await startDeliveryNode(await place.openForNode());
    good = await connectDesktop(node.url, await node.token('199'), { after: 0 });
  });
  afterEach(async () => {
    // Whatever it did, others are served.
    await node.intake.publish(TENANT.id, ['199'], eventOf(1));
    await vi.waitFor(() => expect(good.events.map(({ event }) => numberIn(event))).toEqual([1]), within);
    expect(node.errors).toEqual([]);
    await node.close();
    await place.remove();
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
