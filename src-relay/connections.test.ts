// SPDX-License-Identifier: MIT
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { type Connections, guardConnections, possibleConnections } from './connections.ts';

let server: Server;
let guard: Connections;
const sockets: Socket[] = [];

afterEach(async () => {
  if (!server.listening) return;
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

type Stand = { max?: number; perAddress?: number; known?: string; slow?: boolean };

/** A server that says hello once the request is complete; a slow one never gets to it. */
async function listen({ max = 100, perAddress = 100, known = '', slow = false }: Stand): Promise<number> {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      guard.spoken(request.socket);
      if (!slow) response.end('hello');
    });
  });
  guard = guardConnections(server, { max, perAddress, isKnown: (address) => address === known });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return (server.address() as AddressInfo).port;
}

/** A connection from one of loopback's addresses that says `text` and then no more; `ended` once the server hung up. */
async function open(port: number, from: string, text = '') {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  sockets.push(socket);
  const state = { socket, ended: false, heard: '' };
  socket.on('data', (data) => {
    state.heard += data.toString();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    state.ended = true;
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  if (text !== '') socket.write(text);
  return state;
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const HALF = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc';

it('closes the oldest unfinished connection of an address that has too many', async () => {
  const port = await listen({ perAddress: 3 });
  const other = await open(port, '127.0.0.9');
  const many: Awaited<ReturnType<typeof open>>[] = [];
  for (let i = 0; i < 5; i++) many.push(await open(port, '127.0.0.2', i === 1 ? HALF : ''));
  await vi.waitFor(() => expect(many.map(({ ended }) => ended)).toEqual([true, true, false, false, false]));
  expect(other.ended).toBe(false);
  expect(guard.counts()).toEqual({ open: 4, unfinished: 4, dropped: 2 });
});

it('does not count the PBX, nor requests that are complete', async () => {
  const port = await listen({ perAddress: 1, known: '127.0.0.3', slow: true });
  const known = [await open(port, '127.0.0.3'), await open(port, '127.0.0.3')];
  const busy = [];
  for (let i = 1; i <= 3; i++) {
    busy.push(await open(port, '127.0.0.2', GET));
    await vi.waitFor(() => expect(guard.counts()).toEqual({ open: 2 + i, unfinished: 2, dropped: 0 }));
  }
  expect([...known, ...busy].some(({ ended }) => ended)).toBe(false);
});

it('makes room by closing the oldest stranger who says nothing, and only then one of the PBX', async () => {
  const port = await listen({ max: 3, known: '127.0.0.3' });
  const pbx = await open(port, '127.0.0.3');
  const strangers = [await open(port, '127.0.0.4'), await open(port, '127.0.0.5')];
  const next = await open(port, '127.0.0.6');
  await vi.waitFor(() => expect(strangers[0]?.ended).toBe(true));
  const more = [await open(port, '127.0.0.3'), await open(port, '127.0.0.3')];
  await vi.waitFor(() => expect([strangers[1]?.ended, next.ended]).toEqual([true, true]));
  expect([pbx, ...more].some(({ ended }) => ended)).toBe(false);
  const last = await open(port, '127.0.0.3', GET);
  await vi.waitFor(() => expect([pbx.ended, last.heard.endsWith('hello')]).toEqual([true, true]));
  expect(guard.counts().open).toBe(3);
});

it('answers whoever speaks at once while strangers hold all the room there is', async () => {
  const port = await listen({ max: 20, perAddress: 5 });
  for (let i = 0; i < 60; i++) await open(port, `127.0.1.${(i % 30) + 1}`);
  for (let i = 0; i < 5; i++) {
    const caller = await open(port, '127.0.0.7', GET);
    await vi.waitFor(() => expect(caller.heard).toContain('hello'));
  }
  expect(guard.counts().open).toBeLessThanOrEqual(20);
});

it('counts a kept connection again between its requests, as the newest', async () => {
  const port = await listen({ max: 2 });
  const kept = await open(port, '127.0.0.2', GET);
  await vi.waitFor(() => expect(kept.heard).toContain('hello'));
  const silent = await open(port, '127.0.0.3');
  kept.socket.write(GET);
  await vi.waitFor(() => expect(kept.heard.match(/hello/g)).toHaveLength(2));
  await open(port, '127.0.0.4');
  await vi.waitFor(() => expect([silent.ended, kept.ended]).toEqual([true, false]));
});

it('forgets connections that are gone', async () => {
  const port = await listen({});
  const one = await open(port, '127.0.0.2', HALF);
  const two = await open(port, '127.0.0.2', GET);
  await vi.waitFor(() => expect(two.heard).toContain('hello'));
  one.socket.destroy();
  two.socket.destroy();
  await vi.waitFor(() => expect(guard.counts()).toEqual({ open: 0, unfinished: 0, dropped: 0 }));
});

it('leaves a desktop alone once its socket is one', async () => {
  const port = await listen({ max: 2 });
  server.on('upgrade', (request, socket) => {
    guard.spoken(request.socket);
    socket.resume().once('end', () => socket.end());
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  const desktop = await open(
    port,
    '127.0.0.2',
    GET.replace('\r\n\r\n', '\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  );
  await vi.waitFor(() => expect(desktop.heard).toContain('101'));
  const strangers = [await open(port, '127.0.0.4'), await open(port, '127.0.0.5')];
  await vi.waitFor(() => expect(strangers[0]?.ended).toBe(true));
  expect(desktop.ended).toBe(false);
});

it('wants no more connections than the system has files for', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'limits-')), 'limits');
  writeFileSync(file, 'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024         4096      files\n');
  expect(possibleConnections(20_000, file)).toBe(824);
  expect(possibleConnections(500, file)).toBe(500);
  writeFileSync(file, 'Max open files            unlimited         unlimited      files\n');
  expect(possibleConnections(20_000, file)).toBe(20_000);
  expect(possibleConnections(20_000, join(file, 'none'))).toBe(20_000);
});
