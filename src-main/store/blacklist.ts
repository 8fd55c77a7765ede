// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';

/** Table `blacklist`: numbers (canonical form) whose calls are refused, for one agent alone. */
export function blacklistTable(db: Database) {
  const add = db.prepare<[string]>('INSERT INTO blacklist (number) VALUES (?) ON CONFLICT DO NOTHING');
  const remove = db.prepare<[string]>('DELETE FROM blacklist WHERE number = ?');
  const find = db.prepare<[string], { number: string }>('SELECT number FROM blacklist WHERE number = ?');
  const list = db.prepare<[string, number], { number: string }>(
    'SELECT number FROM blacklist WHERE number > ? ORDER BY number LIMIT ?',
  );
  return {
    set(number: string, on: boolean): void {
      (on ? add : remove).run(number);
    },
    has(number: string): boolean {
      return find.get(number) !== undefined;
    },
    list(after: string | null, limit: number): readonly string[] {
      return list.all(after ?? '', limit).map((row) => row.number);
    },
  };
}
