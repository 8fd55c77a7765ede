// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { afterPrefix } from './text.ts';

/** Table `contact_emails`: addresses of contacts, in order; ASCII letters are alike in either case. */
export function contactEmailsTable(db: Database) {
  const clear = db.prepare<[number]>('DELETE FROM contact_emails WHERE contact_id = ?');
  const insert = db.prepare<[number, number, string]>(
    'INSERT INTO contact_emails (contact_id, place, email) VALUES (?, ?, ?)',
  );
  const ofContact = db.prepare<[number], { email: string }>(
    'SELECT email FROM contact_emails WHERE contact_id = ? ORDER BY place',
  );
  const equal = db.prepare<[string, number], { id: number }>(
    'SELECT contact_id AS id FROM contact_emails WHERE email = ? LIMIT ?',
  );
  const byStart = db.prepare<{ from: string; to: string; limit: number }, { id: number }>(
    'SELECT contact_id AS id FROM contact_emails WHERE email >= @from AND email < @to LIMIT @limit',
  );
  return {
    replace(contactId: number, emails: readonly string[]): void {
      clear.run(contactId);
      for (const [place, email] of uniqueEmails(emails).entries()) insert.run(contactId, place, email);
    },
    ofContact(contactId: number): readonly string[] {
      return ofContact.all(contactId).map((row) => row.email);
    },
    withEmail(email: string, limit: number): readonly number[] {
      return [...new Set(equal.all(email, limit).map((row) => row.id))];
    },
    startingWith(text: string, limit: number): readonly number[] {
      const found = byStart.all({ from: text, to: afterPrefix(text), limit });
      return [...new Set(found.map((row) => row.id))];
    },
  };
}

/** Each address once, the empty ones left out. */
export function uniqueEmails(emails: readonly string[]): readonly string[] {
  const known = new Map<string, string>();
  for (const email of emails) {
    const key = email.toLowerCase();
    if (email !== '' && !known.has(key)) known.set(key, email);
  }
  return [...known.values()];
}
