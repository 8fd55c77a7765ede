// SPDX-License-Identifier: MIT
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

const KEPT = 5;
const DAY = 24 * 3600 * 1000;
const NAME = /^megadial-(\d{13})\.db$/;

/** Copies of the database in a folder of their own, named by the moment they were made; the newest five are kept. */
export class Backups {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** File names, newest first. */
  list(): readonly string[] {
    if (!existsSync(this.#dir)) return [];
    return readdirSync(this.#dir)
      .filter((name) => NAME.test(name))
      .sort()
      .reverse();
  }

  isDue(now: number): boolean {
    const newest = Number(NAME.exec(this.list()[0] ?? '')?.[1] ?? 0);
    return now - newest >= DAY;
  }

  /** A whole copy, on the disk before this resolves, or none. Writes to `db` may go on meanwhile. */
  async make(db: Database.Database, now: number): Promise<void> {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const target = join(this.#dir, `megadial-${String(Math.trunc(now)).padStart(13, '0')}.db`);
    const draft = `${target}.part`;
    // Of a copy that the end of the program cut off.
    for (const name of readdirSync(this.#dir)) {
      if (name.endsWith('.db.part')) rmSync(join(this.#dir, name), { force: true });
    }
    try {
      await db.backup(draft);
      chmodSync(draft, 0o600);
      syncPath(draft);
      renameSync(draft, target);
      syncPath(this.#dir);
    } finally {
      rmSync(draft, { force: true });
    }
    for (const old of this.list().slice(KEPT)) rmSync(join(this.#dir, old), { force: true });
  }

  /** The newest copy that is sound and not from a newer Megadial. */
  newestGood(): string | null {
    return this.list().find((name) => isGood(join(this.#dir, name))) ?? null;
  }

  /** Puts the newest good copy in the place of `file`, whole or not at all. False when there is none. */
  restoreTo(file: string): boolean {
    const name = this.newestGood();
    if (name === null) return false;
    const draft = `${file}.part`;
    copyFileSync(join(this.#dir, name), draft);
    syncPath(draft);
    renameSync(draft, file);
    syncPath(dirname(file));
    return true;
  }
}

/** Moves a damaged database and its companions out of the way; answers the new file name. */
export function setAside(file: string, now: number): string {
  const aside = `${file}.corrupt-${Math.trunc(now)}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  syncPath(dirname(file));
  return basename(aside);
}

export function isSound(db: Database.Database): boolean {
  return db.pragma('quick_check(1)', { simple: true }) === 'ok';
}

function isGood(file: string): boolean {
  try {
    const db = new Database(file, { readonly: true });
    try {
      const version = versionOf(db);
      return version > 0 && version <= MIGRATIONS.length && isSound(db);
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

/** Folders cannot be synced on Windows; there the rename itself is enough. */
function syncPath(path: string): void {
  let handle: number | null = null;
  try {
    handle = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
    fsyncSync(handle);
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
