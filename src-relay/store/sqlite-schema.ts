// SPDX-License-Identifier: MIT
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../src-shared/errors.ts';

/**
 * Steps of the schema, in order; their number is its version (`user_version`). Written ones never change: add the next.
 *
 * `counter` is the last sequence or revision given out, so that none is ever given twice, whatever was dropped since.
 * The id of an event is the sequence of its first delivery. A body is stored once; a delivery is a few bytes.
 */
export const SCHEMA: readonly string[] = [
  `
  CREATE TABLE counter (value INTEGER NOT NULL) STRICT;
  INSERT INTO counter VALUES (0);

  CREATE TABLE tenants (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    newest INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE audiences (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (tenant, name)
  ) STRICT;

  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    hash ANY NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (tenant, hash)
  ) STRICT;
  CREATE INDEX events_age ON events (tenant, received_at);

  CREATE TABLE deliveries (
    audience INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (audience, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX deliveries_once ON deliveries (event, audience);

  CREATE TABLE kv (
    id INTEGER PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    revision INTEGER NOT NULL,
    expires_at INTEGER,
    UNIQUE (bucket, key)
  ) STRICT;
  CREATE INDEX kv_expiry ON kv (expires_at) WHERE expires_at IS NOT NULL;
  `,
];

/**
 * Opens the database for its one writer, with the schema up to date; the file is made when missing, for its owner only.
 * `lockFile` comes first.
 *
 * @throws AppError `store.future`: written by a newer Megadial, left as it is
 */
export function openForWriting(file: string): Database.Database {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new Database(file);
  try {
    migrate(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('cache_size = -65536');
    // A thread of its own moves the log into the file (sqlite-checkpoint.ts), so that no append waits for that.
    db.pragma('wal_autocheckpoint = 0');
    db.pragma('journal_size_limit = 67108864');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection that only reads; the writer must have opened the file before. */
export function openForReading(file: string): Database.Database {
  const db = new Database(file, { readonly: true, timeout: 250 });
  db.pragma('cache_size = -65536');
  return db;
}

/**
 * Makes the folder and holds the file for this process until the returned function is called or the process ends, however it ends. Two
 * relays on one file would give out the same sequences.
 */
export function lockFile(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const lock = new Database(`${file}-lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new Error('another process has this database open', { cause: error });
  }
  return () => lock.close();
}

function migrate(db: Database.Database): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > SCHEMA.length) throw new AppError('store.future', { found, supported: SCHEMA.length });
  for (let version = found; version < SCHEMA.length; version += 1) {
    db.transaction(() => {
      db.exec(SCHEMA[version] ?? '');
      db.pragma(`user_version = ${version + 1}`);
    })();
  }
}

/** A SHA-256 in hex takes half the room as bytes; any other id is kept as text. */
export function packHash(hash: string): string | Buffer {
  return /^[0-9a-f]{64}$/.test(hash) ? Buffer.from(hash, 'hex') : hash;
}

export function unpackHash(stored: string | Buffer): string {
  return typeof stored === 'string' ? stored : stored.toString('hex');
}
