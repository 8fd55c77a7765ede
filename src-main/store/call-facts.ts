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
  const keysBetween = db.prepare<[number, number], { key: string }>(
    'SELECT key FROM call_facts WHERE started_at >= ? AND started_at <= ?',
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
    around(keys: readonly string[], from: number, to: number): readonly CallFacts[] {
      const near = keysBetween.all(Math.trunc(from), Math.trunc(to)).map(({ key }) => key);
      const found = new Map<string, CallFacts>();
      for (const key of new Set([...keys, ...near])) {
        // Facts of one call come together: one that is here has brought the others.
        if (!found.has(key)) for (const facts of ofCall.all({ key })) found.set(facts.key, facts);
      }
      return [...found.values()];
    },
    dropBefore(time: number): void {
      drop.run(time);
    },
  };
}
