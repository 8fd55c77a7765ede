// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { contactEmailsTable } from './contact-emails.ts';
import type { contactNumbersTable } from './contact-numbers.ts';
import { parseSearch, type Search } from './text.ts';

type Row = { readonly id: number };

/** Ids of contacts by what a person types: words of name and company, the start of an e-mail, the start or end of a number. */
export function contactSearch(
  db: Database,
  numbers: ReturnType<typeof contactNumbersTable>,
  emails: ReturnType<typeof contactEmailsTable>,
): (text: string, limit: number) => readonly number[] {
  const newest = db.prepare<[number], Row>('SELECT id FROM contacts WHERE id > 0 ORDER BY id DESC LIMIT ?');
  const byWords = db.prepare<[string, number], Row>(
    'SELECT rowid AS id FROM contacts_fts WHERE contacts_fts MATCH ? ORDER BY rowid DESC LIMIT ?',
  );
  const idsOf = (rows: readonly Row[]): readonly number[] => rows.map((row) => row.id);

  const named = (search: Extract<Search, { kind: 'name' }>, limit: number): readonly number[] => {
    if (search.match === null) return [];
    const whole = search.whole === null ? [] : byWords.all(search.whole, limit);
    return idsOf(whole.length === limit ? whole : byWords.all(search.match, limit));
  };

  return (text, limit) => {
    const search = parseSearch(text);
    if (search === null) return idsOf(newest.all(limit));
    if (search.kind === 'number') return numbers.contactsWith(search.digits.replace(/^00(?=[1-9])/, ''), limit);
    const found = named(search, limit);
    const typed = text.trim();
    const mayBeEmail = found.length < limit && !/\s/.test(typed);
    return mayBeEmail ? [...new Set([...found, ...emails.startingWith(typed, limit)])].slice(0, limit) : found;
  };
}
