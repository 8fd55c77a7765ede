// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { contactEmailsTable } from './contact-emails.ts';
import type { contactNumbersTable } from './contact-numbers.ts';
import type { contactWords } from './contact-words.ts';
import { parseSearch } from './text.ts';

type Row = { readonly id: number };

/** Ids of contacts by what a person types: words of name and company, the start of an e-mail, the start or end of a number. */
export function contactSearch(
  db: Database,
  words: ReturnType<typeof contactWords>,
  numbers: ReturnType<typeof contactNumbersTable>,
  emails: ReturnType<typeof contactEmailsTable>,
): (text: string, limit: number) => readonly number[] {
  const newest = db.prepare<[number], Row>('SELECT id FROM contacts WHERE id > 0 ORDER BY id DESC LIMIT ?');

  return (text, limit) => {
    const search = parseSearch(text);
    if (search === null) return newest.all(limit).map((row) => row.id);
    if (search.kind === 'number') return numbers.contactsWith(search.digits.replace(/^00(?=[1-9])/, ''), limit);
    const found = words(search, limit);
    const typed = text.trim();
    const mayBeEmail = found.length < limit && !/\s/.test(typed);
    return mayBeEmail ? [...new Set([...found, ...emails.startingWith(typed, limit)])].slice(0, limit) : found;
  };
}
