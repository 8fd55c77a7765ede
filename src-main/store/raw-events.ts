// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { RawEvent } from './api.ts';

/** Webhooks are kept this long, milliseconds: long enough for any repetition and for a support question. */
export const RAW_RETENTION = 90 * 24 * 3600 * 1000;

/** Table `raw_events`: every webhook as it came, once. */
export function rawEventsTable(db: Database) {
  const insert = db.prepare(
    `INSERT INTO raw_events (hash, received_at, name, pbx_call_id, fields, event)
     VALUES (@hash, @receivedAt, @name, @pbxCallId, @fields, @event) ON CONFLICT (hash) DO NOTHING`,
  );
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM raw_events WHERE received_at >= 0');
  const drop = db.prepare<[number]>('DELETE FROM raw_events WHERE received_at < ?');
  return {
    /** False when an event with this hash was there already. */
    add(raw: RawEvent): boolean {
      const event = raw.event === null ? null : JSON.stringify(raw.event);
      return insert.run({ ...raw, receivedAt: Math.trunc(raw.receivedAt), event }).changes > 0;
    },
    count(): number {
      return count.get()?.n ?? 0;
    },
    dropBefore(time: number): void {
      drop.run(time);
    },
  };
}
