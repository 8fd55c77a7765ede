// SPDX-License-Identifier: MIT
import { tmpdir } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { checkHealth } from './health.ts';
import { createOps } from './ops.ts';
import { RelayError } from './store/api.ts';

const apps: FastifyInstance[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function listen(token: string | undefined, reasons: readonly string[] = []): Promise<string> {
  const health = async () => ({ ok: reasons.length === 0, reasons });
  const app = createOps({ token, health, metrics: () => 'up 1\n' });
  apps.push(app);
  return app.listen({ host: '127.0.0.1', port: 0 });
}

const store = createMemoryStore();
const well = { kv: store.kv, folder: tmpdir(), minFreeBytes: 0, isStopping: () => false };

it('is healthy while the store answers and the disk has room', async () => {
  expect(await checkHealth(well)).toEqual({ ok: true, reasons: [] });
  expect(await checkHealth({ ...well, folder: null, minFreeBytes: Number.MAX_VALUE })).toEqual({
    ok: true,
    reasons: [],
  });
});

it.each([
  ['stopping', { isStopping: () => true }],
  ['disk: almost full', { minFreeBytes: Number.MAX_VALUE }],
  ['disk: not readable', { folder: '/nowhere/at/all' }],
  ['store: full', { kv: { put: () => Promise.reject(new RelayError('relay.full')) } }],
  ['store: not reachable', { kv: { put: () => Promise.reject(new RelayError('relay.unavailable')) } }],
  ['store: no answer', { kv: { put: () => new Promise<never>(() => {}) }, timeoutMs: 20 }],
])('says why it is not: %s', async (reason, change) => {
  expect(await checkHealth({ ...well, ...change })).toEqual({ ok: false, reasons: [reason] });
});

it('answers 200 or 503 with the reasons, and the metrics as Prometheus wants them', async () => {
  const url = await listen(undefined);
  const well = await fetch(`${url}/health`);
  expect([well.status, await well.text()]).toEqual([200, 'ok\n']);
  const metrics = await fetch(`${url}/metrics`);
  expect([metrics.headers.get('content-type'), await metrics.text()]).toEqual([
    'text/plain; version=0.0.4; charset=utf-8',
    'up 1\n',
  ]);
  expect((await fetch(`${url}/`)).status).toBe(404);
  const ill = await fetch(`${await listen(undefined, ['stopping', 'disk: almost full'])}/health`);
  expect([ill.status, await ill.text()]).toEqual([503, 'stopping\ndisk: almost full\n']);
});

it('wants the token when there is one, for every page', async () => {
  const url = await listen('ops-token-0123456789');
  for (const path of ['/health', '/metrics', '/other']) {
    for (const authorization of ['', 'Bearer ops-token', 'ops-token-0123456789']) {
      expect((await fetch(url + path, { headers: { authorization } })).status).toBe(401);
    }
  }
  const headers = { authorization: 'Bearer ops-token-0123456789' };
  expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
});
