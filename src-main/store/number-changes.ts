// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';

type Row = { readonly seq: number; readonly number: string; readonly changedAt: number };

/** Table `number_changes`: one row a number that ever had a contact, with a new sequence at each change. */
export function numberChangesTable(db: Database) {
  const put = db.prepare<[string]>(
    `INSERT OR REPLACE INTO number_changes (number, changed_at)
     VALUES (?, CAST(unixepoch('subsec') * 1000 AS INTEGER))`,
  );
  const after = db.prepare<[number, number], Row>(
    'SELECT seq, number, changed_at AS changedAt FROM number_changes WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  return {
    note(numbers: readonly string[]): void {
      for (const number of new Set(numbers)) put.run(number);
    },
    /** Those with a sequence above `seq`, oldest first. */
    after(seq: number, limit: number): readonly Row[] {
      return after.all(seq, limit);
    },
  };
}
