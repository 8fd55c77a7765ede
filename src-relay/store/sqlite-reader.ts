// SPDX-License-Identifier: MIT
import type { Audience, Bucket, KvValue, LoggedEntry } from './api.ts';
import { openForReading, unpackHash } from './sqlite-schema.ts';

export type Reader = {
  entries(tenant: string, audience: Audience, after: number, limit: number): readonly LoggedEntry[];
  bounds(tenant: string): { readonly oldest: number; readonly newest: number };
  get(bucket: Bucket, key: string, now: number): KvValue | null;
  list(
    bucket: Bucket,
    prefix: string,
    after: string | null,
    limit: number,
    now: number,
  ): readonly { readonly key: string; readonly value: string }[];
  close(): void;
};

type Row = {
  readonly seq: number;
  readonly hash: string | Buffer;
  readonly received_at: number;
  readonly body: string;
};

/**
 * Reads in the thread of the caller, on a connection of its own: a few microseconds, and no writer is in the way. Sees
 * everything that was committed before it is asked.
 */
export function openReader(file: string): Reader {
  const db = openForReading(file);
  const tenantRow = db.prepare<[string], { id: number; newest: number }>(
    'SELECT id, newest FROM tenants WHERE name = ?',
  );
  const audienceRow = db.prepare<[string, string], { id: number }>(
    'SELECT a.id FROM tenants t JOIN audiences a ON a.tenant = t.id WHERE t.name = ? AND a.name = ?',
  );
  const page = db.prepare<[number, number, number], Row>(
    `SELECT d.seq, e.hash, e.received_at, e.body FROM deliveries d JOIN events e ON e.id = d.event
     WHERE d.audience = ? AND d.seq > ? ORDER BY d.seq LIMIT ?`,
  );
  const oldest = db.prepare<[number], { id: number }>(
    'SELECT id FROM events WHERE tenant = ? ORDER BY received_at LIMIT 1',
  );
  const value = db.prepare<[string, string, number], KvValue>(
    'SELECT value, revision FROM kv WHERE bucket = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)',
  );
  const keys = db.prepare<[string, string, number], { key: string; value: string }>(
    `SELECT key, value FROM kv WHERE bucket = ? AND key >= ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY key`,
  );

  return {
    entries(tenant, audience, after, limit) {
      const of = audienceRow.get(tenant, audience);
      if (of === undefined) return [];
      return page.all(of.id, after, limit).map(({ seq, hash, received_at: receivedAt, body }) => {
        return { tenant, audience, seq, hash: unpackHash(hash), receivedAt, body };
      });
    },
    bounds(tenant) {
      const row = tenantRow.get(tenant);
      const first = row === undefined ? undefined : oldest.get(row.id);
      return row === undefined || first === undefined
        ? { oldest: 0, newest: 0 }
        : { oldest: first.id, newest: row.newest };
    },
    get: (bucket, key, now) => value.get(bucket, key, now) ?? null,
    list(bucket, prefix, after, limit, now) {
      const found: { key: string; value: string }[] = [];
      const from = after !== null && Buffer.compare(Buffer.from(after), Buffer.from(prefix)) > 0 ? after : prefix;
      for (const row of keys.iterate(bucket, from, now)) {
        if (found.length >= limit || !row.key.startsWith(prefix)) break;
        if (row.key !== after) found.push(row);
      }
      return found;
    },
    close: () => void db.close(),
  };
}
