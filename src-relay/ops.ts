// SPDX-License-Identifier: MIT
import type { FastifyInstance } from 'fastify';
import type { Health } from './health.ts';
import { createHttp, plain } from './http.ts';
import { sha256 } from './keys.ts';
import { METRICS_TYPE } from './metrics.ts';

export type OpsOptions = {
  /** Asked of every request when set; the configuration insists on one where others than this machine may ask. */
  readonly token: string | undefined;
  readonly health: () => Promise<Health>;
  readonly metrics: () => string;
};

/**
 * The pages for whoever runs the relay, on a listener of their own, so that no proxy rule can open them to the world by
 * mistake: `/health` (200, or 503 with the reasons) and `/metrics` (Prometheus).
 */
export function createOps({ token, health, metrics }: OpsOptions): FastifyInstance {
  const app = createHttp({ tls: null, cutOff: true, onRefused: () => {} });
  app.server.maxConnections = 100;
  const wanted = token === undefined ? null : sha256(`Bearer ${token}`);
  app.addHook('onRequest', async (request, reply) => {
    // Compared as hashes: the time it takes tells nothing about the text.
    if (wanted === null || sha256(request.headers.authorization ?? '') === wanted) return;
    return plain(reply.header('WWW-Authenticate', 'Bearer'), 401, 'Unauthorized');
  });
  app.get('/health', async (_request, reply) => {
    const { ok, reasons } = await health();
    return plain(reply, ok ? 200 : 503, ok ? 'ok\n' : `${reasons.join('\n')}\n`);
  });
  app.get('/metrics', (_request, reply) => reply.type(METRICS_TYPE).send(metrics()));
  return app;
}
