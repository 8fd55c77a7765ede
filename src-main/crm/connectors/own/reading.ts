// SPDX-License-Identifier: MIT
import { CRM_KINDS, type CrmKind, type CrmRecord, type CrmUser } from '../../../../src-shared/crm/model.ts';
import { safeRecordUrl } from '../../../../src-shared/crm/record-url.ts';
import { CrmError } from '../../api.ts';
import type { OwnDefinition, OwnRequest } from './definition.ts';
import { at, fill, textOf } from './template.ts';

const MOST = 200;
const LONGEST = 500;

/** What replies are turned into. Anything without an id is passed over; a link we would not open is null. */
export function readRecords(
  connector: string,
  definition: OwnDefinition,
  request: OwnRequest,
  body: unknown,
  hosts: readonly string[],
): readonly CrmRecord[] {
  return itemsOf(request, body).flatMap((item) => readRecord(connector, definition, request, item, hosts) ?? []);
}

export function readRecord(
  connector: string,
  definition: OwnDefinition,
  request: OwnRequest,
  item: unknown,
  hosts: readonly string[],
): CrmRecord | null {
  const { fields } = request;
  const read = (field: string | undefined, otherwise: string): string => readValue(item, field ?? otherwise);
  const id = read(fields.id, 'id');
  if (id === '') return null;
  const kind = asKind(read(fields.kind, 'kind')) ?? definition.kinds[0] ?? 'contact';
  const person = `${read(fields.firstName, 'firstName')} ${read(fields.lastName, 'lastName')}`.trim();
  const company = read(fields.company, 'company');
  const owner = read(fields.ownerId, 'ownerId');
  const address = read(fields.url, 'url') || recordAddress(definition, { kind, id });
  return {
    connector,
    kind,
    id,
    name: read(fields.name, 'name') || person || company || id,
    company: company || null,
    email: read(fields.email, 'email') || null,
    phones: phonesOf(item, fields.phones ?? 'phones'),
    url: safeRecordUrl(address, hosts),
    owner:
      owner === ''
        ? null
        : {
            id: owner,
            name: read(fields.ownerName, 'ownerName') || owner,
            email: read(fields.ownerEmail, 'ownerEmail') || null,
            extension: read(fields.extension, 'extension') || null,
          },
  };
}

/** The address of a record's page, by the definition; '' when it has none. `{{origin}}` is that of the base address. */
export function recordAddress(definition: OwnDefinition, ref: { readonly kind: string; readonly id: string }): string {
  const { recordUrl = '', baseUrl } = definition;
  return fill(recordUrl.replace('{{origin}}', new URL(baseUrl).origin), { ...ref }, encodeURIComponent);
}

export function readUsers(request: OwnRequest, body: unknown): readonly CrmUser[] {
  return itemsOf(request, body).flatMap((item) => {
    const id = readValue(item, request.fields.id ?? 'id');
    const email = readValue(item, request.fields.email ?? 'email');
    const extension = readValue(item, request.fields.extension ?? 'extension');
    const name = readValue(item, request.fields.name ?? 'name');
    return id === '' ? [] : [{ id, name: name || email || id, email: email || null, extension: extension || null }];
  });
}

/** A value by its path, or by a template over the item. */
export function readValue(item: unknown, field: string): string {
  const text = field.includes('{{') ? fill(field, Object(item) as Record<string, unknown>) : textOf(at(item, field));
  return text.trim().slice(0, LONGEST);
}

/** The list the definition names; one object counts as a list of one. */
function itemsOf(request: OwnRequest, body: unknown): readonly unknown[] {
  const found = body === undefined ? [] : at(body, request.list);
  if (Array.isArray(found)) return found.slice(0, MOST);
  if (found === undefined || found === null) return [];
  if (typeof found === 'object') return [found];
  throw new CrmError('bad-reply', 'the reply has no list of records where one should be');
}

function phonesOf(item: unknown, field: string | readonly string[]): readonly string[] {
  const all = (typeof field === 'string' ? [field] : field).flatMap((one) => {
    const value = one.includes('{{') ? readValue(item, one) : at(item, one);
    return Array.isArray(value) ? value.map(phoneOf) : [phoneOf(value)];
  });
  return [...new Set(all.filter((phone) => phone !== ''))].slice(0, 20);
}

/** Lists of numbers come as texts or as objects with one of the usual names. */
function phoneOf(value: unknown): string {
  const text = textOf(value) || textOf(at(value, 'number')) || textOf(at(value, 'value'));
  return text.trim().slice(0, 60);
}

function asKind(text: string): CrmKind | null {
  return CRM_KINDS.find((kind) => kind === text.toLowerCase()) ?? null;
}
