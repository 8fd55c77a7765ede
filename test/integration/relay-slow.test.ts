// SPDX-License-Identifier: MIT
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedRelay } from '../../src-main/events/embedded-relay.ts';
import { startEmbeddedRelay } from '../../src-main/events/embedded-relay.ts';

let relay: EmbeddedRelay;

beforeAll(async () => {
  relay = await startEmbeddedRelay({
    port: 0,
    path: '/megacall',
    secret: async () => 'appsecret_test_0001',
    sources: () => ['127.0.0.0/8'],
    onNotification: async () => null,
    log: { info() {}, warn() {}, error() {} },
  });
});

afterAll(() => relay.close());

/** Sends this much of a request and no more; answers with what the relay says before it hangs up. */
function sendAndStall(start: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(relay.port, '127.0.0.1', () => socket.write(start));
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
  });
}

it.concurrent.each([
  ['headers that never end', 'POST /megacall HTTP/1.1\r\nHost: x\r\nX-A: '],
  ['a body that never ends', 'POST /megacall HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nevent='],
])('hangs up on %s', async (_what, start) => {
  expect(await sendAndStall(start)).toMatch(/^HTTP\/1\.1 408 /);
});

it('refuses headers larger than it wants to hold', async () => {
  const answer = await sendAndStall(`GET /megacall HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
});
