// SPDX-License-Identifier: MIT
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Fields } from './body.ts';
import type { MarketplaceConfig } from './config.ts';
import { allFields, plain } from './http.ts';
import { sha256 } from './keys.ts';
import type { RelayLog } from './log.ts';
import type { MarketplaceAccount, MarketplaceAccounts } from './marketplace-accounts.ts';
import { applyOperatorMap, operatorsOf } from './marketplace-operators.ts';
import type { Team, Tenant, Tenants } from './parts.ts';
import type { Sender } from './webhook.ts';

export type MarketplaceOptions = {
  readonly config: MarketplaceConfig;
  readonly accounts: MarketplaceAccounts;
  readonly team: Team;
  /** The name of a caller as it may stand on a phone; '' for nobody known, or when the team wants no names shown. */
  readonly nameOf: (tenant: string, number: string) => Promise<string>;
  /** Cuts off the desktops of a tenant that is no more. */
  readonly revokeDevices: (tenant: string) => Promise<void>;
  /** Whether a request comes from one of these networks. */
  readonly isFrom: (request: FastifyRequest, networks: readonly string[]) => boolean;
  readonly log: Pick<RelayLog, 'info' | 'warn'>;
};

/**
 * The addresses a Megacall marketplace integration has to offer (section 11 of the guide), but the one for
 * notifications: that is a webhook whose sender is found by `bearerSender`. docs/marketplace.md has requests and answers.
 */
export function addMarketplace(app: FastifyInstance, options: MarketplaceOptions): void {
  const { config, accounts, team, log } = options;
  const activationSecret = config.activationSecret === undefined ? null : sha256(config.activationSecret);

  app.route<{ Params: { secret: string } }>({
    method: ['GET', 'POST'],
    url: '/marketplace/activate/:secret',
    async handler(request, reply) {
      // Compared as hashes: the time it takes tells nothing about the text.
      if (sha256(request.params.secret) !== activationSecret) return reply.callNotFound();
      if (!options.isFrom(request, config.sources)) return plain(reply, 403, 'Refused');
      const fields = await allFields(request);
      const outcome = await accounts.activate(fields[config.userIdField] ?? '', fields[config.hashField] ?? '');
      if (outcome.ok) {
        log.info('marketplace: activated', { tenant: outcome.tenant });
        return reply.send({ [config.keyField]: outcome.keys.key, [config.secretField]: outcome.keys.secret });
      }
      log.warn('marketplace: activation refused', { why: outcome.why });
      const status = { unreadable: 400, 'wrong-hash': 403, taken: 409 }[outcome.why];
      return reply.code(status).send({ error: outcome.why });
    },
  });

  withBearer(['GET', 'POST', 'DELETE'], '/marketplace/deactivate', async (_request, reply, account) => {
    await options.revokeDevices(account.tenant);
    await accounts.deactivate(account);
    log.info('marketplace: deactivated', { tenant: account.tenant });
    return reply.send({ status: 'ok' });
  });

  withBearer(['GET', 'POST'], '/marketplace/name', async (request, reply, { tenant }) => {
    const number = (await allFields(request))[config.numberField] ?? '';
    if (!/^\+?[\d ().-]{3,40}$/.test(number)) return reply.code(400).send({ error: 'number' });
    return reply.send({ name: await options.nameOf(tenant, number) });
  });

  withBearer(['GET'], '/marketplace/operators', async (_request, reply, { tenant }) => {
    const { members } = await team.settings(tenant);
    return reply.send({ operators: operatorsOf(members) });
  });

  withBearer(['POST'], '/marketplace/operators', async (request, reply, { tenant }) => {
    const settings = await team.settings(tenant);
    const outcome = applyOperatorMap(settings, readMap(await allFields(request)));
    if (!outcome.ok) {
      return reply.code(outcome.why === 'taken' ? 409 : 400).send({ error: outcome.why, what: outcome.what });
    }
    await team.save(tenant, outcome.settings);
    return reply.send({ operators: operatorsOf(outcome.settings.members) });
  });

  function withBearer(
    method: ('GET' | 'POST' | 'DELETE')[],
    url: string,
    answer: (request: FastifyRequest, reply: FastifyReply, account: MarketplaceAccount) => Promise<FastifyReply>,
  ): void {
    app.route({
      method,
      url,
      async handler(request, reply) {
        if (!options.isFrom(request, config.sources)) return plain(reply, 403, 'Refused');
        const account = await accounts.byAuthorization(request.headers.authorization);
        return account === null ? askForBearer(reply) : answer(request, reply, account);
      },
    });
  }
}

/**
 * Who sends a notification to `/marketplace/notify`: whoever the bearer is, and the `zdUserId` in it must be the same
 * one. `null` for a wrong or missing bearer; `stranger` for another user's notification.
 */
export function bearerSender(
  accounts: MarketplaceAccounts,
  tenants: Tenants,
  checkSignature: boolean,
  take: (tenant: Tenant) => Sender['take'],
): (request: FastifyRequest, fields: Fields) => Promise<Sender | 'unauthorized' | 'stranger'> {
  return async (request, fields) => {
    const account = await accounts.byAuthorization(request.headers.authorization);
    const tenant = account && (await tenants.get(account.tenant));
    if (!account || !tenant) return 'unauthorized';
    if ((fields.zdUserId ?? account.userId) !== account.userId) return 'stranger';
    const secrets = [account.keys.secret, tenant.apiSecret].filter((secret) => secret !== '');
    return { name: tenant.id, secrets: checkSignature ? async () => secrets : null, take: take(tenant) };
  };
}

/** 401 with what is missing. */
export function askForBearer(reply: FastifyReply): FastifyReply {
  return plain(reply.header('WWW-Authenticate', 'Bearer'), 401, 'Unauthorized');
}

/** The list as it was sent: a body's inner values have become JSON text on the way. */
function readMap(fields: Fields): unknown {
  try {
    return { operators: JSON.parse(fields.operators ?? '') };
  } catch {
    return null;
  }
}
