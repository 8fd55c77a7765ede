// SPDX-License-Identifier: MIT
import type { AddressInfo } from 'node:net';
import type { IngressCounters, IngressOptions } from '../../src-relay/ingress.ts';
import { createIngress } from '../../src-relay/ingress.ts';
import { sourceOf } from '../../src-relay/sources.ts';
import { AppError } from '../../src-shared/errors.ts';

export type EmbeddedRelayOptions = IngressOptions & {
  /** 0: any free port. */
  readonly port: number;
};

export type EmbeddedRelay = {
  readonly port: number;
  readonly counters: () => Readonly<IngressCounters>;
  /**
   * Who lately asked it to echo this text, at any path, as notifications are judged; null for nobody. Proof of who
   * answers at a public address, and of whom the tunnel speaks for.
   */
  sawFrom(echo: string): string | null;
  /** Resolves when the port is free again; requests under way are cut off. */
  close(): Promise<void>;
};

/** A tunnel's near end runs on this computer and says in `X-Forwarded-For` whom it speaks for. */
export const LOOPBACK = ['127.0.0.0/8', '::1/128'];
/** So many echoes are remembered, of so many characters: strangers may ask for one too. */
const MOST_ECHOES = 100;
const ECHO_LENGTH = 64;

/**
 * The relay inside the app, for one desktop behind a tunnel. It listens on 127.0.0.1 only.
 *
 * @throws AppError `relay.port-taken` (params.port)
 */
export async function startEmbeddedRelay(options: EmbeddedRelayOptions): Promise<EmbeddedRelay> {
  const { app, counters } = createIngress({ trustedProxies: LOOPBACK, ...options });
  const echoes: { readonly text: string; readonly from: string }[] = [];
  app.addHook('onRequest', async ({ url, headers, socket }) => {
    const echo = new URLSearchParams(url.split('?')[1] ?? '').get('zd_echo');
    if (echo === null) return;
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',');
    const from = sourceOf(socket.remoteAddress ?? '', forwarded, LOOPBACK);
    echoes.push({ text: echo.slice(0, ECHO_LENGTH), from });
    if (echoes.length > MOST_ECHOES) echoes.shift();
  });
  try {
    await app.listen({ host: '127.0.0.1', port: options.port });
  } catch (cause) {
    await app.close();
    // A port below 1024, or one Windows has reserved, is answered with EACCES: for the person it is just as taken.
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    throw new AppError('relay.port-taken', { port: options.port }, { cause });
  }
  const { port } = app.server.address() as AddressInfo;
  const sawFrom = (echo: string): string | null => echoes.find(({ text }) => text === echo)?.from ?? null;
  return { port, counters, sawFrom, close: () => app.close() };
}
