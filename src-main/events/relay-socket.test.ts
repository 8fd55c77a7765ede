// SPDX-License-Identifier: MIT
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { silentLog } from '../../test/fakes.ts';
import { openRelaySocket } from './relay-socket.ts';

/** A relay that does as it is told, on this computer. */
let server: Server;
let sockets: WebSocketServer;
let status: number | null;
beforeEach(async () => {
  status = null;
  sockets = new WebSocketServer({ noServer: true });
  server = createServer();
  server.on('upgrade', (request, socket, head) => {
    if (status === null)
      return sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
    socket.end(`HTTP/1.1 ${status} No\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n`);
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const ws of sockets.clients) ws.terminate();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function open() {
  const told: unknown[] = [];
  const socket = openRelaySocket({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/desktop`,
    ...{ token: 'the-token', ca: [], log: silentLog },
    onOpen: () => void told.push('open'),
    onMessage: (message) => void told.push(message),
    onClose: (end) => void told.push(end),
  });
  return { socket, told };
}
const connection = async (): Promise<WebSocket> => ((await once(sockets, 'connection')) as [WebSocket])[0];

test('shows its token, hears what is checked, and tells the end once', async () => {
  const asked = once(sockets, 'connection');
  const { socket, told } = open();
  const [ws, request] = (await asked) as [WebSocket, { url: string; headers: Record<string, string> }];
  expect([request.url, request.headers.authorization]).toEqual(['/desktop', 'Bearer the-token']);
  await expect.poll(() => told).toEqual(['open']);
  const heard = once(ws, 'message');
  socket.send({ type: 'resume', after: 5 });
  expect(JSON.parse(String((await heard)[0]))).toEqual({ type: 'resume', after: 5 });
  ws.send('{"type":"tomorrow"}');
  ws.send('{"type":"pong","more":1}');
  await expect.poll(() => told.at(-1)).toEqual({ type: 'pong' });
  ws.close(4401);
  await expect.poll(() => told.at(-1)).toEqual({ code: 4401, opened: true });
  socket.close();
  expect(told).toHaveLength(3);
});

test.each([
  ['no JSON', 'hello'],
  ['no message', '{"type":"event","seq":-1}'],
  ['a binary frame', Buffer.from([1, 2])],
])('%s ends the connection', async (_what, frame) => {
  const accepted = connection();
  const { told } = open();
  const ws = await accepted;
  const closed = once(ws, 'close');
  ws.send(frame);
  ws.send('{"type":"pong"}');
  await expect.poll(() => told.at(-1)).toEqual({ code: 1008, opened: true });
  await closed;
  expect(told).toHaveLength(2);
});

test('a frame too large for any relay ends the connection', async () => {
  const accepted = connection();
  const { told } = open();
  (await accepted).send('x'.repeat(9 * 1024 * 1024));
  await expect.poll(() => told.at(-1), { timeout: 5000 }).toMatchObject({ opened: true });
  expect(told).toHaveLength(2);
});

test.each([401, 404, 503, 302])('status %i of the opening is told, and no other place is gone to', async (code) => {
  status = code;
  const { told } = open();
  await expect.poll(() => told).toEqual([{ code, opened: false }]);
});

test('a relay that has gone silent is noticed; one that answers is not', async () => {
  const accepted = connection();
  const { socket, told } = open();
  const ws = await accepted;
  const pings = vi.fn();
  ws.on('message', () => {
    pings();
    if (pings.mock.calls.length === 1) ws.send('{"type":"pong"}');
  });
  await expect.poll(() => told).toEqual(['open']);
  socket.probe(5_000);
  await expect.poll(() => told.at(-1)).toEqual({ type: 'pong' });
  socket.probe(20);
  await expect.poll(() => told.at(-1)).toEqual({ code: 0, opened: true });
});

test('held back, it hears nothing until it may go on, and is not taken for silent', async () => {
  const accepted = connection();
  const { socket, told } = open();
  const ws = await accepted;
  await expect.poll(() => told).toEqual(['open']);
  socket.hold(true);
  socket.probe(1);
  ws.send('{"type":"pong"}');
  await new Promise((resolve) => ws.ping('', false, () => setTimeout(resolve, 50)));
  expect(told).toEqual(['open']);
  socket.hold(false);
  await expect.poll(() => told.at(-1)).toEqual({ type: 'pong' });
  socket.close();
});
