// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { StoredJob } from './team-api.ts';

/** Table `jobs`: what is still to be done, and what is done (so that it is never planned again). */
export function jobsTable(db: Database) {
  const plan = db.prepare<StoredJob>(
    `INSERT INTO jobs (job, state, due_at, data) VALUES (@job, 'pending', @dueAt, @data) ON CONFLICT DO NOTHING`,
  );
  const pending = db.prepare<[], StoredJob>(
    `SELECT job, due_at AS dueAt, data FROM jobs WHERE state = 'pending' ORDER BY due_at LIMIT 10000`,
  );
  const postpone = db.prepare<[number, string]>(`UPDATE jobs SET due_at = ? WHERE job = ? AND state = 'pending'`);
  const finish = db.prepare<[string]>(`UPDATE jobs SET state = 'done', data = '' WHERE job = ?`);
  const drop = db.prepare<[number]>('DELETE FROM jobs WHERE due_at < ?');
  return {
    /** False when it was planned before. */
    plan({ job, dueAt, data }: StoredJob): boolean {
      return plan.run({ job, dueAt: Math.trunc(dueAt), data }).changes === 1;
    },
    pending(): readonly StoredJob[] {
      return pending.all();
    },
    postpone(job: string, dueAt: number): void {
      postpone.run(Math.trunc(dueAt), job);
    },
    done(job: string): void {
      finish.run(job);
    },
    dropBefore(time: number): void {
      drop.run(time);
    },
  };
}
