// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { sameNumber } from '../../src-shared/calls/same-number.ts';
import { merged } from '../../src-shared/rules/reminders.ts';
import type { Reminder } from '../../src-shared/rules/team.ts';
import { numberColumns } from './text.ts';

/** A reminder that is done is kept this long after it was closed, milliseconds; the relay keeps it no longer. */
export const DONE_RETENTION = 90 * 24 * 3600 * 1000;

type Row = { readonly row: number; readonly data: string };

/** Table `reminders`: one row a missed call, for a while also when it is done. */
export function remindersTable(db: Database) {
  const find = db.prepare<[string], Row>('SELECT row, data FROM reminders WHERE id = ?');
  const last = db.prepare<[number, number], { row: number | null }>(
    'SELECT max(row) AS row FROM reminders WHERE row >= ? AND row < ?',
  );
  const put = db.prepare(
    `INSERT INTO reminders (row, id, extension, tail, state, due_at, data)
     VALUES (@row, @id, @extension, @tail, @state, @dueAt, @data)
     ON CONFLICT (row) DO UPDATE SET extension = excluded.extension, state = excluded.state,
       due_at = excluded.due_at, data = excluded.data`,
  );
  const due = db.prepare<[string, number], Row>(
    `SELECT row, data FROM reminders WHERE state <> 'done' AND extension = ? AND due_at <= ? ORDER BY due_at LIMIT 500`,
  );
  const next = db.prepare<[string, number], { at: number | null }>(
    `SELECT min(due_at) AS at FROM reminders WHERE state <> 'done' AND extension = ? AND due_at > ?`,
  );
  const ofTail = db.prepare<[string], Row>(`SELECT row, data FROM reminders WHERE state <> 'done' AND tail = ?`);
  const page = db.prepare<[number, number], Row>(
    'SELECT row, data FROM reminders WHERE row < ? ORDER BY row DESC LIMIT ?',
  );
  // None is closed before its call was missed: older rows alone can be old enough.
  const drop = db.prepare<[number, number]>(
    `DELETE FROM reminders WHERE row < ? AND state = 'done' AND coalesce(json_extract(data, '$.closed.at'), 0) < ?`,
  );

  const read = (row: Row): Reminder => JSON.parse(row.data) as Reminder;

  /** As with calls: room for a thousand in each millisecond, so that the newest missed call has the highest row. */
  function newRow(missedAt: number): number {
    const first = Math.min(Math.max(Math.trunc(missedAt), 1), 8_000_000_000_000) * 1000;
    return (last.get(first, first + 1000)?.row ?? first - 1) + 1;
  }

  return {
    /** Keeps what counts of the known and the told one; answers it. */
    put(told: Reminder): Reminder {
      return db.transaction(() => {
        const row = find.get(told.id);
        const known = row === undefined ? null : read(row);
        const kept = merged(known, told);
        if (kept === known) return kept;
        put.run({
          row: row?.row ?? newRow(kept.missedAt),
          ...{ id: kept.id, extension: kept.extension, tail: numberColumns(kept.number).tail },
          ...{ state: kept.state, dueAt: Math.trunc(kept.dueAt), data: JSON.stringify(kept) },
        });
        return kept;
      })();
    },
    get(id: string): Reminder | null {
      const row = find.get(id);
      return row === undefined ? null : read(row);
    },
    due(extension: string, at: number): readonly Reminder[] {
      return due.all(extension, Math.trunc(at)).map(read);
    },
    nextDue(extension: string, after: number): number | null {
      return next.get(extension, Math.trunc(after))?.at ?? null;
    },
    openOf(number: string): readonly Reminder[] {
      const { tail } = numberColumns(number);
      if (tail === '') return [];
      return ofTail
        .all(tail)
        .map(read)
        .filter((reminder) => sameNumber(reminder.number, number));
    },
    page(before: number | null, limit: number): { rows: readonly Reminder[]; next: number | null } {
      const rows = page.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1);
      const shown = rows.slice(0, limit);
      return { rows: shown.map(read), next: rows.length > limit ? (shown.at(-1)?.row ?? null) : null };
    },
    /** Those that were closed before; one that waits for somebody stays, however old it is. */
    dropDoneBefore(time: number): void {
      drop.run(time * 1000, time);
    },
  };
}
