// SPDX-License-Identifier: MIT
import { digitsOf, type RestContact, type RestStore } from './store.ts';

const FIELDS: Readonly<Record<string, 'firstName' | 'lastName' | 'company' | 'email'>> = {
  first: 'firstName',
  last: 'lastName',
  company: 'company',
  email: 'email',
};

/** Contacts by the query of `GET /api/contacts`: each parameter by its own rule, '' never matches. */
export function searchContacts(store: RestStore, query: URLSearchParams): readonly RestContact[] {
  const has = (name: string): string => query.get(name) ?? '';
  const holds = (contact: RestContact): boolean =>
    (has('number') !== '' && hasNumber(contact, has('number'))) ||
    (has('tail') !== '' && contact.phones.some((phone) => digitsOf(phone).endsWith(has('tail')))) ||
    (has('email') !== '' && contact.email === has('email')) ||
    (has('text') !== '' && words(contact).includes(has('text').toLowerCase()));
  return store.find(holds);
}

/** `GET /api/search?field=…&q=…`: one field, compared from its beginning; null for a number without digits. */
export function searchField(store: RestStore, field: string, text: string): readonly RestContact[] | null {
  if (field === 'phone') {
    const digits = digitsOf(text).replace(/^00/, '');
    return digits === '' ? null : store.find((one) => one.phones.some((phone) => digitsOf(phone).endsWith(digits)));
  }
  const name = FIELDS[field];
  return name === undefined || text === ''
    ? []
    : store.find((one) => one[name].toLowerCase().startsWith(text.toLowerCase()));
}

/** The whole number, whatever stands between its digits and whichever prefix it has; with a `+` it has to be E.164. */
function hasNumber(contact: RestContact, number: string): boolean {
  const wanted = digitsOf(number).replace(/^00/, '');
  return contact.phones.some((phone) => digitsOf(phone).replace(/^00/, '') === wanted);
}

function words(contact: RestContact): string {
  const { firstName, lastName, company, email, phones } = contact;
  return [`${firstName} ${lastName}`, company, email, ...phones, ...phones.map(digitsOf)].join('\n').toLowerCase();
}
