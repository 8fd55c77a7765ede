// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { sameNumber } from '../../src-shared/calls/same-number.ts';
import type { Suggestion } from '../../src-shared/ipc/map.ts';
import { contactWords } from './contact-words.ts';
import { afterPrefix, parseSearch, reverse } from './text.ts';

type Named = { readonly name: string; readonly number: string };
type Range = { readonly from: string; readonly to: string; readonly limit: number };

/** The last calls are looked through for what was typed, so that those come first. */
const RECENT_CALLS = 500;

/**
 * What somebody who is typing may mean (rules: `StoreApi.contacts.suggest`). Every statement stops after a few rows,
 * so the time does not grow with the history: numbers of older calls are found by stepping from one distinct value of
 * an index to the next, never by collecting all calls that fit.
 */
export function suggestions(db: Database): (text: string, limit: number) => readonly Suggestion[] {
  const words = contactWords(db);
  const ofContact = db.prepare<[number], Named>(
    `SELECT c.name, n.number FROM contacts c CROSS JOIN contact_numbers n ON n.contact_id = c.id
     WHERE c.id = ? ORDER BY n.place`,
  );
  const contactsIn = (column: 'digits' | 'national' | 'digits_rev') =>
    db.prepare<Range, Named>(
      `SELECT c.name, n.number FROM contact_numbers n CROSS JOIN contacts c ON c.id = n.contact_id
       WHERE n.${column} >= @from AND n.${column} < @to LIMIT @limit`,
    );
  const contactsByStart = [contactsIn('digits'), contactsIn('national')];
  const contactsByEnd = contactsIn('digits_rev');
  const recent = db.prepare<{ from: string; to: string; before: number; calls: number; limit: number }, Named>(
    `SELECT '' AS name, number FROM
       (SELECT number, digits, national, id FROM calls WHERE id < @before ORDER BY id DESC LIMIT @calls)
     WHERE digits >= @from AND digits < @to OR national >= @from AND national < @to
     GROUP BY number ORDER BY max(id) DESC LIMIT @limit`,
  );
  const olderIn = (column: 'digits' | 'national' | 'digits_rev') =>
    db.prepare<Range, Named>(
      `WITH RECURSIVE step (value) AS (
         SELECT min(${column}) FROM calls WHERE ${column} >= @from AND ${column} < @to
         UNION ALL
         SELECT (SELECT min(${column}) FROM calls WHERE ${column} > step.value AND ${column} < @to)
         FROM step WHERE step.value IS NOT NULL LIMIT @limit)
       SELECT '' AS name, (SELECT number FROM calls WHERE ${column} = step.value ORDER BY id DESC LIMIT 1) AS number
       FROM step WHERE value IS NOT NULL`,
    );
  const olderByStart = [olderIn('digits'), olderIn('national')];
  const olderByEnd = olderIn('digits_rev');

  function* candidates(text: string, limit: number): Iterable<Named & { from: Suggestion['from'] }> {
    const search = parseSearch(text);
    if (search === null) return;
    const from = (source: Suggestion['from'], rows: readonly Named[]) => rows.map((row) => ({ ...row, from: source }));
    if (search.kind === 'name') {
      for (const id of words(search, limit)) yield* from('contact', ofContact.all(id));
      return;
    }
    const digits = search.digits.replace(/^00(?=[1-9])/, '');
    const start = { from: digits, to: afterPrefix(digits), limit };
    const rev = reverse(digits);
    const end = { from: rev, to: afterPrefix(rev), limit };
    for (const statement of contactsByStart) yield* from('contact', statement.all(start));
    yield* from('contact', contactsByEnd.all(end));
    yield* from('history', recent.all({ ...start, before: Number.MAX_SAFE_INTEGER, calls: RECENT_CALLS }));
    for (const statement of olderByStart) yield* from('history', statement.all(start));
    yield* from('history', olderByEnd.all(end));
  }

  return (text, limit) => {
    const found: Suggestion[] = [];
    for (const { name, number, from } of candidates(text, limit)) {
      if (found.length >= limit) break;
      if (number === '' || found.some((one) => isOne(one.number, number))) continue;
      found.push({ name, number, numberText: '', from });
    }
    return found;
  };
}

/** Two numbers that are both certain and differ are two numbers, whatever their ends (trap 30). */
function isOne(a: string, b: string): boolean {
  return a.startsWith('+') && b.startsWith('+') ? a === b : sameNumber(a, b);
}
