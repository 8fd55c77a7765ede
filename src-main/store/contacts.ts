// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { NumberQuery } from '../../src-shared/crm/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Contact, ContactDraft, ContactKind, ContactRef } from '../../src-shared/state.ts';
import { contactEmailsTable } from './contact-emails.ts';
import { type AddedBatch, contactImport, type Sameness } from './contact-import.ts';
import { contactNumbersTable } from './contact-numbers.ts';
import { contactSearch } from './contact-search.ts';
import { contactWords } from './contact-words.ts';
import { numberChangesTable } from './number-changes.ts';
import type { NumberChange } from './team-api.ts';

type Row = Omit<Contact, 'numbers' | 'email' | 'otherEmails'>;

/** Tables `contacts`, `contact_numbers`, `contact_emails` and the index of words. */
export function contactsTable(db: Database) {
  const numbers = contactNumbersTable(db);
  const emails = contactEmailsTable(db);
  const changes = numberChangesTable(db);
  const find = contactSearch(db, contactWords(db), numbers, emails);
  const insert = db.prepare<Omit<Row, 'id'> & { readonly origin: string | null }>(
    `INSERT INTO contacts (kind, name, company, url, responsible, origin)
     VALUES (@kind, @name, @company, @url, @responsible, @origin)`,
  );
  const update = db.prepare<Row>(
    `UPDATE contacts SET kind = @kind, name = @name, company = @company, url = @url, responsible = @responsible
     WHERE id = @id`,
  );
  const remove = db.prepare<[number]>('DELETE FROM contacts WHERE id = ?');
  const get = db.prepare<[number], Row>('SELECT id, kind, name, company, url, responsible FROM contacts WHERE id = ?');
  const made = db.prepare<[string], { id: number }>('SELECT id FROM contacts WHERE origin = ?');
  const after = db.prepare<[number, number], { id: number }>(
    'SELECT id FROM contacts WHERE id > ? ORDER BY id LIMIT ?',
  );
  const unindex = db.prepare<[number]>('DELETE FROM contacts_fts WHERE rowid = ?');
  const index = db.prepare<[number, string, string]>(
    'INSERT INTO contacts_fts (rowid, name, company) VALUES (?, ?, ?)',
  );

  function read(id: number): Contact | null {
    const row = get.get(id);
    if (row === undefined) return null;
    const [email = '', ...otherEmails] = emails.ofContact(id);
    return { ...row, email, otherEmails, numbers: numbers.ofContact(id) };
  }

  function readAll(ids: readonly number[]): readonly Contact[] {
    return ids.map(read).filter((contact) => contact !== null);
  }

  function refOf(row: Row | null): ContactRef | null {
    if (row === null) return null;
    const { id, name, company, url, responsible } = row;
    return { id, name, company: company || null, url: url || null, responsible };
  }

  function ownerOf(number: string): ContactRef | null {
    const owners = numbers.ownersOf(number).map((id) => get.get(id));
    return refOf(only(owners.filter((row) => row !== undefined)));
  }

  function insertNew(draft: ContactDraft, origin: string | null): number {
    const { kind = 'person', name, company, email, otherEmails = [], url, responsible } = draft;
    const id = Number(insert.run({ kind, name, company, url, responsible, origin }).lastInsertRowid);
    index.run(id, name, company);
    changes.note(draft.numbers);
    numbers.replace(id, draft.numbers);
    emails.replace(id, [email, ...otherEmails]);
    return id;
  }

  function change(id: number, draft: ContactDraft): void {
    const before = read(id);
    if (before === null) throw new AppError('store.failed', { reason: 'no such contact' });
    const { name, company, url, responsible } = draft;
    update.run({ id, kind: draft.kind ?? before.kind, name, company, url, responsible });
    unindex.run(id);
    index.run(id, name, company);
    changes.note([...before.numbers, ...draft.numbers]);
    numbers.replace(id, draft.numbers);
    emails.replace(id, [draft.email, ...(draft.otherEmails ?? before.otherEmails)]);
  }

  const save = db.transaction((draft: ContactDraft, origin: string | null = null): Contact => {
    const known = origin === null ? draft.id : (made.get(origin)?.id ?? null);
    const id = known ?? insertNew(draft, origin);
    if (known !== null && origin === null) change(known, draft);
    const saved = read(id);
    if (saved === null) throw new AppError('store.failed', { reason: 'no such contact' });
    return saved;
  });

  const add = contactImport({ db, numbers, emails, read, insert: (draft) => insertNew(draft, null), change });

  return {
    byNumber: ownerOf,
    search(text: string, limit: number): readonly Contact[] {
      return readAll(find(text, limit));
    },
    candidates({ digits, national, tail }: NumberQuery, limit: number): readonly Contact[] {
      const found = [
        ...numbers.withDigits(digits, limit),
        ...numbers.withDigits(national, limit),
        ...numbers.endingWith(tail, limit),
      ];
      return readAll([...new Set(found)].slice(0, limit));
    },
    withEmail(email: string, limit: number): readonly Contact[] {
      return readAll(emails.withEmail(email, limit));
    },
    save,
    add: (drafts: readonly ContactDraft[], sameness: Sameness): AddedBatch => add(drafts, sameness),
    page(afterId: number, limit: number): readonly Contact[] {
      return readAll(after.all(afterId, limit).map((row) => row.id));
    },
    changesAfter(seq: number, limit: number): readonly NumberChange[] {
      return changes.after(seq, limit).map((noted) => {
        const contact = ownerOf(noted.number);
        return { ...noted, name: contact?.name ?? '', responsible: contact?.responsible ?? '' };
      });
    },
    remove: db.transaction((id: number): void => {
      changes.note(numbers.ofContact(id));
      unindex.run(id);
      remove.run(id);
    }),
  };
}

type Named = { readonly kind: ContactKind; readonly name: string; readonly company: string };

/**
 * Who a number is when several contacts have it: a person before the company the person works for, and a company
 * before its people when there are several. Else nobody.
 */
function only<T extends Named>(owners: readonly T[]): T | null {
  const people = owners.filter((one) => one.kind === 'person');
  const companies = owners.filter((one) => one.kind === 'company');
  const [person] = people;
  const [company] = companies;
  if (owners.length <= 1) return owners[0] ?? null;
  if (people.length === 1 && companies.every(({ name }) => name === person?.company)) return person ?? null;
  if (companies.length === 1 && people.every((one) => one.company === company?.name)) return company ?? null;
  return null;
}
