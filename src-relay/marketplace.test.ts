// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type HttpExample, httpExamples } from '../test/relay/http-examples.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { parseConfig } from './config.ts';
import { createHttp } from './http.ts';
import { addMarketplace, bearerSender } from './marketplace.ts';
import { createMarketplaceAccounts } from './marketplace-accounts.ts';
import { createTeam, DEFAULT_TEAM, type TeamService } from './team.ts';
import { createTenants } from './tenants.ts';
import { addWebhook } from './webhook.ts';

const ACTIVATION_SECRET = 'activation-secret-1';
const PAGE = readFileSync(new URL('../docs/marketplace.md', import.meta.url), 'utf8');
const MEMBERS = [
  { extension: '101', name: 'Marta Ibarra', email: 'marta@example.com', crmUser: '' },
  { extension: '102', name: 'Jon Etxea', email: 'jon@example.com', crmUser: 'crm-7' },
];
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let app: FastifyInstance;
let team: TeamService;
let url: string;
let taken: { tenant: string; caller: string | undefined }[];
let revoked: string[];

beforeEach(async () => {
  taken = [];
  revoked = [];
  vi.clearAllMocks();
  const { kv } = createMemoryStore();
  const config = parseConfig({ marketplace: { activationSecret: ACTIVATION_SECRET } }).marketplace;
  const tenants = createTenants(kv);
  const accounts = createMarketplaceAccounts(kv, tenants, config);
  team = createTeam({ kv });
  app = createHttp({ tls: null, cutOff: true, onRefused: () => {} });
  addMarketplace(app, {
    config,
    accounts,
    team,
    nameOf: async (_tenant, number) => (number === '34600111222' ? 'Marta Ibarra' : ''),
    revokeDevices: async (tenant) => void revoked.push(tenant),
    isFrom: (_request, networks) => networks.includes('0.0.0.0/0'),
    log,
  });
  addWebhook(app, {
    path: '/marketplace/notify',
    senderOf: bearerSender(accounts, tenants, config.checkSignature, (tenant) => async ({ fields }) => {
      taken.push({ tenant: tenant.id, caller: fields.caller_id });
      return { redirect: '101', return_timeout: '15', caller_name: 'Marta Ibarra' };
    }),
    isFromPbx: () => true,
    count: () => {},
    unverifiedPerMinute: 60,
    log,
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  team.close();
  await app.close();
});

async function send({ method, path, headers, body }: Omit<HttpExample, 'status' | 'answer'>) {
  const target = url + path.replace('ACTIVATION_SECRET', ACTIVATION_SECRET);
  const reply = await fetch(target, { method, headers, ...(body === '' ? {} : { body }) });
  return { status: reply.status, text: await reply.text() };
}

/** Keys are made by chance: of the page's, only their form is compared. */
function formOf(answer: string): string {
  return answer.replace(/("(?:key|secret)":")([0-9a-f]+)"/g, (_all, name, key) => `${name}${key.length} hex"`);
}

it('answers every request of docs/marketplace.md as the page says', async () => {
  const examples = httpExamples(PAGE);
  expect(examples.length).toBeGreaterThanOrEqual(17);
  let keys: string | undefined;
  for (const example of examples) {
    const { status, text } = await send(example);
    const place = `${example.method} ${example.path} ${example.body}`;
    expect([place, status]).toEqual([place, example.status]);
    if (example.answer !== '') expect(formOf(text)).toBe(formOf(example.answer));
    if (!example.path.startsWith('/marketplace/activate') || status !== 200) continue;
    expect(text).toBe(keys ?? text);
    keys = text;
    // From here on the page speaks of a team.
    await team.save(tenantId(), { ...DEFAULT_TEAM, members: MEMBERS });
  }
  expect(taken).toEqual([{ tenant: tenantId(), caller: '+34600111222' }]);
  expect(revoked).toEqual([tenantId()]);
});

it('names its addresses on the page', () => {
  for (const path of ['activate/ACTIVATION_SECRET', 'deactivate', 'notify', 'name', 'operators']) {
    expect(PAGE).toContain(`https://RELAY/marketplace/${path}\``);
  }
});

it('writes no user id, hash, key or number into the log', async () => {
  for (const example of httpExamples(PAGE)) await send(example);
  const lines = JSON.stringify([log.info.mock.calls, log.warn.mock.calls, log.error.mock.calls]);
  expect(lines).toContain('marketplace: activated');
  expect(lines).not.toMatch(/123456|5f4dcc3b|34600111222|Marta/);
});

function tenantId(): string {
  const line = log.info.mock.calls.find(([message]) => message === 'marketplace: activated');
  return line?.[1].tenant;
}
