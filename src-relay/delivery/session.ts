// SPDX-License-Identifier: MIT
import type { WebSocket } from 'ws';
import { CLOSE, type FromRelay } from '../../src-shared/relay/protocol.ts';
import { type DesktopMessage, readDesktopMessage } from '../../src-shared/relay/protocol-schemas.ts';
import type { Caller } from '../parts.ts';
import type { Rpc } from '../rpc.ts';
import type { Pump } from './pump.ts';
import type { Rate } from './rate.ts';

/** One desktop's connection. */
export type Session = {
  readonly caller: Caller;
  /** Tells this connection from every other one of the device, at any node. */
  readonly connection: string;
  /** The store knew of it when it began. */
  readonly isMarked: boolean;
  readonly pump: Pump;
  /** Newest sequence the desktop has committed; null before it said so. */
  acked(): number | null;
  send(message: FromRelay): void;
  close(code: number): void;
  /** Asks whether the other side is there; false when it has not said anything since it was last asked. */
  probe(): boolean;
  terminate(): void;
};

export type SessionOptions = {
  readonly ws: WebSocket;
  readonly caller: Caller;
  readonly connection: string;
  readonly isMarked: boolean;
  readonly pump: Pump;
  readonly rpc: Rpc;
  /** Messages of a device before it is closed, and asks before it is told to wait. */
  readonly messages: Rate;
  readonly asks: Rate;
};

const MOST_ASKS_AT_ONCE = 8;
/** A desktop that asks and does not read the answers is closed. */
const MOST_UNREAD = 4 * 1024 * 1024;
const TEXT = { binary: false } as const;

/** Listens to a desktop. Whatever it sends, the worst that happens is that it is closed. */
export function createSession(options: SessionOptions): Session {
  const { ws, caller, connection, isMarked, pump, rpc, messages, asks } = options;
  let isHeard = true;
  let isResumed = false;
  let acked: number | null = null;
  let asking = 0;

  ws.on('message', (data, isBinary) => {
    isHeard = true;
    if (isBinary) return close(CLOSE.badMessage);
    let message: DesktopMessage | null;
    try {
      message = readDesktopMessage(data.toString());
    } catch {
      return close(CLOSE.badMessage);
    }
    // What was sent may be acknowledged one by one; everything else is counted.
    if (message?.type === 'ack' && message.seq > (acked ?? 0) && message.seq <= pump.sent()) acked = message.seq;
    else if (!messages.take(caller.device)) close(CLOSE.badMessage);
    else if (message !== null) take(message);
  });
  ws.on('ping', () => messages.take(caller.device) || close(CLOSE.badMessage));
  ws.on('pong', () => {
    isHeard = true;
  });

  /** An `ack` that comes here is of something this connection has not sent, and says nothing. */
  function take(message: DesktopMessage): void {
    if (message.type === 'ping') send({ type: 'pong' });
    if (message.type === 'ask') void ask(message.id, message.method, message.params);
    if (message.type !== 'resume') return;
    if (isResumed) close(CLOSE.badMessage);
    else pump.start(message.after, message.mark ?? null);
    isResumed = true;
  }

  async function ask(id: number, method: string, params: unknown): Promise<void> {
    if (asking >= MOST_ASKS_AT_ONCE || !asks.take(caller.device)) {
      return send({ type: 'reply', id, ok: false, code: 'ask.too-many', message: 'ask again in a moment' });
    }
    asking++;
    const reply = await rpc(caller, method, params);
    asking--;
    send({ type: 'reply', id, ...reply });
  }

  function send(message: FromRelay): void {
    if (ws.readyState !== ws.OPEN) return;
    if (ws.bufferedAmount > MOST_UNREAD) close(CLOSE.slow);
    else ws.send(JSON.stringify(message), TEXT);
  }

  /** Nothing is taken from it and nothing is pushed to it any more. */
  function close(code: number): void {
    pump.stop();
    ws.removeAllListeners('message');
    ws.close(code);
  }

  return {
    caller,
    connection,
    isMarked,
    pump,
    acked: () => acked,
    send,
    close,
    probe() {
      const wasHeard = isHeard;
      isHeard = false;
      if (ws.readyState === ws.OPEN) ws.ping();
      return wasHeard;
    },
    terminate: () => ws.terminate(),
  };
}
