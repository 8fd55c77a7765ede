// SPDX-License-Identifier: MIT
import type { IngressLog } from '../ingress.ts';
import { type Bucket, type Entry, LONGEST_LIFE, type Put, RelayError, type RelayStore } from './api.ts';
import { createFollowers } from './followers.ts';
import { startWriter } from './sqlite-client.ts';
import type { OpValue, PutOp } from './sqlite-protocol.ts';
import { openReader } from './sqlite-reader.ts';

export type SqliteStoreOptions = {
  /** The database file; its folder is made when missing. */
  readonly path: string;
  readonly log: Pick<IngressLog, 'warn' | 'error'>;
  /** Entry of the threads: a file of the bundle, or `sqlite-worker.ts` beside this one. */
  readonly workerPath?: string | URL;
  /** UTC ms. */
  readonly now?: () => number;
};

/** Written in one transaction between those of others, so that a million keys hold up no event. */
const MANY = 1_000;
const PRUNE = 100;
const DROP = 500;
const SWEEP_EVERY_MS = 60_000;

/**
 * The relay's log and keys in one SQLite file, for one process (a second one is refused). A resolved append or put has
 * been synced to the disk: it survives a power cut.
 *
 * @throws AppError `store.future` (written by a newer Megadial, left as it is), `store.failed`
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<RelayStore> {
  const { path, log, now = Date.now } = options;
  const writer = await startWriter(path, options.workerPath ?? new URL('./sqlite-worker.ts', import.meta.url), log);
  const reader = openReader(path);
  const followers = createFollowers(log);

  function expiry(bucket: Bucket, ttlMs: number | undefined): number | null {
    const life = Math.min(ttlMs ?? Number.POSITIVE_INFINITY, LONGEST_LIFE[bucket] ?? Number.POSITIVE_INFINITY);
    return life === Number.POSITIVE_INFINITY ? null : Math.trunc(now() + life);
  }

  const toPut = (put: Omit<Put, 'ttlMs'>, ttlMs: number | undefined): PutOp => ({
    ...put,
    now: now(),
    expiresAt: expiry(put.bucket, ttlMs),
  });

  function tell(entries: readonly Entry[], value: OpValue): void {
    const sequences = Array.isArray(value) ? (value as readonly number[]) : [];
    for (const [index, seq] of sequences.entries()) {
      const entry = entries[index];
      if (entry !== undefined && seq > 0) followers.tell({ ...entry, seq });
    }
  }

  async function read<T>(ask: () => T): Promise<T> {
    try {
      return ask();
    } catch (cause) {
      throw new RelayError('relay.unavailable', { cause });
    }
  }

  async function inBatches(batch: () => Promise<OpValue>, size: number): Promise<void> {
    while ((await batch()) === size);
  }

  const sweeping = setInterval(() => {
    inBatches(() => writer.ask({ kind: 'sweep', now: now(), limit: DROP }), DROP).catch(() => {
      // Expired keys are not answered anyway; the writer has said why it does not write.
    });
  }, SWEEP_EVERY_MS);
  sweeping.unref();

  return {
    log: {
      async append(entries) {
        if (entries.length > 0) await writer.ask({ kind: 'append', entries }, (value) => tell(entries, value));
      },
      read: (tenant, audience, after, limit) => read(() => reader.entries(tenant, audience, after, limit)),
      bounds: (tenant) => read(() => reader.bounds(tenant)),
      follow: (listener) => followers.add(listener),
      prune: (before) => inBatches(() => writer.ask({ kind: 'prune', before, limit: PRUNE }), PRUNE),
    },
    kv: {
      get: (bucket, key) => read(() => reader.get(bucket, key, now())),
      async put(bucket, key, value, revision, ttlMs) {
        return Number(await writer.ask({ kind: 'put', ...toPut({ bucket, key, value, revision }, ttlMs) }));
      },
      async putMany(bucket, entries) {
        for (let at = 0; at < entries.length; at += MANY) {
          const some = entries.slice(at, at + MANY);
          await writer.ask({ kind: 'putMany', bucket, entries: some, expiresAt: expiry(bucket, undefined) });
        }
      },
      async remove(bucket, key) {
        await writer.ask({ kind: 'remove', bucket, key });
      },
      removeAll: (bucket, folder) =>
        inBatches(() => writer.ask({ kind: 'removeAll', bucket, folder, limit: DROP }), DROP),
      list: (bucket, prefix, after, limit) => read(() => reader.list(bucket, prefix, after, limit, now())),
    },
    async appendAndPut(entries, { ttlMs, ...rest }) {
      const op = { kind: 'appendAndPut', entries, put: toPut(rest, ttlMs) } as const;
      const value = await writer.ask(op, (answer) => tell(entries, sequencesOf(answer)));
      return Array.isArray(value) ? Number(value[0]) : 0;
    },
    async close() {
      clearInterval(sweeping);
      await writer.close();
      reader.close();
    },
  };
}

/** Without the revision that stands before them. */
function sequencesOf(value: OpValue): OpValue {
  return Array.isArray(value) ? value.slice(1) : null;
}
