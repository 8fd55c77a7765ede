// SPDX-License-Identifier: MIT
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Role } from '../../src-shared/relay/protocol.ts';

/** The bearer token of a request; null when there is none. */
export function tokenOf(request: IncomingMessage): string | null {
  return /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** Whether a request is for the desktops' WebSocket. */
export function isForDesktops(request: IncomingMessage): boolean {
  return (request.url ?? '').split('?')[0] === '/desktop';
}

/** Answers an upgrade with a plain HTTP status and hangs up. */
export function refuse(socket: Duplex, status: 401 | 404 | 503): void {
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n${status === 503 ? 'Retry-After: 5\r\n' : ''}\r\n`,
  );
}

const LIMITS: ServerOptions = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  closeTimeout: 5_000,
  maxFragments: 128,
  maxBufferedChunks: 8_192,
  maxPendingAutoPongs: 16,
} as ServerOptions;
/** A directory's two hundred entries, and the admin's CSV. */
const MOST_BYTES: Readonly<Record<Role, number>> = {
  agent: 128 * 1024,
  supervisor: 128 * 1024,
  admin: 2 * 1024 * 1024,
};

export type Upgrade = (
  role: Role,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  opened: (ws: WebSocket) => void,
) => void;

/** Makes WebSockets of requests; how much a message may hold depends on who sends it. */
export function createUpgrade(): Upgrade {
  const servers = new Map<number, WebSocketServer>();
  return (role, request, socket, head, opened) => {
    const maxPayload = MOST_BYTES[role];
    const server = servers.get(maxPayload) ?? new WebSocketServer({ ...LIMITS, maxPayload });
    servers.set(maxPayload, server);
    server.handleUpgrade(request, socket, head, (ws) => opened(ws));
  };
}
