// SPDX-License-Identifier: MIT
import type { Database, Statement } from 'better-sqlite3';
import type { Call } from '../../src-shared/calls/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { HistoryQuery } from '../../src-shared/ipc/schemas.ts';
import type { CallQuality, ContactRef } from '../../src-shared/state.ts';
import type { StoredCall } from './api.ts';
import type { legsTable } from './legs.ts';
import type { recordingsTable } from './recordings.ts';
import { afterPrefix, numberColumns, parseSearch, reverse, type Search } from './text.ts';

type Row = {
  readonly id: number;
  readonly data: string;
  readonly note: string;
  readonly outcome: string;
  readonly seen: number;
  readonly quality: string | null;
};
type Deps = {
  readonly legs: ReturnType<typeof legsTable>;
  readonly recordings: ReturnType<typeof recordingsTable>;
  readonly contactOf: (number: string) => ContactRef | null;
};

const BY_NUMBER = `id IN (
  SELECT id FROM calls WHERE digits >= @from AND digits < @to
  UNION SELECT id FROM calls WHERE national >= @from AND national < @to
  UNION SELECT id FROM calls WHERE digits_rev >= @revFrom AND digits_rev < @revTo)`;
// One or two digits fit most calls: walking from the newest finds a page at once, where collecting them all would not.
const BY_FEW_DIGITS = `(+digits >= @from AND +digits < @to OR +national >= @from AND +national < @to
  OR +digits_rev >= @revFrom AND +digits_rev < @revTo)`;
const BY_NETWORK_NAME = `SELECT id FROM calls WHERE name_folded <> '' AND name_folded >= @from AND name_folded < @to`;
const BY_CONTACT = `SELECT c.id FROM contacts_fts
  CROSS JOIN contact_numbers n ON n.contact_id = contacts_fts.rowid
  CROSS JOIN calls c ON c.tail = n.tail
  WHERE contacts_fts MATCH @match AND n.tail <> '' AND (n.e164 IS NULL OR c.number = n.e164 OR c.number NOT GLOB '+*')`;

/** Reading of `calls`: pages by keyset on the rowid, newest first. */
export function history(db: Database, { legs, recordings, contactOf }: Deps) {
  const select = 'SELECT id, data, note, outcome, seen, quality FROM calls';
  const get = db.prepare<[number], Row>(`${select} WHERE id = ?`);
  const ofTail = db.prepare<[string, number], Row>(`${select} WHERE tail = ? ORDER BY id DESC LIMIT ?`);
  const note = db.prepare<[string, number]>('UPDATE calls SET note = ? WHERE id = ?');
  const outcome = db.prepare<[string, number]>('UPDATE calls SET outcome = ? WHERE id = ?');
  const quality = db.prepare<{ id: number; seconds: number; quality: string }>(
    `UPDATE calls SET quality = @quality
     WHERE id = @id AND (quality IS NULL OR json_extract(quality, '$.seconds') <= @seconds)`,
  );
  const unseen = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM calls WHERE missed = 1 AND seen = 0');
  const markSeen = db.prepare('UPDATE calls SET seen = 1 WHERE missed = 1 AND seen = 0');
  const pages = new Map<string, Statement<[Record<string, unknown>], Row>>();

  function pageOf(conditions: readonly string[]): Statement<[Record<string, unknown>], Row> {
    const sql = `${select} WHERE ${['id < @before', ...conditions].join(' AND ')} ORDER BY id DESC LIMIT @limit`;
    const known = pages.get(sql) ?? db.prepare<[Record<string, unknown>], Row>(sql);
    pages.set(sql, known);
    return known;
  }

  function toStored(row: Row): StoredCall {
    const data = JSON.parse(row.data) as Omit<Call, 'legs'>;
    const call: Call = { ...data, legs: legs.ofCall(row.id) };
    return {
      ...{
        id: row.id,
        call,
        note: row.note,
        outcome: row.outcome,
        seen: row.seen === 1,
        contact: contactOf(call.number),
      },
      recording: recordings.ofCall(row.id),
      quality: row.quality === null ? null : (JSON.parse(row.quality) as CallQuality),
    };
  }

  return {
    page({ before, limit, filter }: HistoryQuery): { rows: readonly StoredCall[]; next: number | null } {
      const search = parseSearch(filter.search);
      const conditions = [
        ...(filter.missed ? ['missed = 1'] : []),
        ...(filter.direction === null ? [] : ['direction = @direction']),
        ...(filter.disposition === null ? [] : ['disposition = @disposition']),
        ...(search === null ? [] : [conditionOf(search)]),
      ];
      const values = {
        ...{ before: before ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 },
        ...(filter.direction === null ? {} : { direction: filter.direction }),
        ...(filter.disposition === null ? {} : { disposition: filter.disposition }),
        ...(search === null ? {} : valuesOf(search)),
      };
      const found = pageOf(conditions).all(values);
      const rows = found.slice(0, limit);
      return { rows: rows.map(toStored), next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
    },
    get(id: number): StoredCall | null {
      const row = get.get(id);
      return row === undefined ? null : toStored(row);
    },
    ofNumber(number: string, limit: number): readonly StoredCall[] {
      const { tail } = numberColumns(number);
      return tail === '' ? [] : ofTail.all(tail, limit).map(toStored);
    },
    note(id: number, text: string): void {
      // A row that was joined to another meanwhile: saying so keeps the text in the editor.
      if (note.run(text, id).changes === 0) throw new AppError('store.failed');
    },
    outcome(id: number, text: string): void {
      if (outcome.run(text, id).changes === 0) throw new AppError('store.failed');
    },
    quality(id: number, measured: CallQuality): void {
      quality.run({ id, seconds: measured.seconds, quality: JSON.stringify(measured) });
    },
    markSeen(): void {
      markSeen.run();
    },
    missedCount(): number {
      return unseen.get()?.n ?? 0;
    },
  };
}

function conditionOf(search: Search): string {
  if (search.kind === 'number') return search.digits.length < 3 ? BY_FEW_DIGITS : BY_NUMBER;
  return `id IN (${search.match === null ? BY_NETWORK_NAME : `${BY_NETWORK_NAME} UNION ${BY_CONTACT}`})`;
}

function valuesOf(search: Search): Record<string, string> {
  if (search.kind === 'name') {
    const range = { from: search.folded, to: afterPrefix(search.folded) };
    return search.match === null ? range : { ...range, match: search.match };
  }
  const rev = reverse(search.digits);
  return { from: search.digits, to: afterPrefix(search.digits), revFrom: rev, revTo: afterPrefix(rev) };
}
