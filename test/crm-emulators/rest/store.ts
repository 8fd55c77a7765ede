// SPDX-License-Identifier: MIT
/** What a plain REST CRM keeps. */
export type RestContact = {
  readonly id: string;
  readonly type: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly email: string;
  readonly phones: readonly string[];
  readonly url: string;
  readonly owner: string;
};
export type RestRecord = { readonly id: string; readonly [field: string]: unknown };

export type RestStore = {
  readonly contacts: RestContact[];
  readonly calls: RestRecord[];
  readonly chats: RestRecord[];
  readonly users: RestRecord[];
  put(contact: Partial<RestContact>): RestContact;
  /** Adds it, unless its key is there already: then that one, with `isNew` false. */
  add(list: 'calls' | 'chats', fields: Readonly<Record<string, unknown>>): { record: RestRecord; isNew: boolean };
  find(condition: (contact: RestContact) => boolean): readonly RestContact[];
};

/** @param url where record pages are */
export function createRestStore(url: () => string): RestStore {
  let serial = 0;
  const contacts: RestContact[] = [];
  const calls: RestRecord[] = [];
  const chats: RestRecord[] = [];
  const next = (prefix: string): string => `${prefix}-${++serial}`;
  return {
    contacts,
    calls,
    chats,
    users: [
      { id: 'U-1', name: 'Dana Reyes', email: 'dana@example.com', extension: '101' },
      { id: 'U-2', name: "Sile O'Hara", email: "o'hara@example.com", extension: '' },
    ],
    put(given) {
      const id = given.id ?? next('C');
      const usual = { type: 'contact', firstName: '', lastName: '', company: '', email: '', phones: [], owner: '' };
      const contact: RestContact = { ...usual, url: `${url()}/contacts/${id}`, ...given, id };
      contacts.push(contact);
      return contact;
    },
    add(list, fields) {
      const records = list === 'calls' ? calls : chats;
      const known = records.find(({ key }) => key !== undefined && key === fields.key);
      if (known !== undefined) return { record: known, isNew: false };
      const record = { ...fields, id: next(list === 'calls' ? 'L' : 'H') };
      records.push(record);
      return { record, isNew: true };
    },
    find: (condition) => contacts.filter(condition),
  };
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
