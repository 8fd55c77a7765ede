// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import { hasStarts, type Search } from './text.ts';

type Row = { readonly id: number };

/** Contacts that are looked through for a word longer than the index has ready, before the index puts it together. */
const MOST_TRIED = 400;

/**
 * Ids of contacts by the starts of words of name and company, newest first. The index answers at once for starts of up
 * to eight letters; for a longer one it would collect every contact that has it, which of `construcciones` is a tenth of
 * all. So those with the first eight letters are looked through: when the word is a common one, the page is soon full,
 * and when it is not, there is not much to collect.
 */
export function contactWords(
  db: Database,
): (search: Extract<Search, { kind: 'name' }>, limit: number) => readonly number[] {
  const byWords = db.prepare<[string, number], Row>(
    'SELECT rowid AS id FROM contacts_fts WHERE contacts_fts MATCH ? ORDER BY rowid DESC LIMIT ?',
  );
  const candidates = db.prepare<[string, number], Row & { readonly name: string; readonly company: string }>(
    `SELECT c.id, c.name, c.company FROM contacts_fts CROSS JOIN contacts c ON c.id = contacts_fts.rowid
     WHERE contacts_fts MATCH ? ORDER BY contacts_fts.rowid DESC LIMIT ?`,
  );

  return ({ match, cut, words }, limit) => {
    if (match === null) return [];
    if (cut === null) return byWords.all(match, limit).map((row) => row.id);
    const found: number[] = [];
    let tried = 0;
    for (const { id, name, company } of candidates.iterate(cut, MOST_TRIED)) {
      tried++;
      if (hasStarts(`${name} ${company}`, words)) found.push(id);
      if (found.length === limit) return found;
    }
    return tried < MOST_TRIED ? found : byWords.all(match, limit).map((row) => row.id);
  };
}
