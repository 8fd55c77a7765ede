// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';

/** Table `cursors`: how far something was exchanged, by name. */
export function cursorsTable(db: Database) {
  const get = db.prepare<[string], { value: number }>('SELECT value FROM cursors WHERE name = ?');
  const put = db.prepare<[string, number]>(
    'INSERT INTO cursors (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare<[string]>('DELETE FROM cursors WHERE name = ?');
  return {
    get(name: string): number | null {
      return get.get(name)?.value ?? null;
    },
    /** null forgets it. */
    save(values: Readonly<Record<string, number | null>>): void {
      db.transaction(() => {
        for (const [name, value] of Object.entries(values)) {
          if (value === null) remove.run(name);
          else put.run(name, Math.trunc(value));
        }
      })();
    },
  };
}
