// SPDX-License-Identifier: MIT
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RelayConfig } from './config.ts';
import { type Connections, guardConnections, possibleConnections } from './connections.ts';
import { tokenOf } from './delivery/upgrade.ts';
import { createHttp, type TlsFiles } from './http.ts';
import { type RelayLog, sparing } from './log.ts';
import { addMarketplace, bearerSender, type MarketplaceOptions } from './marketplace.ts';
import type { LeaveHandler, PairHandler } from './pair-route.ts';
import type { Intake, Tenant, Tenants } from './parts.ts';
import { inNetworks, isFrom, senderAddress } from './sources.ts';
import { addWebhook, type Outcome, type Sender } from './webhook.ts';

export type FrontOptions = Pick<MarketplaceOptions, 'accounts' | 'team' | 'nameOf' | 'revokeDevices'> & {
  readonly config: RelayConfig;
  readonly tls: TlsFiles | null;
  readonly tenants: Tenants;
  readonly intake: Pick<Intake, 'take'>;
  readonly pair: PairHandler;
  readonly leave: LeaveHandler;
  readonly desktops: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly count: (outcome: Outcome) => void;
  readonly log: RelayLog;
};

export type Front = {
  readonly app: FastifyInstance;
  readonly connections: Connections;
};

/** The side of a relay that faces the network, not yet listening: webhooks of all tenants, pairing, marketplace. */
export function createFront(options: FrontOptions): Front {
  const { config, tls, tenants, intake, accounts, count, log } = options;
  const { trustedProxies, sources, limits } = config;
  const warn = sparing(log);
  const app = createHttp({
    tls,
    cutOff: false,
    sockets: true,
    onRefused: (status, error) => warn(`request refused: ${status}`, status >= 500 ? { error } : {}),
  });
  const max = possibleConnections(limits.maxConnections);
  if (max < limits.maxConnections) {
    log.warn('the system allows fewer open files than limits.maxConnections', { count: max });
  }
  const known = [...trustedProxies, ...sources];
  const connections = guardConnections(app.server, {
    max,
    perAddress: limits.unfinishedPerAddress,
    isKnown: (address) => inNetworks(address, known),
  });
  app.addHook('preValidation', async (request) => connections.spoken(request.raw.socket));
  const from = (request: FastifyRequest, networks: readonly string[]) => isFrom(request, trustedProxies, networks);
  const webhook = {
    isFromPbx: (request: FastifyRequest) => from(request, sources),
    unverifiedPerMinute: limits.unverifiedPerMinute,
    count,
    log,
  };
  const taker =
    (tenant: Tenant): Sender['take'] =>
    (notification) =>
      intake.take(tenant, notification);

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    connections.spoken(request.socket);
    options.desktops(request, socket, head);
  });

  addWebhook(app, {
    ...webhook,
    path: '/hook/:urlSecret',
    async senderOf(request) {
      const tenant = await tenants.byUrlSecret((request.params as { urlSecret: string }).urlSecret);
      if (tenant === null) return 'unknown';
      const secrets = tenant.apiSecret === '' ? [] : [tenant.apiSecret];
      return { name: tenant.id, secrets: async () => secrets, take: taker(tenant) };
    },
  });

  app.post('/pair', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : '';
    const answer = await options.pair(body, senderAddress(request.raw, trustedProxies));
    return reply.code(answer.status).send(answer.body);
  });
  app.delete('/pair', async (request, reply) => reply.code(await options.leave(tokenOf(request.raw))).send());

  if (config.marketplace.activationSecret !== undefined) {
    addMarketplace(app, { ...options, config: config.marketplace, isFrom: from });
    addWebhook(app, {
      ...webhook,
      path: '/marketplace/notify',
      senderOf: bearerSender(accounts, tenants, config.marketplace.checkSignature, taker),
    });
  }
  return { app, connections };
}
