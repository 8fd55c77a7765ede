// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { afterPrefix, numberColumns, reverse } from './text.ts';

/** Table `contact_numbers`: who a number belongs to. */
export function contactNumbersTable(db: Database) {
  const clear = db.prepare<[number]>('DELETE FROM contact_numbers WHERE contact_id = ?');
  const insert = db.prepare(
    `INSERT INTO contact_numbers (contact_id, number, e164, digits, digits_rev, national, tail)
     VALUES (@contactId, @number, @e164, @digits, @digitsRev, @national, @tail)`,
  );
  const ofContact = db.prepare<[number], { number: string }>(
    'SELECT number FROM contact_numbers WHERE contact_id = ? ORDER BY id',
  );
  const exact = db.prepare<[string], { id: number }>(
    'SELECT DISTINCT contact_id AS id FROM contact_numbers WHERE e164 = ? LIMIT 2',
  );
  const equal = db.prepare<[string], { id: number }>(
    'SELECT DISTINCT contact_id AS id FROM contact_numbers WHERE digits = ? LIMIT 2',
  );
  // Two numbers that are both certain and differ are two numbers, whatever their ends (trap 30).
  const similar = db.prepare<{ from: string; to: string; e164: string | null }, { id: number }>(
    `SELECT DISTINCT contact_id AS id FROM contact_numbers
     WHERE digits_rev >= @from AND digits_rev < @to AND (@e164 IS NULL OR e164 IS NULL) LIMIT 2`,
  );
  const search = db.prepare<
    { from: string; to: string; revFrom: string; revTo: string; limit: number },
    { id: number }
  >(
    `SELECT contact_id AS id FROM contact_numbers WHERE digits >= @from AND digits < @to
     UNION SELECT contact_id FROM contact_numbers WHERE national >= @from AND national < @to
     UNION SELECT contact_id FROM contact_numbers WHERE digits_rev >= @revFrom AND digits_rev < @revTo
     ORDER BY id DESC LIMIT @limit`,
  );

  return {
    replace(contactId: number, numbers: readonly string[]): void {
      clear.run(contactId);
      for (const number of new Set(numbers)) insert.run({ contactId, number, ...numberColumns(number) });
    },
    ofContact(contactId: number): readonly string[] {
      return ofContact.all(contactId).map((row) => row.number);
    },
    /** The one contact of a number (rules: `api.ts`), or null when there is none or more than one. */
    ownerOf(number: string): number | null {
      const { e164, digits } = numberColumns(number);
      if (digits === '') return null;
      const certain = e164 === null ? [] : exact.all(e164);
      if (certain.length > 0) return single(certain);
      if (digits.length < 7) return single(equal.all(digits));
      const end = reverse(digits.slice(digits.length >= 9 ? -9 : -7));
      return single(similar.all({ from: end, to: afterPrefix(end), e164 }));
    },
    /** Contacts with a number that starts or ends with these digits, newest first. */
    contactsWith(digits: string, limit: number): readonly number[] {
      const rev = reverse(digits);
      const range = { from: digits, to: afterPrefix(digits), revFrom: rev, revTo: afterPrefix(rev) };
      return search.all({ ...range, limit }).map((row) => row.id);
    },
  };
}

function single(rows: readonly { id: number }[]): number | null {
  return rows.length === 1 ? (rows[0]?.id ?? null) : null;
}
