// SPDX-License-Identifier: MIT
import { createSocket } from 'node:dgram';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkStun, mappedAddress } from './stun.ts';

const never = new AbortController().signal;

/** A server that answers each request with what `answer` makes of it. */
async function serve(answer: (request: Buffer) => Buffer): Promise<{ url: string; stop(): void }> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => socket.send(answer(message), from.port, from.address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { url: `stun:127.0.0.1:${socket.address().port}`, stop: () => socket.close() };
}

/** RFC 5769 section 2.2: 192.0.2.1 port 32853, and the same in IPv6. */
function success(request: Buffer, attribute: string): Buffer {
  const value = Buffer.from(attribute, 'hex');
  const head = Buffer.from(request.subarray(0, 20));
  head.writeUInt16BE(0x0101, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

test('tells the address the server saw', async () => {
  const server = await serve((request) => success(request, '8022000474657374002000080001a147e112a643'));
  await expect(checkStun(server.url, never)).resolves.toEqual({ state: 'ok', advice: 'ok', detail: '192.0.2.1:32853' });
  server.stop();
});

test('something else on the port is told apart from silence', async () => {
  const server = await serve(() => Buffer.from('HTTP/1.1 400 Bad Request'));
  await expect(checkStun(server.url, AbortSignal.timeout(300))).resolves.toMatchObject({ advice: 'bad-answer' });
  server.stop();
  const silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  const url = `stun:127.0.0.1:${silent.address().port}`;
  await expect(checkStun(url, AbortSignal.timeout(300))).resolves.toMatchObject({ advice: 'no-answer' });
  silent.close();
});

test('only STUN addresses are asked', async () => {
  for (const url of ['', 'turn:x', 'stun:', 'stun:a:b', 'stun:127.0.0.1:99999', 'http://x', 'stun:a b']) {
    await expect(checkStun(url, never)).resolves.toMatchObject({ state: 'failed', advice: 'bad-address' });
  }
});

test('reads no message of an unknown shape, and none that is not for us', () => {
  const id = Buffer.alloc(12, 7);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      const head = Buffer.from('010100602112a442070707070707070707070707', 'hex');
      const read = mappedAddress(Buffer.concat([head, bytes]), id);
      expect(read === null || /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$/.test(read)).toBe(true);
      expect(mappedAddress(Buffer.from(bytes), id)).toBeNull();
    }),
  );
});
