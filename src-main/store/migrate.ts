// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { MIGRATIONS } from './migrations/index.ts';

export function versionOf(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Brings the schema up to date: one transaction a step, so that a crash leaves a whole older version. */
export function migrate(db: Database, migrations: readonly string[] = MIGRATIONS): void {
  for (let version = versionOf(db); version < migrations.length; version += 1) {
    db.transaction(() => {
      db.exec(migrations[version] ?? '');
      db.pragma(`user_version = ${version + 1}`);
    })();
  }
}
