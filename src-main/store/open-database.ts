// SPDX-License-Identifier: MIT
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../src-shared/errors.ts';
import { type Backups, isSound, setAside } from './backups.ts';
import { isCorrupt } from './errors.ts';
import { migrate, versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

export type OpenOptions = {
  readonly file: string;
  readonly backups: Backups;
  /** What to do when the database is damaged: ask (throws `store.corrupt`), or what the person chose. */
  readonly restore: 'ask' | 'backup' | 'empty';
  readonly now: () => number;
  readonly migrations?: readonly string[];
};

/** `isNew`: there was nothing before, and so nothing to copy. */
export type Opened = { readonly db: Database.Database; readonly isNew: boolean };

/**
 * Opens the database, sound and up to date. Throws `store.future` (file untouched) and `store.corrupt` (set aside;
 * the next opening says the same until `restore` decides, so that no start goes on with an empty history unasked).
 */
export async function openDatabase(options: OpenOptions): Promise<Opened> {
  const { file, backups, restore, now } = options;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(markerOf(file))) {
    try {
      return await openSound(options);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      putAside(file, now());
    }
  }
  if (restore === 'ask') throw corruptError(file, backups);
  if (restore === 'backup' && !backups.restoreTo(file)) throw corruptError(file, backups);
  rmSync(markerOf(file), { force: true });
  return openSound(options);
}

/** Sets a database aside that turned out damaged, and remembers that a decision is due. */
export function putAside(file: string, now: number): void {
  writeFileSync(markerOf(file), setAside(file, now));
}

/** `aside` and `backup` are file names; `backup` is '' when there is no copy to go back to. */
export function corruptError(file: string, backups: Backups): AppError {
  return new AppError('store.corrupt', {
    aside: readFileSync(markerOf(file), 'utf8'),
    backup: backups.newestGood() ?? '',
  });
}

function markerOf(file: string): string {
  return `${file}.set-aside`;
}

async function openSound({ file, backups, now, migrations = MIGRATIONS }: OpenOptions): Promise<Opened> {
  refuseFuture(headerVersion(file), migrations.length);
  const db = new Database(file);
  try {
    chmodSync(file, 0o600);
    const version = versionOf(db);
    refuseFuture(version, migrations.length);
    if (!isSound(db)) throw new Database.SqliteError('quick_check failed', 'SQLITE_CORRUPT');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('busy_timeout = 3000');
    db.pragma('foreign_keys = ON');
    // Removed names and numbers are overwritten where that costs no extra write.
    db.pragma('secure_delete = FAST');
    if (version > 0 && version < migrations.length) await backups.make(db, now());
    migrate(db, migrations);
    return { db, isNew: version === 0 };
  } catch (error) {
    db.close();
    throw error;
  }
}

function refuseFuture(found: number, supported: number): void {
  if (found > supported) throw new AppError('store.future', { found, supported });
}

/** `user_version` from the file header (sqlite.org/fileformat.html, offset 60): opening could already write. */
function headerVersion(file: string): number {
  if (!existsSync(file)) return 0;
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, header, 0, 100, 0) < 100) return 0;
  } finally {
    closeSync(handle);
  }
  return header.toString('latin1', 0, 16) === 'SQLite format 3\0' ? header.readUInt32BE(60) : 0;
}
