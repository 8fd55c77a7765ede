// SPDX-License-Identifier: MIT
import type { Bucket, Entry, LoggedEntry, RelayStore } from '../../src-relay/store/api.ts';
import { RelayError } from '../../src-relay/store/api.ts';

export type MemoryStore = RelayStore & {
  /** While set, everything fails with this code: a full disk, a server that is gone. */
  failing: RelayError['code'] | null;
  /** Reads and writes of the table so far. */
  reads: number;
};

/** A relay's store without a disk, for tests of what stands on it. `now` decides when entries with a TTL are gone. */
export function createMemoryStore(now: () => number = Date.now): MemoryStore {
  const tables = new Map<string, { value: string; revision: number; until: number }>();
  const entries: LoggedEntry[] = [];
  const seen = new Set<string>();
  const listeners = new Set<(entry: LoggedEntry) => void>();
  let revision = 0;

  const check = (): void => {
    if (store.failing !== null) throw new RelayError(store.failing);
  };
  const keyOf = (bucket: Bucket, key: string): string => `${bucket} ${key}`;
  const find = (bucket: Bucket, key: string) => {
    const row = tables.get(keyOf(bucket, key));
    return row !== undefined && row.until > now() ? row : null;
  };

  const append = (entry: Entry): void => {
    const id = `${entry.tenant} ${entry.audience} ${entry.hash}`;
    if (seen.has(id)) return;
    seen.add(id);
    const logged = { ...entry, seq: entries.length + 1 };
    entries.push(logged);
    for (const listener of listeners) listener(logged);
  };

  const store: MemoryStore = {
    failing: null,
    reads: 0,
    log: {
      async append(list) {
        check();
        list.forEach(append);
      },
      async read(tenant, audience, after, limit) {
        check();
        const mine = entries.filter((entry) => entry.tenant === tenant && entry.audience === audience);
        return mine.filter(({ seq }) => seq > after).slice(0, limit);
      },
      async bounds(tenant) {
        const mine = entries.filter((entry) => entry.tenant === tenant);
        return { oldest: mine[0]?.seq ?? 0, newest: mine.at(-1)?.seq ?? 0 };
      },
      follow(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      async prune(before) {
        entries.splice(0, entries.length, ...entries.filter(({ receivedAt }) => receivedAt >= before));
      },
    },
    kv: {
      async get(bucket, key) {
        check();
        store.reads++;
        const row = find(bucket, key);
        return row && { value: row.value, revision: row.revision };
      },
      async put(bucket, key, value, expected, ttlMs = Number.POSITIVE_INFINITY) {
        check();
        if (expected !== null && (find(bucket, key)?.revision ?? 0) !== expected) return 0;
        tables.set(keyOf(bucket, key), { value, revision: ++revision, until: now() + ttlMs });
        return revision;
      },
      async putMany(bucket, list) {
        check();
        for (const { key, value } of list) {
          tables.set(keyOf(bucket, key), { value, revision: ++revision, until: Number.POSITIVE_INFINITY });
        }
      },
      async remove(bucket, key) {
        check();
        tables.delete(keyOf(bucket, key));
      },
      async removeAll(bucket, folder) {
        check();
        for (const key of tables.keys()) if (key.startsWith(keyOf(bucket, folder))) tables.delete(key);
      },
      async list(bucket, prefix, after, limit) {
        check();
        const start = keyOf(bucket, '');
        const keys = [...tables.keys()].filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
        const wanted = keys.filter((key) => key.startsWith(prefix) && (after === null || key > after)).toSorted();
        return wanted
          .flatMap((key) => {
            const row = find(bucket, key);
            return row === null ? [] : [{ key, value: row.value }];
          })
          .slice(0, limit);
      },
    },
    async appendAndPut(entries, { bucket, key, value, revision: expected, ttlMs }) {
      await store.log.append(entries);
      return store.kv.put(bucket, key, value, expected, ttlMs);
    },
    async close() {},
  };
  return store;
}
