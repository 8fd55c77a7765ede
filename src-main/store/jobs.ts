// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { OpenJob, StoredJob } from './team-api.ts';

/** Table `jobs`: what is still to be done, and what is done (so that it is never planned again). */
export function jobsTable(db: Database) {
  const plan = db.prepare<StoredJob>(
    `INSERT INTO jobs (job, state, due_at, data) VALUES (@job, 'pending', @dueAt, @data) ON CONFLICT DO NOTHING`,
  );
  const open = db.prepare<[], StoredJob & { readonly state: OpenJob['state'] }>(
    `SELECT job, state, due_at AS dueAt, data FROM jobs WHERE state <> 'done' ORDER BY due_at LIMIT 10000`,
  );
  const worked = db.prepare<[string, string]>(`UPDATE jobs SET state = 'worked', data = ? WHERE job = ?`);
  const finish = db.prepare<[string]>(`UPDATE jobs SET state = 'done', data = '' WHERE job = ?`);
  const drop = db.prepare<[number]>('DELETE FROM jobs WHERE due_at < ?');
  return {
    /** False when it was planned before. */
    plan({ job, dueAt, data }: StoredJob): boolean {
      return plan.run({ job, dueAt: Math.trunc(dueAt), data }).changes === 1;
    },
    open(): readonly OpenJob[] {
      return open.all();
    },
    worked(job: string, result: string): void {
      worked.run(result, job);
    },
    done(job: string): void {
      finish.run(job);
    },
    dropBefore(time: number): void {
      drop.run(time);
    },
  };
}
