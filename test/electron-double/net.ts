// SPDX-License-Identifier: MIT
import { openAsBlob } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guard } from './guard.ts';
import { mapServer } from './protocol.ts';

export const network = { online: true };

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};

/** Chromium's network stack reads `file:` addresses, byte ranges included; Node's fetch does not. */
async function fetchFile(request: Request): Promise<Response> {
  const path = fileURLToPath(request.url);
  const blob = await openAsBlob(path).catch(() => null);
  if (!blob) throw new Error('net::ERR_FILE_NOT_FOUND');
  const headers = { 'content-type': types[extname(path).toLowerCase()] ?? 'application/octet-stream' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
  if (!range) return new Response(blob.stream(), { headers: { ...headers, 'content-length': String(blob.size) } });
  const start = Number(range[1]);
  const end = Math.min(range[2] ? Number(range[2]) : blob.size - 1, blob.size - 1);
  return new Response(blob.slice(start, end + 1).stream(), {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${blob.size}`,
    },
  });
}

export const net = guard('net', {
  async fetch(
    input: string | Request,
    init?: RequestInit & { bypassCustomProtocolHandlers?: boolean },
  ): Promise<Response> {
    const url = typeof input === 'string' ? input : input.url;
    if (url.startsWith('file:')) return fetchFile(new Request(input, init));
    const handler = init?.bypassCustomProtocolHandlers ? undefined : mapServer.handlerOf(url);
    return handler ? handler(new Request(input, init)) : fetch(input, init);
  },
  isOnline: () => network.online,
  get online() {
    return network.online;
  },
} satisfies Pick<Electron.Net, 'fetch' | 'isOnline' | 'online'>);
