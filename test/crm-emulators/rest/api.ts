// SPDX-License-Identifier: MIT
import type { Answer, Call } from '../common/server.ts';
import { searchContacts, searchField } from './search.ts';
import type { RestContact, RestStore } from './store.ts';

/** The API itself, to somebody who may ask. Bodies are JSON or forms. */
export function answerRest(store: RestStore, call: Call): Answer {
  const [, , collection = '', id = ''] = call.path.split('/').map(decoded);
  const route = `${call.method} ${collection}`;
  if (id !== '') return answerOne(store, route, id, call);
  switch (route) {
    case 'GET me':
      return { status: 200, body: store.users[0] };
    case 'GET users':
      return { status: 200, body: { users: store.users } };
    case 'GET contacts':
      return found({ contacts: searchContacts(store, call.query) }, 'contacts');
    case 'POST contacts':
      return makeContact(store, fieldsOf(call));
    case 'GET search':
      return search(store, call.query);
    case 'GET calls':
      return { status: 200, body: { calls: store.calls.filter(({ key }) => key === call.query.get('key')) } };
    case 'POST calls':
    case 'POST chats':
      return add(store, collection as 'calls' | 'chats', fieldsOf(call));
    default:
      return { status: 404, body: { error: 'no such collection' } };
  }
}

function answerOne(store: RestStore, route: string, id: string, call: Call): Answer {
  const contact = store.contacts.find((one) => one.id === id);
  if (route === 'GET contacts')
    return contact === undefined ? { status: 404 } : { status: 200, body: { contact: card(contact) } };
  const entry = store.calls.find((one) => one.id === id);
  if (route !== 'PATCH calls' || entry === undefined) return { status: 404 };
  store.calls[store.calls.indexOf(entry)] = { ...entry, ...fieldsOf(call), id };
  return { status: 204 };
}

/** Nobody is an empty list, or 404 when asked by number: both are usual. */
function found(body: Readonly<Record<string, readonly unknown[]>>, name: string): Answer {
  return (body[name] ?? []).length === 0 ? { status: 404, body: { error: 'nobody' } } : { status: 200, body };
}

function makeContact(store: RestStore, fields: Readonly<Record<string, unknown>>): Answer {
  const text = (name: string): string => String(fields[name] ?? '');
  if (text('lastName') === '' && text('company') === '') {
    return { status: 422, body: { error: 'lastName is missing', field: 'lastName' } };
  }
  const contact = store.put({
    ...{ type: text('kind') || 'contact', firstName: text('firstName'), lastName: text('lastName') },
    ...{ company: text('company'), email: text('email'), phones: [text('number')], owner: text('owner') },
  });
  return { status: 201, body: { id: contact.id, url: contact.url } };
}

function add(store: RestStore, list: 'calls' | 'chats', fields: Readonly<Record<string, unknown>>): Answer {
  const { record, isNew } = store.add(list, fields);
  return { status: isNew ? 201 : 409, body: { id: record.id } };
}

function search(store: RestStore, query: URLSearchParams): Answer {
  const contacts = searchField(store, query.get('field') ?? '', query.get('q') ?? '');
  if (contacts === null) return { status: 422, body: { error: 'q has no digits' } };
  const wanted = query.get('type');
  const hits = contacts.filter(({ type }) => wanted === null || type === wanted).map((one) => ({ contact: card(one) }));
  return { status: 200, body: { hits } };
}

/** The whole record: numbers with what they are for. */
function card({ phones, ...contact }: RestContact): unknown {
  const kinds = ['work', 'mobile', 'home', 'other'];
  return { ...contact, numbers: phones.map((value, at) => ({ kind: kinds[at] ?? 'other', value })) };
}

function fieldsOf({ body, headers }: Call): Readonly<Record<string, unknown>> {
  if (headers['content-type']?.includes('urlencoded')) return Object.fromEntries(new URLSearchParams(body));
  return JSON.parse(body || '{}') as Record<string, unknown>;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
