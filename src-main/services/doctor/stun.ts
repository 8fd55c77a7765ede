// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { type Finding, failed, ok } from './steps.ts';

const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_RESPONSE = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const MAPPED_ADDRESS = 0x0001;
const DEFAULT_PORT = 3478;
const SEND_AT_MS = [0, 500, 1_500, 3_000];
const ANSWER_MS = 5_000;
const LOOKUP_MS = 4_000;

/** One STUN binding request by UDP (RFC 8489), sent again as UDP may lose it. */
export async function checkStun(url: string, signal: AbortSignal): Promise<Finding> {
  const match = /^stun:(?:\[([0-9a-f:.]+)\]|([^:?[\]/\s]+))(?::(\d{1,5}))?(?:\?transport=udp)?$/i.exec(url);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (host === undefined || port < 1 || port > 65_535) return failed('bad-address');
  const late = AbortSignal.timeout(LOOKUP_MS);
  const found = await Promise.race([
    lookup(host).catch(() => null),
    new Promise<null>((resolve) => late.addEventListener('abort', () => resolve(null))),
  ]);
  if (found === null) return failed('not-found');
  const socket = createSocket(found.family === 6 ? 'udp6' : 'udp4');
  const timers: NodeJS.Timeout[] = [];
  try {
    return await ask(socket, { address: found.address, port }, timers, signal);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  }
}

function ask(
  socket: Socket,
  to: { readonly address: string; readonly port: number },
  timers: NodeJS.Timeout[],
  signal: AbortSignal,
): Promise<Finding> {
  const id = randomBytes(12);
  const request = Buffer.alloc(20);
  request.writeUInt16BE(BINDING_REQUEST, 0);
  request.writeUInt32BE(COOKIE, 4);
  id.copy(request, 8);
  return new Promise((resolve) => {
    let garbage = false;
    const none = () => resolve(failed(garbage ? 'bad-answer' : 'no-answer'));
    socket.on('message', (message) => {
      const mapped = mappedAddress(message, id);
      if (mapped === null) garbage = true;
      else resolve(ok('ok', mapped));
    });
    // E.g. "port unreachable": as good as no answer.
    socket.on('error', none);
    signal.addEventListener('abort', none, { once: true });
    for (const at of SEND_AT_MS) {
      timers.push(setTimeout(() => socket.send(request, to.port, to.address, () => {}), at));
    }
    timers.push(setTimeout(none, ANSWER_MS));
  });
}

/** `address:port` as the server sees us; null when the message is no success for our request. */
export function mappedAddress(message: Buffer, id: Buffer): string | null {
  if (message.length < 20 || message.readUInt16BE(0) !== BINDING_RESPONSE) return null;
  if (message.readUInt32BE(4) !== COOKIE || !message.subarray(8, 20).equals(id)) return null;
  const end = Math.min(message.length, 20 + message.readUInt16BE(2));
  for (let at = 20; at + 4 <= end; ) {
    const [type, length] = [message.readUInt16BE(at), message.readUInt16BE(at + 2)];
    const value = message.subarray(at + 4, Math.min(end, at + 4 + length));
    if (type === XOR_MAPPED_ADDRESS || type === MAPPED_ADDRESS) {
      const address = addressOf(value, type === XOR_MAPPED_ADDRESS ? message.subarray(4, 20) : Buffer.alloc(16));
      if (address !== null) return address;
    }
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return null;
}

/** @param mask cookie and transaction id, or zeros. */
function addressOf(value: Buffer, mask: Buffer): string | null {
  const size = value[1] === 1 ? 4 : value[1] === 2 ? 16 : 0;
  if (size === 0 || value.length < 4 + size) return null;
  const port = value.readUInt16BE(2) ^ mask.readUInt16BE(0);
  const bytes = [...value.subarray(4, 4 + size)].map((byte, index) => byte ^ (mask[index] ?? 0));
  if (size === 4) return `${bytes.join('.')}:${port}`;
  const groups = Array.from({ length: 8 }, (_, n) =>
    (((bytes[2 * n] ?? 0) << 8) | (bytes[2 * n + 1] ?? 0)).toString(16),
  );
  return `[${groups.join(':')}]:${port}`;
}
