// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { afterPrefix, numberColumns, reverse } from './text.ts';

type Owner = { readonly id: number };
type Range = { readonly from: string; readonly to: string; readonly limit: number };

/** Contacts of one number that are looked at: whoever has more names nobody. */
const MOST_ALIKE = 200;

/** Table `contact_numbers`: who a number belongs to. Every statement stops after a few rows, whatever was imported. */
export function contactNumbersTable(db: Database) {
  const clear = db.prepare<[number]>('DELETE FROM contact_numbers WHERE contact_id = ?');
  const insert = db.prepare(
    `INSERT INTO contact_numbers (contact_id, place, number, e164, digits, digits_rev, national, tail)
     VALUES (@contactId, @place, @number, @e164, @digits, @digitsRev, @national, @tail)`,
  );
  const ofContact = db.prepare<[number], { number: string }>(
    'SELECT number FROM contact_numbers WHERE contact_id = ? ORDER BY place',
  );
  const equal = db.prepare<[string, number], Owner & { readonly e164: string | null }>(
    'SELECT contact_id AS id, e164 FROM contact_numbers WHERE digits = ? LIMIT ?',
  );
  const similar = db.prepare<Range, Owner & { readonly e164: string | null }>(
    `SELECT contact_id AS id, e164 FROM contact_numbers WHERE digits_rev >= @from AND digits_rev < @to LIMIT @limit`,
  );
  const inRange = (column: 'digits' | 'national' | 'digits_rev') =>
    db.prepare<Range, Owner>(
      `SELECT contact_id AS id FROM contact_numbers WHERE ${column} >= @from AND ${column} < @to LIMIT @limit`,
    );
  const byStart = [inRange('digits'), inRange('national')];
  const byEnd = inRange('digits_rev');

  return {
    replace(contactId: number, numbers: readonly string[]): void {
      clear.run(contactId);
      for (const [place, number] of [...new Set(numbers)].entries()) {
        insert.run({ contactId, place, number, ...numberColumns(number) });
      }
    },
    ofContact(contactId: number): readonly string[] {
      return ofContact.all(contactId).map((row) => row.number);
    },
    /** All contacts a number may belong to (rules: `api.ts`); none when too many have one like it. */
    ownersOf(number: string): readonly number[] {
      const { e164, digits } = numberColumns(number);
      if (digits === '') return [];
      const same = equal.all(digits, MOST_ALIKE);
      const certain = e164 === null ? [] : same.filter((row) => row.e164 !== null);
      if (certain.length > 0) return few(certain);
      if (digits.length < 7) return few(same);
      const end = reverse(digits.slice(digits.length >= 9 ? -9 : -7));
      const alike = similar.all({ from: end, to: afterPrefix(end), limit: MOST_ALIKE });
      if (alike.length === MOST_ALIKE) return [];
      // Two numbers that are both certain and differ are two numbers, whatever their ends (trap 30).
      return few(alike.filter((row) => e164 === null || row.e164 === null));
    },
    /** Contacts with exactly these digits. */
    withDigits(digits: string, limit: number): readonly number[] {
      return digits === '' ? [] : distinct(equal.all(digits, limit));
    },
    /** Contacts with a number that starts or ends with these digits. */
    contactsWith(digits: string, limit: number): readonly number[] {
      const start = { from: digits, to: afterPrefix(digits), limit };
      const end = reverse(digits);
      const found = [
        ...byStart.flatMap((statement) => statement.all(start)),
        ...byEnd.all({ from: end, to: afterPrefix(end), limit }),
      ];
      return distinct(found).slice(0, limit);
    },
    /** Contacts with a number that ends with these digits. */
    endingWith(digits: string, limit: number): readonly number[] {
      const end = reverse(digits);
      return digits === '' ? [] : distinct(byEnd.all({ from: end, to: afterPrefix(end), limit }));
    },
  };
}

function few(rows: readonly Owner[]): readonly number[] {
  return rows.length === MOST_ALIKE ? [] : distinct(rows);
}

function distinct(rows: readonly Owner[]): readonly number[] {
  return [...new Set(rows.map((row) => row.id))];
}
