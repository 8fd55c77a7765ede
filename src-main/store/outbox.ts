// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { OutboxItem, OutboxKind, OutboxOutcome } from './crm-api.ts';

type Row = Omit<OutboxItem, 'unsure'> & { readonly unsure: number };

const COLUMNS = `id, connector, kind, key, payload, sent, state, unsure, attempts, next_at AS nextAt, failure, message, field,
  result_id AS resultId, created_at AS createdAt`;

/** Table `outbox`: what must get into a CRM once. */
export function outboxTable(db: Database) {
  const insert = db.prepare<Pick<Row, 'connector' | 'kind' | 'key' | 'payload' | 'createdAt'>>(
    `INSERT INTO outbox (connector, kind, key, payload, state, next_at, created_at)
     VALUES (@connector, @kind, @key, @payload, 'waiting', @createdAt, @createdAt)
     ON CONFLICT (connector, kind, key) DO NOTHING`,
  );
  const renew = db.prepare<Pick<Row, 'connector' | 'kind' | 'key' | 'payload' | 'createdAt'>>(
    `UPDATE outbox SET payload = @payload, attempts = 0, next_at = @createdAt,
       state = CASE state WHEN 'sending' THEN 'sending' ELSE 'waiting' END
     WHERE connector = @connector AND kind = @kind AND key = @key AND payload <> @payload`,
  );
  const due = db.prepare<[number, number], Row>(
    `SELECT ${COLUMNS} FROM outbox WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT ?`,
  );
  const next = db.prepare<[], { nextAt: number | null }>(
    `SELECT min(next_at) AS nextAt FROM outbox WHERE state = 'waiting'`,
  );
  const sending = db.prepare<[number]>(`UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = ?`);
  // A patch renewed while it was under way waits again: what was sent is not the newest.
  const done = db.prepare<{ id: number; resultId: string | null; sent: string | null }>(
    `UPDATE outbox SET state = CASE WHEN @sent IS NULL OR payload = @sent THEN 'done' ELSE 'waiting' END,
       sent = coalesce(@sent, sent), result_id = @resultId, unsure = 0, failure = NULL, message = NULL, field = NULL WHERE id = @id`,
  );
  const failed = db.prepare<
    Omit<Extract<OutboxOutcome, { failure: string }>, 'unsure'> & { unsure: number; id: number }
  >(
    `UPDATE outbox SET state = @state, next_at = @nextAt, unsure = @unsure,
       attempts = attempts - (@failure = 'waits'), failure = @failure, message = @message, field = @field WHERE id = @id`,
  );
  const recover = db.prepare(`UPDATE outbox SET state = 'waiting', unsure = 1 WHERE state = 'sending'`);
  const find = db.prepare<[string, string, string], Row>(
    `SELECT ${COLUMNS} FROM outbox WHERE connector = ? AND kind = ? AND key = ?`,
  );
  const open = db.prepare<[string, string], Row>(
    `SELECT ${COLUMNS} FROM outbox WHERE connector = ? AND kind = ? AND state IN ('waiting', 'sending') ORDER BY id`,
  );
  const unwanted = db.prepare<[string, number], Row>(
    `SELECT ${COLUMNS} FROM outbox
     WHERE connector = ? AND kind IN ('call', 'chat') AND state = 'done' AND result_id = '' AND created_at >= ?`,
  );
  // What came after a call has its key.
  const wantAgain = db.prepare<Pick<Row, 'connector' | 'kind' | 'key'> & { now: number }>(
    `UPDATE outbox SET state = 'waiting', next_at = @now, attempts = 0, failure = 'waits', sent = NULL, result_id = NULL
     WHERE connector = @connector AND kind IN (@kind, CASE @kind WHEN 'call' THEN 'patch' END) AND key = @key
       AND state = 'done' AND result_id = ''`,
  );
  const get = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM outbox WHERE id = ?`);
  const page = db.prepare<[number, number], Row>(`SELECT ${COLUMNS} FROM outbox WHERE id < ? ORDER BY id DESC LIMIT ?`);
  const pageOf = db.prepare<[string, number, number], Row>(
    `SELECT ${COLUMNS} FROM outbox WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const count = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM outbox WHERE state = ?');
  const retry = db.prepare<[number, number]>(
    `UPDATE outbox SET state = 'waiting', next_at = ?, attempts = 0 WHERE id = ? AND state IN ('failed', 'waiting')`,
  );
  const retryAll = db.prepare<[number]>(
    `UPDATE outbox SET state = 'waiting', next_at = ?, attempts = 0 WHERE state = 'failed'`,
  );
  const resume = db.prepare<[number, string]>(
    `UPDATE outbox SET next_at = ?, attempts = 0 WHERE connector = ? AND state = 'waiting'`,
  );
  const drop = db.prepare<[number]>(`DELETE FROM outbox WHERE id = ? AND state <> 'sending'`);
  /** What a try took along, so that a patch renewed meanwhile is noticed. */
  const sent = new Map<number, string>();

  return {
    add(item: Pick<OutboxItem, 'connector' | 'kind' | 'key' | 'payload' | 'createdAt'>): boolean {
      if (insert.run(item).changes === 1) return true;
      if (item.kind === 'patch') renew.run(item);
      return false;
    },
    due(now: number, limit: number): readonly OutboxItem[] {
      return due.all(Math.trunc(now), limit).map(toItem);
    },
    nextAt(): number | null {
      return next.get()?.nextAt ?? null;
    },
    sending(id: number): void {
      sending.run(id);
      const row = get.get(id);
      if (row?.kind === 'patch') sent.set(id, row.payload);
    },
    settle(id: number, outcome: OutboxOutcome): void {
      if (outcome.state === 'done') done.run({ id, resultId: outcome.resultId, sent: sent.get(id) ?? null });
      else failed.run({ ...outcome, id, nextAt: Math.trunc(outcome.nextAt), unsure: outcome.unsure ? 1 : 0 });
      sent.delete(id);
    },
    recover(): number {
      return recover.run().changes;
    },
    find(connector: string, kind: OutboxKind, key: string): OutboxItem | null {
      const row = find.get(connector, kind, key);
      return row === undefined ? null : toItem(row);
    },
    open(connector: string, kind: OutboxKind): readonly OutboxItem[] {
      return open.all(connector, kind).map(toItem);
    },
    wantAgain(connector: string, digits: string, since: number, now: number): number {
      const items = unwanted.all(connector, Math.trunc(since)).filter((item) => digitsIn(item) === digits);
      for (const { kind, key } of items) wantAgain.run({ connector, kind, key, now: Math.trunc(now) });
      return items.length;
    },
    page(before: number | null, limit: number, state: OutboxItem['state'] | null): readonly OutboxItem[] {
      const from = before ?? Number.MAX_SAFE_INTEGER;
      return (state === null ? page.all(from, limit) : pageOf.all(state, from, limit)).map(toItem);
    },
    counts(): { waiting: number; failed: number } {
      const of = (state: string): number => count.get(state)?.n ?? 0;
      return { waiting: of('waiting') + of('sending'), failed: of('failed') };
    },
    retry(id: number | null, now: number): void {
      if (id === null) retryAll.run(Math.trunc(now));
      else retry.run(Math.trunc(now), id);
    },
    resume(connector: string, now: number): void {
      resume.run(Math.trunc(now), connector);
    },
    drop(id: number): void {
      drop.run(id);
    },
  };
}

function toItem(row: Row): OutboxItem {
  return { ...row, unsure: row.unsure === 1 };
}

function digitsIn({ payload }: Row): string {
  return (JSON.parse(payload) as { readonly number: string }).number.replace(/\D/g, '');
}
