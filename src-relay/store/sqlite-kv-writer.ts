// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { Bucket } from './api.ts';

export type KvWriter = {
  /** The new revision, or 0 when the stored one is not `revision` (0: not there or expired; null: whatever it is). */
  put(
    bucket: Bucket,
    key: string,
    value: string,
    revision: number | null,
    now: number,
    expiresAt: number | null,
  ): number;
  remove(bucket: Bucket, key: string): void;
  /** Removes at most `limit` keys that start with `folder`; answers how many. */
  removeAll(bucket: Bucket, folder: `${string}/`, limit: number): number;
  /** Drops at most `limit` keys that have expired; answers how many. */
  sweep(now: number, limit: number): number;
};

/** Keys and values, inside a transaction of the caller's. `next` gives a number above all before. */
export function kvWriter(db: Database, next: () => number): KvWriter {
  const find = db.prepare<[string, string], { revision: number; expires_at: number | null }>(
    'SELECT revision, expires_at FROM kv WHERE bucket = ? AND key = ?',
  );
  const set = db.prepare(
    `INSERT INTO kv (bucket, key, value, revision, expires_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (bucket, key) DO UPDATE
     SET value = excluded.value, revision = excluded.revision, expires_at = excluded.expires_at`,
  );
  const drop = db.prepare('DELETE FROM kv WHERE bucket = ? AND key = ?');
  const dropSome = db.prepare(
    'DELETE FROM kv WHERE id IN (SELECT id FROM kv WHERE bucket = ? AND key >= ? AND key < ? LIMIT ?)',
  );
  const dropExpired = db.prepare(
    'DELETE FROM kv WHERE id IN (SELECT id FROM kv WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  );

  return {
    put(bucket, key, value, revision, now, expiresAt) {
      if (revision !== null) {
        const row = find.get(bucket, key);
        const isGone = row === undefined || (row.expires_at !== null && row.expires_at <= now);
        if ((isGone ? 0 : row.revision) !== revision) return 0;
      }
      const given = next();
      set.run(bucket, key, value, given, expiresAt);
      return given;
    },
    remove: (bucket, key) => void drop.run(bucket, key),
    // '0' is the character after '/'.
    removeAll: (bucket, folder, limit) => dropSome.run(bucket, folder, folder.replace(/\/$/, '0'), limit).changes,
    sweep: (now, limit) => dropExpired.run(now, limit).changes,
  };
}
