// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type HttpExample, httpExamples } from '../test/relay/http-examples.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { parseConfig } from './config.ts';
import { type Relay, startRelay } from './relay.ts';
import { DEFAULT_TEAM } from './team.ts';

const ACTIVATION_SECRET = 'activation-secret-1';
const PAGE = readFileSync(new URL('../docs/marketplace.md', import.meta.url), 'utf8');
/** The team the page speaks of. */
const TEAM = {
  ...DEFAULT_TEAM,
  rules: { ...DEFAULT_TEAM.rules, leaveWhenOffline: false },
  members: [
    { extension: '101', name: 'Marta Ibarra', email: 'marta@example.com', crmUser: '' },
    { extension: '102', name: 'Jon Etxea', email: 'jon@example.com', crmUser: 'crm-7' },
  ],
};
const MARTA = { name: 'Marta Ibarra', responsible: '101', blacklisted: false, updatedAt: 1 };
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let relay: Relay;

beforeEach(async () => {
  vi.clearAllMocks();
  const config = parseConfig({
    listen: { port: 0 },
    ops: { port: 0, socket: '' },
    sources: ['127.0.0.1'],
    marketplace: { activationSecret: ACTIVATION_SECRET },
  });
  relay = await startRelay(config, { log, store: createMemoryStore() });
});
afterEach(() => relay.close());

async function send({ method, path, headers, body }: Omit<HttpExample, 'status' | 'answer'>) {
  const target = relay.url + path.replace('ACTIVATION_SECRET', ACTIVATION_SECRET);
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
    const [tenant = ''] = await relay.parts.tenants.ids();
    await relay.parts.team.save(tenant, TEAM);
    await relay.parts.directory.put(tenant, [{ number: '+34600111222', entry: MARTA }]);
  }
  expect(await relay.parts.tenants.ids()).toEqual([]);
});

it('names its addresses on the page', () => {
  for (const path of ['activate/ACTIVATION_SECRET', 'deactivate', 'notify', 'name', 'operators']) {
    expect(PAGE).toContain(`https://RELAY/marketplace/${path}\``);
  }
});

it('ends a user’s pairings with the activation', async () => {
  const examples = httpExamples(PAGE);
  const [activation] = examples;
  const deactivation = examples.find(({ path }) => path === '/marketplace/deactivate');
  if (!activation || !deactivation) throw new Error('not on the page');
  await send(activation);
  const [tenant = ''] = await relay.parts.tenants.ids();
  const { code } = await relay.parts.devices.code(tenant, '101', 'admin', '');
  const { token } = await relay.parts.devices.pair(code, '127.0.0.1', '');
  expect(await relay.parts.devices.byToken(token)).toMatchObject({ tenant, extension: '101' });
  await send(deactivation);
  expect(await relay.parts.devices.byToken(token)).toBeNull();
});

it('writes no user id, hash, key or number into the log', async () => {
  for (const example of httpExamples(PAGE)) await send(example);
  const lines = JSON.stringify(Object.values(log).map(({ mock }) => mock.calls));
  expect(lines).toContain('marketplace: activated');
  expect(lines).not.toMatch(/123456|5f4dcc3b|34600111222|Marta/);
});
