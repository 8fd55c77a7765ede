// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { AnswerRecord } from '../../src-shared/rules/team.ts';

/** Table `answers`: what was answered to the PBX when a call began, and why. */
export function answersTable(db: Database) {
  const put = db.prepare<[string, number, string]>(
    'INSERT INTO answers (pbx_call_id, at, data) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const ofCall = db.prepare<[string], { data: string }>(
    'SELECT data FROM answers WHERE pbx_call_id = ? ORDER BY at LIMIT 100',
  );
  const drop = db.prepare<[number]>('DELETE FROM answers WHERE at < ?');
  return {
    add(record: AnswerRecord): void {
      put.run(record.pbxCallId, Math.trunc(record.at), JSON.stringify(record));
    },
    of(pbxCallId: string): readonly AnswerRecord[] {
      return ofCall.all(pbxCallId).map((row) => JSON.parse(row.data) as AnswerRecord);
    },
    dropBefore(time: number): void {
      drop.run(time);
    },
  };
}
