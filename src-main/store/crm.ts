// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { CrmKind, CrmRecord, CrmRef } from '../../src-shared/crm/model.ts';

/** Tables `crm_cache` and `crm_choices`. */
export function crmTables(db: Database) {
  const cached = db.prepare<[string, string], { at: number; records: string }>(
    'SELECT at, records FROM crm_cache WHERE connector = ? AND digits = ?',
  );
  const cache = db.prepare<[string, string, number, string]>(
    'INSERT OR REPLACE INTO crm_cache (connector, digits, at, records) VALUES (?, ?, ?, ?)',
  );
  const forget = db.prepare<[string, string]>('DELETE FROM crm_cache WHERE connector = ? AND digits = ?');
  const forgetAll = db.prepare<[string]>('DELETE FROM crm_cache WHERE connector = ?');
  const choice = db.prepare<[string], { connector: string; kind: CrmKind; id: string }>(
    'SELECT connector, kind, record_id AS id FROM crm_choices WHERE digits = ?',
  );
  const choose = db.prepare<[string, string, string, string]>(
    'INSERT OR REPLACE INTO crm_choices (digits, connector, kind, record_id) VALUES (?, ?, ?, ?)',
  );
  const unchoose = db.prepare<[string]>('DELETE FROM crm_choices WHERE digits = ?');

  return {
    cached(connector: string, digits: string): { records: readonly CrmRecord[]; at: number } | null {
      const row = cached.get(connector, digits);
      return row === undefined ? null : { at: row.at, records: JSON.parse(row.records) as CrmRecord[] };
    },
    cache(connector: string, digits: string, records: readonly CrmRecord[], at: number): void {
      cache.run(connector, digits, Math.trunc(at), JSON.stringify(records));
    },
    forget(connector: string, digits: string | null): void {
      if (digits === null) forgetAll.run(connector);
      else forget.run(connector, digits);
    },
    choice(digits: string): CrmRef | null {
      return choice.get(digits) ?? null;
    },
    choose(digits: string, ref: CrmRef | null): void {
      if (ref === null) unchoose.run(digits);
      else choose.run(digits, ref.connector, ref.kind, ref.id);
    },
  };
}
