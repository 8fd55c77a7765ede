// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { CallFacts, RawEvent } from './api.ts';

/** Webhooks are kept this long, milliseconds: long enough for any repetition and for a support question. */
export const RAW_RETENTION = 90 * 24 * 3600 * 1000;

/** Table `raw_events`: every webhook as it came, once. */
export function rawEventsTable(db: Database) {
  const insert = db.prepare(
    `INSERT INTO raw_events (hash, received_at, name, pbx_call_id, fields, event)
     VALUES (@hash, @receivedAt, @name, @pbxCallId, @fields, @event) ON CONFLICT (hash) DO NOTHING`,
  );
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM raw_events WHERE received_at >= 0');
  const ofCall = db.prepare<[string], { event: string }>(
    'SELECT event FROM raw_events WHERE pbx_call_id = ? AND event IS NOT NULL ORDER BY id',
  );
  const recent = db.prepare<[number], { id: string; event: string }>(
    `SELECT pbx_call_id AS id, event FROM raw_events
     WHERE received_at >= ? AND event IS NOT NULL AND pbx_call_id IS NOT NULL`,
  );
  const drop = db.prepare<[number]>('DELETE FROM raw_events WHERE received_at < ?');
  return {
    /** False when an event with this hash was there already. */
    add(raw: RawEvent): boolean {
      const event = raw.event === null ? null : JSON.stringify(raw.event);
      return insert.run({ ...raw, receivedAt: Math.trunc(raw.receivedAt), event }).changes > 0;
    },
    /**
     * What webhooks told of the call with this key, as the tracker's facts: also of a call that did not concern this
     * extension until now.
     */
    factsOf(key: string): readonly CallFacts[] {
      if (!key.startsWith('pbx:')) return [];
      const events = ofCall.all(key.slice('pbx:'.length)).map((row) => row.event);
      return events.length === 0 ? [] : [{ key, startedAt: 0, json: `{"v":1,"events":[${events.join(',')}]}` }];
    },
    /** The same of all calls that were told of since then, UTC ms. */
    factsSince(time: number): readonly CallFacts[] {
      return recent
        .all(Math.trunc(time))
        .map(({ id, event }) => ({ key: `pbx:${id}`, startedAt: 0, json: `{"v":1,"events":[${event}]}` }));
    },
    count(): number {
      return count.get()?.n ?? 0;
    },
    dropBefore(time: number): void {
      drop.run(time);
    },
  };
}
