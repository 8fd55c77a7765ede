// SPDX-License-Identifier: MIT
import { AppError } from '../../../src-shared/errors.ts';
import type { Contact, ContactDraft, ContactRef } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';

/**
 * The whole contact behind a reference, or a new one for a number nobody knows.
 *
 * @param name what the network or the PBX calls them; '' for nothing
 * @throws AppError `internal` when it has been deleted meanwhile
 */
export async function contactFor(contact: ContactRef | null, number: string, name: string): Promise<ContactDraft> {
  if (contact === null) {
    return { id: null, name, company: '', email: '', url: '', responsible: '', numbers: [number] };
  }
  return findContact(contact.id, [number, contact.name]);
}

async function findContact(id: number, texts: readonly string[]): Promise<Contact> {
  for (const text of texts) {
    const found = await request('contacts.search', text.slice(0, 100));
    const known = found.find((entry) => entry.id === id);
    if (known !== undefined) return known;
  }
  throw new AppError('internal');
}
