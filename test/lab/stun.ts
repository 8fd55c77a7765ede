// SPDX-License-Identifier: MIT
import { createSocket } from 'node:dgram';

export type SilentStun = { readonly url: string; requests(): number; stop(): Promise<void> };

/** A STUN server that hears everything and answers nothing: what a firewall makes of a real one. */
export async function startSilentStun(): Promise<SilentStun> {
  const socket = createSocket('udp4');
  let requests = 0;
  socket.on('message', () => {
    requests += 1;
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    url: `stun:127.0.0.1:${socket.address().port}`,
    requests: () => requests,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
