// SPDX-License-Identifier: MIT
import { dirname, resolve } from 'node:path';
import { listenForAdmin } from './admin-socket.ts';
import type { RelayConfig } from './config.ts';
import { createFront } from './front.ts';
import { checkHealth } from './health.ts';
import { createRelayLog, type RelayLog } from './log.ts';
import { createMeters } from './meters.ts';
import { openStore } from './open-store.ts';
import { createOps } from './ops.ts';
import { createRelayParts, type RelayParts } from './relay-parts.ts';
import type { RelayStore } from './store/api.ts';
import { applyTenants } from './tenants.ts';
import { startTimers } from './timers.ts';
import { followTls, readTls } from './tls.ts';

export type RelayOptions = {
  readonly log?: RelayLog;
  /** UTC ms. */
  readonly now?: () => number;
  /** For the PBX's API. */
  readonly fetch?: typeof globalThis.fetch;
  /** In place of the one of the configuration; closed with the relay. */
  readonly store?: RelayStore;
};

export type Relay = {
  /** Address of the public side, as it listens. */
  readonly url: string;
  readonly opsUrl: string;
  readonly parts: RelayParts;
  /** Reads certificate and key again. */
  reload(): void;
  /**
   * No new connections, requests under way are answered, desktops are closed with 1001, the store is closed. Resolves
   * within some seconds; what was acknowledged is durable in any case.
   */
  close(): Promise<void>;
};

/** Requests under way have this long to end. */
const DRAIN_MS = 3_000;
/** Connections the system holds until they are accepted; it may allow fewer (`net.core.somaxconn`). */
const BACKLOG = 4_096;

/**
 * Starts a relay: its store, its parts and its two listeners.
 *
 * @throws ConfigError for files that cannot be used; AppError and RelayError of the store; EADDRINUSE and the like
 */
export async function startRelay(config: RelayConfig, options: RelayOptions = {}): Promise<Relay> {
  const { log = createRelayLog(config.log.level) } = options;
  const tls = config.tls === undefined ? null : readTls(config.tls);
  const closers: (() => unknown)[] = [];
  let isStopping = false;
  /** In the opposite order of the start; one that fails does not keep the others open. */
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const close of closers.reverse()) await (async () => close())().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };

  try {
    const store = options.store ?? (await openStore(config, log));
    closers.push(() => store.close());
    const meters = createMeters();
    const parts = createRelayParts(config, store, { ...options, log, meters });
    closers.push(async () => {
      await parts.delivery.close();
      parts.close();
    });
    await applyTenants(store.kv, parts.tenants, config.tenants, log);

    const front = createFront({
      ...{ config, tls, log, count: meters.notification, desktops: parts.delivery.handleUpgrade },
      ...parts,
    });
    meters.watch({ delivery: parts.delivery.counts, connections: front.connections.counts });
    const certificates = config.tls === undefined ? null : followTls(config.tls, front.app.server, log);
    closers.push(() => certificates?.close());

    const isOneFile = config.store.natsServers.length === 0;
    const folder = isOneFile ? dirname(resolve(config.store.sqlite)) : null;
    const minFreeBytes = config.limits.minFreeDiskMb * 1024 * 1024;
    const health = () => checkHealth({ kv: store.kv, folder, minFreeBytes, isStopping: () => isStopping });
    const ops = createOps({ token: config.ops.token, health, metrics: meters.render });
    closers.push(() => ops.close());
    if (isOneFile && config.ops.socket !== '') {
      const socket = await listenForAdmin(config.ops.socket ?? `${config.store.sqlite}.sock`, parts.admin);
      closers.push(() => socket.close());
    }
    const stopTimers = startTimers(config, store, parts, log);
    closers.push(stopTimers);
    // Desktops go before the listener: it waits for the sockets it has.
    closers.push(async () => {
      const cutOff = setTimeout(() => front.app.server.closeAllConnections(), DRAIN_MS);
      await Promise.all([front.app.close(), parts.delivery.close()]).finally(() => clearTimeout(cutOff));
    });

    const opsUrl = await ops.listen({ host: config.ops.host, port: config.ops.port });
    const { host, port } = config.listen;
    // Fastify does not know of the TLS in front of it.
    const listening = await front.app.listen({ host, port, backlog: BACKLOG });
    const url = tls === null ? listening : listening.replace(/^http:/, 'https:');
    let closed: Promise<void> | null = null;
    const close = (): Promise<void> => {
      isStopping = true;
      closed ??= closeAll();
      return closed;
    };
    return { url, opsUrl, parts, reload: () => certificates?.reload(), close };
  } catch (error) {
    await closeAll().catch(() => {}); // the first failure is the one to tell
    throw error;
  }
}
