// SPDX-License-Identifier: MIT
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CALLBACK_PATH, type RedirectSettings } from '../../../src-shared/crm/redirect-settings.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { answerBrowser } from './answer-browser.ts';
import type { Language } from './finish-page.ts';

export type RedirectListener = {
  /** As it has to be registered in the CRM. */
  readonly redirectUri: string;
  /** The query of the first visit that is an answer; later ones are turned away. */
  readonly answered: Promise<URLSearchParams>;
  close(): void;
};

/**
 * Waits for the browser on the first free port of the list, on loopback alone (RFC 8252 section 8.3). For `localhost`
 * both address families are taken where the computer has both: else another program could sit on the second one and
 * be handed the answer.
 *
 * @param isAccepted how the finish page has to read for this answer
 * @throws AppError `oauth.port-taken`
 */
export async function listenForRedirect(
  { ports, host }: RedirectSettings,
  language: Language,
  isAccepted: (query: URLSearchParams) => boolean,
): Promise<RedirectListener> {
  const { promise: answered, resolve } = Promise.withResolvers<URLSearchParams>();
  const listener = answerBrowser({ language, isAccepted, answered: resolve });
  for (const port of ports) {
    const servers = await bind(listener, port, host === 'localhost' ? ['127.0.0.1', '::1'] : ['127.0.0.1']);
    const [first] = servers;
    if (first === undefined) continue;
    return {
      redirectUri: `http://${host}:${portOf(first)}${CALLBACK_PATH}`,
      answered,
      close: () => servers.forEach(stop),
    };
  }
  throw new AppError('oauth.port-taken', { ports: ports.join(', ') });
}

/** One server for each address, all on the same port; none when another program has one of them. */
async function bind(listener: RequestListener, wanted: number, addresses: readonly string[]): Promise<Server[]> {
  const servers: Server[] = [];
  for (const host of addresses) {
    const [first] = servers;
    const port = first === undefined ? wanted : portOf(first);
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 16_384 }, listener);
    server.maxConnections = 20;
    const code = await new Promise<string | undefined>((resolve) => {
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
      server.listen({ port, host, exclusive: true }, () => resolve(undefined));
    });
    if (code === undefined) servers.push(server);
    else if (first === undefined || !NO_SUCH_FAMILY.has(code)) {
      servers.forEach(stop);
      return [];
    }
  }
  return servers;
}

const NO_SUCH_FAMILY = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

function stop(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
