// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { type Call, isMissed } from '../../src-shared/calls/model.ts';
import { fold, numberColumns } from './text.ts';

type Found = { readonly id: number; readonly key: string };
type Kept = { readonly note: string; readonly outcome: string; readonly seen: number; readonly quality: string | null };

/**
 * Table `calls` with `call_keys`: one row a call, found by its key or a former one. Writing only; `history.ts` reads.
 * `onMerge` hands on what hangs on a row that goes.
 */
export function callsTable(db: Database, onMerge: (from: number, to: number) => void) {
  const find = db.prepare<[string], Found>(
    'SELECT calls.id, calls.key FROM call_keys JOIN calls ON calls.id = call_keys.call_id WHERE call_keys.key = ?',
  );
  const last = db.prepare<[number, number], { id: number | null }>(
    'SELECT max(id) AS id FROM calls WHERE id >= ? AND id < ?',
  );
  const columns = `key = @key, direction = @direction, number = @number, digits = @digits, digits_rev = @digitsRev,
    national = @national, tail = @tail, name_folded = @nameFolded, started_at = @startedAt,
    disposition = @disposition, missed = @missed, data = @data`;
  const insert = db.prepare(
    `INSERT INTO calls (id, key, direction, number, digits, digits_rev, national, tail, name_folded, started_at,
       disposition, missed, seen, data)
     VALUES (@id, @key, @direction, @number, @digits, @digitsRev, @national, @tail, @nameFolded, @startedAt,
       @disposition, @missed, @seen, @data)`,
  );
  const update = db.prepare(`UPDATE calls SET ${columns} WHERE id = @id`);
  const kept = db.prepare<[number], Kept>('SELECT note, outcome, seen, quality FROM calls WHERE id = ?');
  const keep = db.prepare<[string, string, number, string | null, number]>(
    'UPDATE calls SET note = ?, outcome = ?, seen = ?, quality = ? WHERE id = ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM calls WHERE id = ?');
  const point = db.prepare<[string, number]>(
    'INSERT INTO call_keys (key, call_id) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET call_id = excluded.call_id',
  );
  const repoint = db.prepare<[number, number]>('UPDATE call_keys SET call_id = ? WHERE call_id = ?');

  /** Room for a thousand calls in each millisecond keeps ids unique and in order of time. */
  function newId(startedAt: number): number {
    const millisecond = Math.min(Math.max(Math.trunc(startedAt), 1), 8_000_000_000_000);
    const first = millisecond * 1000;
    return (last.get(first, first + 1000)?.id ?? first - 1) + 1;
  }

  /** Makes one row of several that turned out to be one call: the oldest stays, with every note and a quality. */
  function merge(ids: readonly number[]): number {
    const [stays, ...go] = ids.toSorted((a, b) => a - b);
    if (stays === undefined) throw new RangeError('nothing to merge');
    for (const goes of go) {
      const ours = kept.get(stays);
      const theirs = kept.get(goes);
      const notes = [ours?.note ?? '', theirs?.note ?? ''].filter((note) => note !== '');
      const seen = Math.max(ours?.seen ?? 0, theirs?.seen ?? 0);
      keep.run(
        [...new Set(notes)].join('\n'),
        ours?.outcome || theirs?.outcome || '',
        seen,
        ours?.quality ?? theirs?.quality ?? null,
        stays,
      );
      onMerge(goes, stays);
      repoint.run(stays, goes);
      remove.run(goes);
    }
    return stays;
  }

  return {
    /** Removes the row of a call that bears no note; answers its id, or null. */
    drop(key: string): number | null {
      const row = find.get(key);
      if (row === undefined || row.key !== key || kept.get(row.id)?.note !== '') return null;
      remove.run(row.id);
      return row.id;
    },
    /** Writes a call; answers its row id. `seen`: a new row of it is no news. */
    write(call: Call, seen = false): number {
      const keys = [call.key, ...call.formerKeys];
      // A former key may meanwhile belong to another call, when a session turned out to be that call's: only the key moves.
      const rows = keys.map((key) => find.get(key)).filter((row) => row !== undefined && keys.includes(row.key));
      const ids = [...new Set(rows.map((row) => row?.id).filter((id) => id !== undefined))];
      const id = ids.length === 0 ? newId(call.startedAt) : merge(ids);
      if (ids.length === 0) insert.run({ ...columnsOf(call), id, seen: seen ? 1 : 0 });
      else update.run({ ...columnsOf(call), id });
      for (const key of keys) point.run(key, id);
      return id;
    },
  };
}

function columnsOf(call: Call) {
  const { legs: _legs, ...data } = call;
  const { digits, digitsRev, national, tail } = numberColumns(call.number);
  return {
    ...{ key: call.key, direction: call.direction, number: call.number, digits, digitsRev, national, tail },
    nameFolded: fold(call.networkName ?? ''),
    startedAt: Math.trunc(call.startedAt),
    disposition: call.disposition,
    missed: isMissed(call) ? 1 : 0,
    data: JSON.stringify(data),
  };
}
