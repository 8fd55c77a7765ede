// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { ConfigError, type RelayConfig } from './config.ts';
import type { RelayLog } from './log.ts';
import type { RelayStore } from './store/api.ts';
import { type JetStreamStoreOptions, openJetStreamStore } from './store/jetstream.ts';
import { openSqliteStore } from './store/sqlite.ts';

const DAY_MS = 24 * 3600_000;

/**
 * The store a configuration names: one SQLite file, or the JetStream of some NATS servers.
 *
 * @throws ConfigError for a file that cannot be read; AppError `store.future`, `store.failed`; RelayError when no NATS
 *   server is reached
 */
export async function openStore(
  config: Pick<RelayConfig, 'store' | 'retentionDays'>,
  log: RelayLog,
): Promise<RelayStore> {
  const { store, retentionDays } = config;
  if (store.natsServers.length === 0) return openSqliteStore({ path: store.sqlite, log });
  return openJetStreamStore({
    servers: store.natsServers,
    replicas: store.natsReplicas,
    retentionMs: retentionDays * DAY_MS,
    log,
    ...known({
      token: store.natsToken,
      user: store.natsUser,
      password: store.natsPassword,
      credentials: textOf(store.natsCredentialsFile, 'store.natsCredentialsFile'),
      prefix: store.natsPrefix,
      tls: tlsOf(store),
    }),
  });
}

function tlsOf(store: RelayConfig['store']): JetStreamStoreOptions['tls'] {
  const files = known({
    ca: textOf(store.natsCaFile, 'store.natsCaFile'),
    cert: textOf(store.natsCertFile, 'store.natsCertFile'),
    key: textOf(store.natsKeyFile, 'store.natsKeyFile'),
  });
  const isAsked = store.natsServers.some((server) => server.startsWith('tls://'));
  return isAsked || Object.keys(files).length > 0 ? files : undefined;
}

function textOf(path: string | undefined, key: string): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([`${key}: ${path} cannot be read`]);
  }
}

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
function known<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>;
}
