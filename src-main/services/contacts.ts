// SPDX-License-Identifier: MIT
import type { Contact, ContactDraft, ContactRef } from '../../src-shared/state.ts';
import type { StoreApi } from '../store/api.ts';

/** Who is behind a number, remembered for the calls on screen; saving or removing a contact forgets all of it. */
export type ContactService = {
  /** What is known at once: a contact, null for nobody, undefined for not asked yet. */
  peek(number: string): ContactRef | null | undefined;
  find(number: string): Promise<ContactRef | null>;
  search(text: string): Promise<readonly Contact[]>;
  /** `origin`: the key it is made under, so that it is made once. */
  save(draft: ContactDraft, origin?: string): Promise<Contact>;
  remove(id: number): Promise<void>;
  /** Contacts have changed behind this service's back: by an import. */
  changed(): void;
};

const MOST_REMEMBERED = 2000;
const MOST_FOUND = 50;

/** @param canonical numbers are stored and compared in this form. */
export function createContacts(
  store: StoreApi['contacts'],
  canonical: (number: string) => string,
  onChange: () => void,
): ContactService {
  const known = new Map<string, ContactRef | null>();
  let generation = 0;
  const changed = (): void => {
    generation += 1;
    known.clear();
    onChange();
  };
  return {
    peek: (number) => (number === '' ? null : known.get(number)),
    async find(number) {
      if (number === '') return null;
      const cached = known.get(number);
      if (cached !== undefined) return cached;
      const asked = generation;
      const contact = await store.byNumber(number);
      if (known.size >= MOST_REMEMBERED) known.clear();
      // An answer from before a change is shown once, never remembered.
      if (asked === generation) known.set(number, contact);
      return contact;
    },
    search: (text) => store.search(text.trim(), MOST_FOUND),
    async save(draft, origin) {
      const numbers = [...new Set(draft.numbers.map(canonical))];
      const saved = await store.save({ ...draft, numbers }, origin ?? null);
      changed();
      return saved;
    },
    async remove(id) {
      await store.remove(id);
      changed();
    },
    changed,
  };
}
