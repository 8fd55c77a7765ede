// SPDX-License-Identifier: MIT
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Wire } from './pump.ts';

const TEXT = { binary: false } as const;

/** Frames to a desktop. On a socket that is closing they are dropped, and count as flushed. */
export function wireOf(ws: WebSocket, socket: Duplex): Wire {
  const send = (frame: Buffer, flushed?: () => void): void => {
    if (ws.readyState === ws.OPEN) ws.send(frame, TEXT, flushed);
    else flushed?.();
  };
  return {
    send,
    sendAll(frames, flushed) {
      if (frames.length === 0) return flushed();
      // One write for all of them.
      socket.cork();
      frames.forEach((frame, index) => {
        send(frame, index === frames.length - 1 ? flushed : undefined);
      });
      socket.uncork();
    },
    buffered: () => ws.bufferedAmount,
  };
}
