// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseConfig, type RelayConfigInput } from './config.ts';
import { startRelay } from './relay.ts';

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let folder: string;
let other: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => other.close(resolve));
  rmSync(folder, { recursive: true });
});

function config(more: RelayConfigInput) {
  const store = { sqlite: join(folder, 'relay.db') };
  return parseConfig({ listen: { port: 0 }, ops: { port: 0 }, store, tenants: [{ id: 'acme' }], ...more });
}

it('leaves nothing open when it cannot start, and starts once it can', async () => {
  const { port } = other.address() as AddressInfo;
  await expect(startRelay(config({ listen: { port } }), { log })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(startRelay(config({ ops: { port } }), { log })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const tls = { certFile: join(folder, 'none'), keyFile: join(folder, 'none') };
  await expect(startRelay(config({ tls }), { log })).rejects.toThrow(/^tls: .*ENOENT/);
  const relay = await startRelay(config({}), { log });
  expect(await relay.parts.tenants.ids()).toEqual(['acme']);
  expect((await fetch(`${relay.opsUrl}/health`)).status).toBe(200);
  await relay.close();
  await expect(fetch(relay.url)).rejects.toThrow();
  await expect(fetch(relay.opsUrl)).rejects.toThrow();
});

it('may be closed more than once', async () => {
  const relay = await startRelay(config({}), { log });
  await Promise.all([relay.close(), relay.close()]);
  await relay.close();
  expect(log.error).not.toHaveBeenCalled();
});
