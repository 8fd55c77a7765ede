// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { HistoryQuery } from '../../src-shared/ipc/schemas.ts';
import { migrate } from './migrate.ts';
import { openTables } from './tables.ts';

/** A database that notes every statement prepared on it. */
function recorded(): { db: Database.Database; statements: Set<string> } {
  const db = new Database(':memory:');
  migrate(db);
  const statements = new Set<string>();
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    statements.add(sql);
    return prepare(sql);
  }) as typeof db.prepare;
  return { db, statements };
}

function* everyFilter(): Iterable<HistoryQuery['filter']> {
  for (const direction of ['in', null] as const) {
    for (const missed of [true, false]) {
      for (const disposition of ['busy', null] as const) {
        for (const search of ['', '6', '600', 'ana', '%']) yield { direction, missed, disposition, search };
      }
    }
  }
}

it('no statement reads a table from end to end', () => {
  const { db, statements } = recorded();
  const tables = openTables(db);
  for (const filter of everyFilter()) tables.calls.page({ before: null, limit: 10, filter });
  for (const text of ['6', '600', 'ana', 'construcciones', 'a@b']) {
    tables.contacts.suggest(text, 8);
    tables.contacts.search(text, 8);
  }
  expect(statements.size).toBeGreaterThan(50);

  const scans = [...statements].flatMap((sql) => {
    const params = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((match) => [match[1], 1]));
    const positional = sql.match(/\?/g)?.map(() => 1) ?? [];
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...positional, ...(sql.includes('@') ? [params] : []));
    return plan
      .map((step) => (step as { detail: string }).detail)
      .filter((detail) =>
        /^SCAN (calls|c|contacts|contact_numbers|contact_emails|n|raw_events|legs|call_keys|call_facts|reminders|answers|number_changes|blacklist)\b/.test(
          detail,
        ),
      )
      .map((detail) => `${detail}: ${sql}`);
  });
  expect(scans).toEqual([]);
});

it('the missed count reads its partial index alone', () => {
  const { db } = recorded();
  const plan = db.prepare('EXPLAIN QUERY PLAN SELECT count(*) FROM calls WHERE missed = 1 AND seen = 0').all();
  expect(plan).toMatchObject([{ detail: 'SEARCH calls USING COVERING INDEX calls_unseen (seen=?)' }]);
});
