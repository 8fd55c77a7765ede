// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { Settings } from '../../src-shared/settings.ts';

/** Table `settings`: one row a name, its value as JSON. */
export function settingsTable(db: Database) {
  const all = db.prepare<[], { name: string; value: string }>('SELECT name, value FROM settings');
  const put = db.prepare<[string, string]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    load(): Partial<Settings> {
      return Object.fromEntries(all.all().map((row) => [row.name, JSON.parse(row.value) as unknown]));
    },
    save(patch: Partial<Settings>): void {
      db.transaction(() => {
        for (const [name, value] of Object.entries(patch)) put.run(name, JSON.stringify(value));
      })();
    },
  };
}
