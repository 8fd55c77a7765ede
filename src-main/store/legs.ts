// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { Leg } from '../../src-shared/calls/model.ts';

/** Table `legs`: one row for each extension of a call. */
export function legsTable(db: Database) {
  const clear = db.prepare<[number]>('DELETE FROM legs WHERE call_id = ?');
  const insert = db.prepare<[number, string, number | null, number | null, number | null]>(
    'INSERT INTO legs (call_id, extension, ringing_at, answered_at, ended_at) VALUES (?, ?, ?, ?, ?)',
  );
  const ofCall = db.prepare<[number], Leg>(
    `SELECT extension, ringing_at AS ringingAt, answered_at AS answeredAt, ended_at AS endedAt
     FROM legs WHERE call_id = ? ORDER BY extension`,
  );
  return {
    replace(callId: number, legs: readonly Leg[]): void {
      clear.run(callId);
      for (const { extension, ringingAt, answeredAt, endedAt } of legs) {
        insert.run(callId, extension, whole(ringingAt), whole(answeredAt), whole(endedAt));
      }
    },
    ofCall(callId: number): readonly Leg[] {
      return ofCall.all(callId);
    },
  };
}

/** The engine's times may have fractions of a millisecond; a STRICT column takes none. */
function whole(time: number | null): number | null {
  return time === null ? null : Math.trunc(time);
}
