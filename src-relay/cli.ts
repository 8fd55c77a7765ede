// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import type { AdminCommand } from './admin.ts';
import { AdminError, adminCommand, createAdmin } from './admin.ts';
import { askRelay } from './admin-socket.ts';
import type { RelayConfig } from './config.ts';
import { createDevices } from './devices.ts';
import { createRelayLog } from './log.ts';
import { createMarketplaceAccounts } from './marketplace-accounts.ts';
import { openStore } from './open-store.ts';
import { createTenants } from './tenants.ts';

export type CliOptions = {
  readonly erase?: boolean | undefined;
  readonly 'api-key-file'?: string | undefined;
  readonly 'api-secret-file'?: string | undefined;
  readonly 'api-base-url'?: string | undefined;
};

/**
 * Runs a `tenants` command: by the relay that is running on this database, else on the store itself. Answers the exit
 * code; lines go to standard output, what went wrong to standard error.
 */
export async function runTenants(config: RelayConfig, args: readonly string[], options: CliOptions): Promise<number> {
  try {
    const command = readCommand(args, options);
    const lines = (await byRelay(config, command)) ?? (await onStore(config, command));
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function readCommand([command = '', id, extension, role = 'agent', name = '']: readonly string[], options: CliOptions) {
  const text = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path, 'utf8').trimEnd());
  const given = {
    list: {},
    add: {
      id,
      apiBaseUrl: options['api-base-url'],
      apiKey: text(options['api-key-file']),
      apiSecret: text(options['api-secret-file']),
    },
    pair: { id, extension, role, name },
    revoke: { id, erase: options.erase ?? false },
  }[command];
  const read = adminCommand.safeParse({ command, ...given });
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw new AdminError(problems.join('\n'));
}

async function byRelay({ store, ops }: RelayConfig, command: AdminCommand): Promise<readonly string[] | null> {
  const isOneFile = store.natsServers.length === 0;
  return isOneFile && ops.socket !== '' ? askRelay(ops.socket ?? `${store.sqlite}.sock`, command) : null;
}

async function onStore(config: RelayConfig, command: AdminCommand): Promise<readonly string[]> {
  const log = createRelayLog('warn');
  const store = await openStore(config, log);
  const { kv } = store;
  const tenants = createTenants(kv);
  const devices = createDevices({ store, online: async () => new Set() });
  const accounts = createMarketplaceAccounts(kv, tenants, config.marketplace);
  try {
    return await createAdmin({ kv, tenants, devices, accounts, publicUrl: config.publicUrl, log })(command);
  } finally {
    devices.close();
    await store.close();
  }
}
