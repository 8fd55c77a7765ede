// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { Contact, ContactDraft } from '../../src-shared/state.ts';
import { type contactEmailsTable, uniqueEmails } from './contact-emails.ts';
import type { contactNumbersTable } from './contact-numbers.ts';
import { fold, numberColumns, wholeWords } from './text.ts';

/**
 * What becomes of an imported contact that is here already, and when it is: `name` wants the same name and a number or
 * an e-mail in common, `number` a number in common whatever the names.
 */
export type Sameness = {
  readonly duplicates: 'merge' | 'skip' | 'add';
  readonly by: 'name' | 'number';
};

export type AddedBatch = { readonly added: number; readonly merged: number; readonly skipped: number };

type Parts = {
  readonly db: Database;
  readonly numbers: ReturnType<typeof contactNumbersTable>;
  readonly emails: ReturnType<typeof contactEmailsTable>;
  readonly read: (id: number) => Contact | null;
  readonly insert: (draft: ContactDraft) => number;
  readonly change: (id: number, draft: ContactDraft) => void;
};

/** Contacts of one number, e-mail or name that are compared: a switchboard has hundreds. */
const MOST_COMPARED = 20;
/** As many as a contact may have (`contacts.save`). */
export const MOST_NUMBERS = 20;
export const MOST_EMAILS = 10;

/** Adds contacts of a file, all of a batch in one transaction. */
export function contactImport(parts: Parts): (drafts: readonly ContactDraft[], sameness: Sameness) => AddedBatch {
  const { db, numbers, emails, read, insert, change } = parts;
  const byName = db.prepare<[string, number], { id: number }>(
    'SELECT rowid AS id FROM contacts_fts WHERE contacts_fts MATCH ? ORDER BY rowid DESC LIMIT ?',
  );

  function* like(draft: ContactDraft, by: Sameness['by']): Iterable<number> {
    for (const number of draft.numbers) yield* numbers.withDigits(numberColumns(number).digits, MOST_COMPARED);
    if (by === 'number' && draft.numbers.length > 0) return;
    for (const email of emailsOf(draft)) yield* emails.withEmail(email, MOST_COMPARED);
    const words = wholeWords(fold(draft.name));
    if (words !== null) yield* byName.all(words, MOST_COMPARED).map((row) => row.id);
  }

  function twin(draft: ContactDraft, by: Sameness['by']): Contact | null {
    const seen = new Set<number>();
    for (const id of like(draft, by)) {
      if (seen.has(id)) continue;
      seen.add(id);
      const known = read(id);
      if (known !== null && isSame(known, draft, by)) return known;
    }
    return null;
  }

  return db.transaction((drafts: readonly ContactDraft[], { duplicates, by }: Sameness): AddedBatch => {
    const counts = { added: 0, merged: 0, skipped: 0 };
    for (const draft of drafts) {
      const known = duplicates === 'add' ? null : twin(draft, by);
      if (known === null) {
        insert(draft);
        counts.added++;
      } else if (duplicates === 'skip' || isWithin(draft, known)) {
        counts.skipped++;
      } else {
        change(known.id, merged(known, draft));
        counts.merged++;
      }
    }
    return counts;
  });
}

function isSame(known: Contact, draft: ContactDraft, by: Sameness['by']): boolean {
  const digits = new Set(known.numbers.map((number) => numberColumns(number).digits));
  const sharesNumber = draft.numbers.some((number) => digits.has(numberColumns(number).digits));
  if (by === 'number' && draft.numbers.length > 0) return sharesNumber;
  if (fold(known.name) !== fold(draft.name)) return false;
  const addresses = new Set(emailsOf(known).map((email) => email.toLowerCase()));
  if (sharesNumber || emailsOf(draft).some((email) => addresses.has(email.toLowerCase()))) return true;
  // Nothing but a name: then the company tells them apart, and without one there is nothing to add.
  const isBare = draft.numbers.length === 0 && emailsOf(draft).length === 0;
  return isBare && (draft.company === '' || fold(known.company) === fold(draft.company));
}

/** What is here stays; what it lacks is taken from the file. */
function merged(known: Contact, draft: ContactDraft): ContactDraft {
  const [email = '', ...otherEmails] = uniqueEmails([...emailsOf(known), ...emailsOf(draft)]).slice(0, MOST_EMAILS);
  return {
    ...known,
    company: known.company || draft.company,
    url: known.url || draft.url,
    responsible: known.responsible || draft.responsible,
    email,
    otherEmails,
    numbers: [...new Set([...known.numbers, ...draft.numbers])].slice(0, MOST_NUMBERS),
  };
}

/** Merging would change nothing. */
function isWithin(draft: ContactDraft, known: Contact): boolean {
  const after = merged(known, draft);
  return (
    after.company === known.company &&
    after.url === known.url &&
    after.responsible === known.responsible &&
    after.numbers.length === known.numbers.length &&
    emailsOf(after).length === emailsOf(known).length
  );
}

function emailsOf(contact: ContactDraft): readonly string[] {
  return uniqueEmails([contact.email, ...(contact.otherEmails ?? [])]);
}
