// SPDX-License-Identifier: MIT

import type { CrmDraft, CrmKind } from '../../../../src-shared/crm/model.ts';
import { toFields, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { cut } from '../common/cut.ts';
import { digitsIn } from '../common/digits.ts';
import { localDate } from '../common/local-date.ts';
import { type Fields, idIn, type SalesforceClient } from './client.ts';
import { soqlString } from './escape.ts';
import type { SalesforceOptions } from './options.ts';
import type { Schema, Schemas } from './schemas.ts';
import { OBJECTS } from './targets.ts';

export type CreateContext = {
  readonly client: SalesforceClient;
  readonly schemas: Schemas;
  readonly options: Pick<SalesforceOptions, 'allowDuplicates' | 'leadCompany' | 'dealDays'>;
  readonly now: () => number;
};

const DAY_MS = 24 * 60 * 60_000;
/** Deals of one name looked through for the one of a number. */
const MOST_SAME = 50;

/**
 * Makes the record and answers its id. The platform knows no idempotency key: a record of the same name and number made
 * within the last two days is taken for the one an earlier try has made.
 *
 * @throws CrmError `duplicate` with the id of the record a duplicate rule has found
 */
export async function createRecord(context: CreateContext, draft: CrmDraft, signal: AbortSignal): Promise<string> {
  const { client, schemas, options, now } = context;
  const object = OBJECTS[draft.kind];
  const schema = await schemas.of(object, signal);
  if (schema === null) throw new CrmError('forbidden', `no access to ${object}`);
  const fields = await fieldsOf(context, draft, signal);
  const made = await madeBefore(client, object, fields, schema, now() - 2 * DAY_MS, signal);
  if (made !== null) return made;
  const headers = options.allowDuplicates ? { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } : {};
  const body = writable(fields, schema);
  const answer = toFields(await client.call({ method: 'POST', path: `sobjects/${object}`, body, headers }, signal));
  const id = idIn(answer.id);
  if (id === '') throw new CrmError('bad-reply', 'no id in the answer', { unsure: true });
  return id;
}

/** Picklists that can be left to the organisation where it has another word than ours. */
const OPTIONAL_PICKLISTS = new Set(['Priority', 'CallType', 'TaskSubtype']);

/** Fields this user may set, with something in them that they take. */
export function writable(fields: Fields, schema: Schema): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => {
      const field = schema.get(name);
      if (!field?.isCreateable || value === '' || value === null) return false;
      return !OPTIONAL_PICKLISTS.has(name) || field.values.length === 0 || field.values.includes(String(value));
    }),
  );
}

async function fieldsOf(context: CreateContext, draft: CrmDraft, signal: AbortSignal): Promise<Fields> {
  const { leadCompany, dealDays } = context.options;
  const lastName = draft.lastName || draft.firstName || draft.number || draft.email;
  const person = {
    FirstName: draft.lastName === '' ? '' : cut(draft.firstName, 40),
    LastName: cut(lastName, 80),
    Email: draft.email,
    Phone: cut(draft.number, 40),
    OwnerId: draft.ownerId,
  };
  const name = draft.company || [draft.firstName, draft.lastName].filter(Boolean).join(' ') || draft.number;
  const make: Readonly<Record<CrmKind, () => Promise<Fields>>> = {
    contact: async () => ({ ...person, ...(await employer(context.client, draft.company, signal)) }),
    lead: async () => ({ ...person, Company: cut(draft.company || leadCompany, 255) }),
    company: async () => ({ Name: cut(name, 255), Phone: person.Phone, OwnerId: draft.ownerId }),
    deal: async () => ({
      Name: cut(name, 120),
      StageName: await firstStage(context.client, signal),
      CloseDate: localDate(context.now() + dealDays * DAY_MS),
      Description: draft.number,
      OwnerId: draft.ownerId,
    }),
  };
  return make[draft.kind]();
}

/** A contact's company is an account: the one of exactly this name. Without one, or with several, the name is noted. */
async function employer(client: SalesforceClient, company: string, signal: AbortSignal): Promise<Fields> {
  if (company === '') return {};
  const soql = `SELECT Id FROM Account WHERE Name = ${soqlString(cut(company, 255))} LIMIT 2`;
  const [first, second] = await client.query(soql, signal);
  return first !== undefined && second === undefined ? { AccountId: idIn(first.Id) } : { Description: company };
}

async function firstStage(client: SalesforceClient, signal: AbortSignal): Promise<string> {
  const soql =
    'SELECT ApiName FROM OpportunityStage WHERE IsActive = true AND IsClosed = false ORDER BY SortOrder LIMIT 1';
  const [stage] = await client.query(soql, signal);
  return toText(stage?.ApiName);
}

/** A deal's number is in its description, which no query may ask for: compared here. */
async function madeBefore(
  client: SalesforceClient,
  object: string,
  fields: Fields,
  schema: Schema,
  since: number,
  signal: AbortSignal,
): Promise<string | null> {
  const number = toText(fields.Phone ?? fields.Description);
  if (number === '') return null;
  const same = Object.entries(fields)
    .filter(([name, value]) => /^(?:FirstName|LastName|Name|Phone)$/.test(name) && value !== '')
    .map(([name, value]) => `${name} = ${soqlString(toText(value))}`);
  const after = `CreatedDate >= ${new Date(since).toISOString()}`;
  const where = [...same, after].join(' AND ');
  if (fields.Phone === undefined) {
    if (digitsIn(number) === '') return null;
    // Where descriptions are kept from this user, only the name can tell one caller's deal from another's.
    const column = schema.has('Description') ? 'Description' : 'Name';
    const soql = `SELECT Id, ${column} FROM ${object} WHERE ${where} ORDER BY CreatedDate DESC LIMIT ${MOST_SAME}`;
    const rows = await client.query(soql, signal);
    return idIn(rows.find((row) => digitsIn(row[column]) === digitsIn(number))?.Id) || null;
  }
  const soql = `SELECT Id FROM ${object} WHERE ${where} ORDER BY CreatedDate DESC LIMIT 1`;
  const [found] = await client.query(soql, signal);
  return idIn(found?.Id) || null;
}
