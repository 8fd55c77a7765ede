// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import {
  connect,
  InvalidArgumentError,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import type { IngressLog } from '../ingress.ts';
import { RelayError } from './api.ts';

export type Link = {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /**
   * Asks the server, again and again for the time that may be buffered: over a lost connection, a restart, a new leader.
   * What is asked must bear being asked twice.
   *
   * @param patienceMs for another time than that
   * @throws RelayError `relay.unavailable` when the time is over, `relay.full`; JetStreamApiError for any other answer
   */
  ask<T>(question: (timeoutMs: number) => Promise<T>, patienceMs?: number): Promise<T>;
  /** Called after each reconnection. */
  onReconnect(listener: () => void): void;
  /** Lets what is under way come to its end. */
  close(): Promise<void>;
};

export type LinkOptions = {
  readonly connection: NodeConnectionOptions;
  /** How long a question waits for a server that is gone, ms. */
  readonly bufferMs: number;
  readonly log: Pick<IngressLog, 'warn' | 'error'>;
};

const RETRY_MS = 50;
const CONNECT_MS = 5_000;

/** @throws RelayError `relay.unavailable`: no server */
export async function openLink({ connection, bufferMs, log }: LinkOptions): Promise<Link> {
  const nc = await connect({
    name: 'megadial-relay',
    timeout: CONNECT_MS,
    reconnectTimeWait: 200,
    maxReconnectAttempts: -1,
    // A server that is being set up refuses everybody for a while.
    ignoreAuthErrorAbort: true,
    pingInterval: 2_000,
    maxPingOut: 2,
    noAsyncTraces: true,
    ...connection,
  }).catch((cause: unknown) => {
    throw new RelayError('relay.unavailable', { cause });
  });
  const options = { timeout: bufferMs, checkAPI: false };
  const jsm = await jetstreamManager(nc, options);
  const underWay = new Set<(error: Error) => void>();
  const waiting = new Set<() => void>();
  const reconnected = new Set<() => void>();
  let isConnected = true;
  let isClosing = false;

  async function watch(): Promise<void> {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect' && isConnected) {
        isConnected = false;
        log.warn('NATS is gone');
        // Their answers are lost with the connection; without this they would wait in vain.
        for (const lost of underWay) lost(new Error('connection lost'));
      } else if (type === 'reconnect' && !isConnected) {
        isConnected = true;
        log.warn('NATS is back');
        for (const wake of waiting) wake();
        for (const listener of reconnected) listener();
      }
    }
  }
  watch().catch((error: unknown) => log.error('NATS connection not watched', { error }));

  /** Resolves when connected, or after that time. */
  async function connected(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    waiting.add(resolve);
    await promise;
    waiting.delete(resolve);
    clearTimeout(timer);
  }

  function once<T>(question: (timeoutMs: number) => Promise<T>, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      underWay.add(reject);
      question(timeoutMs)
        .then(resolve, reject)
        .finally(() => underWay.delete(reject));
    });
  }

  async function ask<T>(question: (timeoutMs: number) => Promise<T>, patienceMs = bufferMs): Promise<T> {
    const end = performance.now() + patienceMs;
    let last: unknown;
    while (!isClosing) {
      const left = end - performance.now();
      if (left <= 0) break;
      if (!isConnected) {
        await connected(left);
        continue;
      }
      try {
        return await once(question, Math.ceil(left));
      } catch (error) {
        last = error;
        if (isFull(error)) throw new RelayError('relay.full', { cause: error });
        if (isFinal(error)) throw error;
        await sleep(RETRY_MS);
      }
    }
    throw new RelayError('relay.unavailable', { cause: last });
  }

  return {
    nc,
    js: jetstream(nc, options),
    jsm,
    ask,
    onReconnect: (listener) => void reconnected.add(listener),
    async close() {
      isClosing = true;
      for (const wake of waiting) wake();
      const end = performance.now() + bufferMs;
      while (underWay.size > 0 && isConnected && performance.now() < end) await sleep(5);
      await nc.close();
    },
  };
}

/** The server's error codes (nats-server `server/errors.json`) for no room in the account, the server or the stream. */
const FULL = [10002, 10023, 10028, 10047, 10077];

function isFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && FULL.includes(error.code);
}

/** Statuses from 500 pass (no leader, not ready); a stream that is not found is one the server has not read yet. */
function isFinal(error: unknown): boolean {
  if (error instanceof JetStreamApiError) {
    return error.status < 500 && error.code !== JetStreamApiCodes.StreamNotFound;
  }
  return error instanceof InvalidArgumentError || error instanceof RangeError || error instanceof TypeError;
}
