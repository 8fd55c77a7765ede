// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './sources.ts';

export type ConnectionLimits = {
  /** Connections of all kinds, desktops among them. */
  readonly max: number;
  /** Connections of one address (of IPv6: one /64) whose request is not complete. */
  readonly perAddress: number;
  /** Addresses not counted: the PBX, our proxies. They are also the last to be closed when there is no room. */
  readonly isKnown: (address: string) => boolean;
};

export type Connections = {
  /**
   * The body of a request has come in whole, or the socket has become something else than HTTP (a desktop's): it is not
   * idle any more. To be told, because a listener of our own for the end of each body keeps what each request leaves
   * behind for so long that collecting it holds up everything.
   */
  spoken(socket: Peer): void;
  counts(): { readonly open: number; readonly unfinished: number; readonly dropped: number };
};

/** What names a connection, of the TCP socket and of the TLS socket above it alike. */
type Peer = { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined };

/**
 * Keeps strangers who open connections and say nothing from shutting out the PBX. A connection is unfinished until a
 * request has come in whole, and again while it waits for the next. Beyond the limits the one that has been so for the
 * longest is closed, of the same address or of all, so that whoever speaks at once always gets in. How long one may
 * take is the server's to limit (`headersTimeout`, `requestTimeout`).
 */
export function guardConnections(server: Server, limits: ConnectionLimits): Connections {
  const open = new Map<string, Socket>();
  /** Oldest first, by kind and by address: the next to be closed is the first. */
  const unfinished = { strangers: new Set<string>(), known: new Set<string>() };
  const byAddress = new Map<string, Set<string>>();
  let dropped = 0;

  const drop = (key: string): void => {
    dropped++;
    open.get(key)?.destroy();
    forget(key);
  };

  const begin = (key: string): void => {
    const address = addressOf(key);
    if (limits.isKnown(address)) {
      unfinished.known.add(key);
      return;
    }
    unfinished.strangers.add(key);
    const network = networkOf(address);
    const own = byAddress.get(network) ?? new Set();
    byAddress.set(network, own.add(key));
    if (own.size > limits.perAddress) drop(first(own) ?? key);
  };

  const end = (key: string): void => {
    if (unfinished.known.delete(key) || !unfinished.strangers.delete(key)) return;
    const network = networkOf(addressOf(key));
    const own = byAddress.get(network);
    own?.delete(key);
    if (own?.size === 0) byAddress.delete(network);
  };

  const forget = (key: string): void => {
    open.delete(key);
    end(key);
  };

  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    open.set(key, socket);
    socket.once('close', () => {
      if (open.get(key) === socket) forget(key);
    });
    begin(key);
    if (open.size > limits.max) drop(first(unfinished.strangers) ?? first(unfinished.known) ?? key);
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const key = keyOf(request.socket);
    if (!hasBody(request)) end(key);
    response.once('close', () => {
      end(key); // a body that nobody read
      if (open.has(key)) begin(key);
    });
  });

  return {
    spoken: (socket) => end(keyOf(socket)),
    counts: () => ({ open: open.size, unfinished: unfinished.strangers.size + unfinished.known.size, dropped }),
  };
}

/** Files a process keeps open beside its connections: database, logs, the PBX's API. */
const RESERVED_FILES = 200;

/**
 * The most connections this process can hold: `wanted`, or less when the system allows fewer open files (Linux; Node
 * has raised the soft limit to the hard one at its start).
 */
export function possibleConnections(wanted: number, limitsFile = '/proc/self/limits'): number {
  let text: string;
  try {
    text = readFileSync(limitsFile, 'utf8');
  } catch {
    return wanted;
  }
  const files = Number(/^Max open files +(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
  return Math.max(10, Math.min(wanted, files - RESERVED_FILES));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function keyOf({ remoteAddress, remotePort }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}

function addressOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

function first(keys: ReadonlySet<string>): string | undefined {
  return keys.values().next().value;
}
