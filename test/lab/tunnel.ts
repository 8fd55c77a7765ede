// SPDX-License-Identifier: MIT
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** How a tunnel treats those who come: as it should, or as tunnels are known to. */
export type TunnelMode =
  | 'pass' // without a word of whose request it is
  | 'forwards' // passes on, with the visitor's address
  | 'page' // a warning page in front of everything
  | 'altered' // passes on, and adds a line to each answer
  | 'marked' // passes on, with a byte order mark before each answer
  | 'no-app' // 502: nothing behind it
  | 'drops' // takes the connection and lets go of it
  | 'down' // 530: the tunnel itself is not connected
  | 'ngrok-down' // 404 with a code of its own
  | 'login' // 302 elsewhere
  | 'echo'; // another integration, which answers as ours would

export type Tunnel = { readonly url: string; mode: TunnelMode; to: string; stop(): Promise<void> };

/** The far end of a tunnel on the loopback interface. `to` is the origin behind it. */
export async function startTunnel(to: string, tls?: { key: Buffer; cert: Buffer }): Promise<Tunnel> {
  const tunnel = { url: '', mode: 'pass' as TunnelMode, to };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => answer(tunnel, incoming, outgoing);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tunnel.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(tunnel, { stop });
}

function answer(tunnel: Pick<Tunnel, 'mode' | 'to'>, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const page = (status: number, headers: Record<string, string> = {}): void => {
    outgoing.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html><body>Tunnel</body></html>');
  };
  switch (tunnel.mode) {
    case 'page':
      page(200);
      break;
    case 'no-app':
      page(502);
      break;
    case 'down':
      page(530);
      break;
    case 'ngrok-down':
      page(404, { 'ngrok-error-code': 'ERR_NGROK_3200' });
      break;
    case 'login':
      page(302, { location: 'https://login.example.com/' });
      break;
    case 'drops':
      incoming.socket.destroy();
      break;
    case 'echo':
      outgoing.end(new URL(incoming.url ?? '/', 'http://x').searchParams.get('zd_echo') ?? '');
      break;
    default:
      pass(tunnel, incoming, outgoing);
  }
}

function pass(tunnel: Pick<Tunnel, 'mode' | 'to'>, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const onward = request(`${tunnel.to}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers: { ...incoming.headers, ...(tunnel.mode === 'forwards' ? { 'x-forwarded-for': '203.0.113.7' } : {}) },
  });
  onward.once('error', () => outgoing.writeHead(502).end());
  onward.once('response', (back) => {
    const { 'content-length': _length, ...headers } = back.headers;
    outgoing.writeHead(back.statusCode ?? 502, headers);
    if (tunnel.mode === 'marked') outgoing.write('\uFEFF');
    back.on('data', (chunk: Buffer) => outgoing.write(chunk));
    back.once('end', () => outgoing.end(tunnel.mode === 'altered' ? '\n<!-- by your tunnel -->' : ''));
  });
  incoming.pipe(onward);
}
