// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { StoredRecording } from './api.ts';

type Row = Omit<StoredRecording, 'recordIds'> & { readonly recordIds: string };

const COLUMNS = `call_id AS callRowId, record_ids AS recordIds, state, attempt, next_at AS nextAt, file, bytes, mime,
  error_code AS errorCode`;

/** Table `recordings`: at most one row a call. */
export function recordingsTable(db: Database) {
  const put = db.prepare<Row>(
    `INSERT INTO recordings (call_id, record_ids, state, attempt, next_at, file, bytes, mime, error_code)
     VALUES (@callRowId, @recordIds, @state, @attempt, @nextAt, @file, @bytes, @mime, @errorCode)
     ON CONFLICT (call_id) DO UPDATE SET record_ids = excluded.record_ids, state = excluded.state,
       attempt = excluded.attempt, next_at = excluded.next_at, file = excluded.file, bytes = excluded.bytes,
       mime = excluded.mime, error_code = excluded.error_code`,
  );
  const ofCall = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM recordings WHERE call_id = ?`);
  const waiting = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM recordings WHERE state = 'waiting' ORDER BY call_id`);
  const move = db.prepare<[number, number]>('UPDATE recordings SET call_id = ? WHERE call_id = ?');
  const remove = db.prepare<[number]>('DELETE FROM recordings WHERE call_id = ?');
  return {
    upsert(recording: StoredRecording): void {
      const nextAt = recording.nextAt === null ? null : Math.trunc(recording.nextAt);
      put.run({ ...recording, nextAt, recordIds: JSON.stringify(recording.recordIds) });
    },
    ofCall(callRowId: number): StoredRecording | null {
      const row = ofCall.get(callRowId);
      return row === undefined ? null : toRecording(row);
    },
    waiting(): readonly StoredRecording[] {
      return waiting.all().map(toRecording);
    },
    /** Gives the recording of one row to another; of two, the one that can be played stays. */
    move(from: number, to: number): void {
      const there = this.ofCall(to);
      const here = this.ofCall(from);
      if (here === null || there?.state === 'ready') return;
      if (there !== null && here.state !== 'ready') return;
      remove.run(to);
      move.run(to, from);
    },
  };
}

function toRecording(row: Row): StoredRecording {
  return { ...row, recordIds: JSON.parse(row.recordIds) as string[] };
}
