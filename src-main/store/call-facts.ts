// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { CallFacts } from './api.ts';

/** Facts are kept longer than webhooks: an event that comes late must not make a poorer call. Milliseconds. */
export const FACTS_RETENTION = 400 * 24 * 3600 * 1000;

/** Table `call_facts`: what the tracker goes on from. */
export function callFactsTable(db: Database) {
  const put = db.prepare<CallFacts>(
    `INSERT INTO call_facts (key, started_at, json) VALUES (@key, @startedAt, @json)
     ON CONFLICT (key) DO UPDATE SET started_at = excluded.started_at, json = excluded.json`,
  );
  const since = db.prepare<[number], CallFacts>(
    'SELECT key, started_at AS startedAt, json FROM call_facts WHERE started_at >= ? ORDER BY started_at, key',
  );
  const ofCall = db.prepare<{ key: string }, CallFacts>(
    `SELECT key, started_at AS startedAt, json FROM call_facts WHERE key = @key OR key IN
       (SELECT key FROM call_keys WHERE call_id = (SELECT call_id FROM call_keys WHERE key = @key))
     ORDER BY key`,
  );
  const drop = db.prepare<[number]>('DELETE FROM call_facts WHERE started_at < ?');
  return {
    put(facts: readonly CallFacts[]): void {
      for (const { key, startedAt, json } of facts) put.run({ key, startedAt: Math.trunc(startedAt), json });
    },
    since(time: number): readonly CallFacts[] {
      return since.all(time);
    },
    of(key: string): readonly CallFacts[] {
      return ofCall.all({ key });
    },
    dropBefore(time: number): void {
      drop.run(time);
    },
  };
}
