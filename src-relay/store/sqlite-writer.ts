// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { kvWriter } from './sqlite-kv-writer.ts';
import { logWriter } from './sqlite-log-writer.ts';
import type { Op, OpValue, Outcome, PutOp } from './sqlite-protocol.ts';

/**
 * Writes a group of operations in one transaction, so that they share one sync of the disk. When that fails, each is
 * tried again in a transaction of its own: one that does not fit must not take the others with it, and none is answered
 * as kept that is not.
 */
export function openWriter(db: Database): (ops: readonly Op[]) => readonly Outcome[] {
  const load = db.prepare<[], { value: number }>('SELECT value FROM counter');
  const store = db.prepare('UPDATE counter SET value = ?');
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  let counter = load.get()?.value ?? 0;
  const next = () => ++counter;
  const log = logWriter(db, next);
  const kv = kvWriter(db, next);

  const put = (op: PutOp): number => kv.put(op.bucket, op.key, op.value, op.revision, op.now, op.expiresAt);

  function run(op: Op): OpValue {
    switch (op.kind) {
      case 'append':
        return log.append(op.entries);
      case 'put':
        return put(op);
      case 'appendAndPut': {
        const sequences = log.append(op.entries);
        return [put(op.put), ...sequences];
      }
      case 'putMany':
        for (const { key, value } of op.entries) kv.put(op.bucket, key, value, null, 0, op.expiresAt);
        return null;
      case 'remove':
        kv.remove(op.bucket, op.key);
        return null;
      case 'removeAll':
        return kv.removeAll(op.bucket, op.folder, op.limit);
      case 'prune':
        return log.prune(op.before, op.limit);
      case 'sweep':
        return kv.sweep(op.now, op.limit);
    }
  }

  function together(ops: readonly Op[]): OpValue[] {
    try {
      begin.run();
      const values = ops.map(run);
      log.finish();
      store.run(counter);
      commit.run();
      return values;
    } catch (error) {
      log.forget();
      // A full disk can have rolled back already.
      if (db.inTransaction) rollback.run();
      throw error;
    }
  }

  function attempt(ops: readonly Op[]): readonly Outcome[] {
    try {
      return together(ops).map((value) => ({ ok: true, value }));
    } catch (error) {
      if (ops.length > 1) return ops.flatMap((op) => attempt([op]));
      return [failure(error)];
    }
  }

  return attempt;
}

const FULL = ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'];

function failure(thrown: unknown): Outcome {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const detail = thrown instanceof Error ? `${code} ${thrown.message}` : String(thrown);
  return { ok: false, code: FULL.includes(code) ? 'relay.full' : 'relay.unavailable', detail };
}
