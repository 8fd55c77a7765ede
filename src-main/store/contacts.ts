// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { AppError } from '../../src-shared/errors.ts';
import type { Contact, ContactDraft, ContactRef } from '../../src-shared/state.ts';
import { contactNumbersTable } from './contact-numbers.ts';
import { numberChangesTable } from './number-changes.ts';
import type { NumberChange } from './team-api.ts';
import { parseSearch } from './text.ts';

type Row = Omit<Contact, 'numbers'>;

/** Table `contacts` and its word index. */
export function contactsTable(db: Database) {
  const numbers = contactNumbersTable(db);
  const changes = numberChangesTable(db);
  const insert = db.prepare<Omit<Row, 'id'>>(
    `INSERT INTO contacts (name, company, email, url, responsible)
     VALUES (@name, @company, @email, @url, @responsible)`,
  );
  const update = db.prepare<Row>(
    `UPDATE contacts SET name = @name, company = @company, email = @email, url = @url, responsible = @responsible
     WHERE id = @id`,
  );
  const remove = db.prepare<[number]>('DELETE FROM contacts WHERE id = ?');
  const get = db.prepare<[number], Row>('SELECT id, name, company, email, url, responsible FROM contacts WHERE id = ?');
  const newest = db.prepare<[number], { id: number }>('SELECT id FROM contacts WHERE id > 0 ORDER BY id DESC LIMIT ?');
  const byWords = db.prepare<[string, number], { id: number }>(
    'SELECT rowid AS id FROM contacts_fts WHERE contacts_fts MATCH ? ORDER BY rowid DESC LIMIT ?',
  );
  const unindex = db.prepare<[number]>('DELETE FROM contacts_fts WHERE rowid = ?');
  const index = db.prepare<[number, string, string]>(
    'INSERT INTO contacts_fts (rowid, name, company) VALUES (?, ?, ?)',
  );

  function find(text: string, limit: number): readonly number[] {
    const search = parseSearch(text);
    if (search === null) return newest.all(limit).map((row) => row.id);
    if (search.kind === 'number') return numbers.contactsWith(search.digits, limit);
    return search.match === null ? [] : byWords.all(search.match, limit).map((row) => row.id);
  }

  function read(id: number): Contact | null {
    const row = get.get(id);
    return row === undefined ? null : { ...row, numbers: numbers.ofContact(id) };
  }

  function refOf(id: number | null): ContactRef | null {
    const row = id === null ? undefined : get.get(id);
    if (row === undefined) return null;
    const { name, company, url, responsible } = row;
    return { id: row.id, name, company: company || null, url: url || null, responsible };
  }

  return {
    byNumber(number: string): ContactRef | null {
      return refOf(numbers.ownerOf(number));
    },
    search(text: string, limit: number): readonly Contact[] {
      return find(text, limit)
        .map(read)
        .filter((contact) => contact !== null);
    },
    save(draft: ContactDraft): Contact {
      return db.transaction(() => {
        const { id: known, numbers: list, name, company, email, url, responsible } = draft;
        const fields = { name, company, email, url, responsible };
        const id = known ?? Number(insert.run(fields).lastInsertRowid);
        if (known !== null && update.run({ ...fields, id }).changes === 0) {
          throw new AppError('store.failed', { reason: 'no such contact' });
        }
        unindex.run(id);
        index.run(id, name, company);
        changes.note([...numbers.ofContact(id), ...list]);
        numbers.replace(id, list);
        return { id, ...fields, numbers: numbers.ofContact(id) };
      })();
    },
    changesAfter(seq: number, limit: number): readonly NumberChange[] {
      return changes.after(seq, limit).map((change) => {
        const contact = refOf(numbers.ownerOf(change.number));
        return { ...change, name: contact?.name ?? '', responsible: contact?.responsible ?? '' };
      });
    },
    remove(id: number): void {
      db.transaction(() => {
        changes.note(numbers.ofContact(id));
        unindex.run(id);
        remove.run(id);
      })();
    },
  };
}
