// SPDX-License-Identifier: MIT

import type { CrmDraft, CrmKind } from '../../../../src-shared/crm/model.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { digitsIn } from '../common/digits.ts';
import { localDate } from '../common/local-date.ts';
import { zonedTime } from '../common/zoned-time.ts';
import type { Fields, ZohoClient } from './client.ts';
import { companyNamed } from './companies.ts';
import { coqlString, pairs } from './criteria.ts';
import { creatable, type Schema, type Schemas } from './fields.ts';
import { MODULES } from './modules.ts';
import { findMade } from './newest.ts';
import type { ZohoOptions } from './options.ts';

export type CreateContext = {
  readonly client: ZohoClient;
  readonly schemas: Schemas;
  readonly options: Pick<ZohoOptions, 'leadCompany' | 'dealStage' | 'dealDays'>;
  readonly now: () => number;
  readonly timeZone: string | undefined;
};

const DAY_MS = 24 * 60 * 60_000;

/**
 * Makes the record and answers its id. Zoho knows no idempotency key: a record of the same name and number made within
 * the last two days is taken for the one an earlier try has made.
 *
 * @throws CrmError `duplicate` with the id of the record a unique field has found; `refused` with the missing `field`
 */
export async function createRecord(context: CreateContext, draft: CrmDraft, signal: AbortSignal): Promise<string> {
  const { client, schemas } = context;
  const module = MODULES[draft.kind];
  const schema = await schemas.of(module, signal);
  if (schema === null) throw new CrmError('forbidden', `no access to ${module}`);
  const fields = creatable(await fieldsOf(context, draft, schema, signal), schema);
  const made = await madeBefore(context, module, fields, draft, signal);
  return made ?? client.write({ method: 'POST', path: module, fields, workflows: true }, signal);
}

async function fieldsOf(
  { client, options, now, timeZone }: CreateContext,
  draft: CrmDraft,
  schema: Schema,
  signal: AbortSignal,
): Promise<Fields> {
  const owner = { Owner: draft.ownerId === '' ? null : { id: draft.ownerId } };
  const person = {
    First_Name: draft.lastName === '' ? '' : draft.firstName,
    Last_Name: draft.lastName || draft.firstName || draft.number || draft.email,
    ...{ Email: draft.email, Phone: draft.number, ...owner },
  };
  const name = draft.company || [draft.firstName, draft.lastName].filter(Boolean).join(' ') || draft.number;
  const make: Readonly<Record<CrmKind, () => Fields | Promise<Fields>>> = {
    contact: async () => ({ ...person, ...(await employer(client, draft.company, signal)) }),
    lead: () => ({ ...person, Company: draft.company || options.leadCompany }),
    company: () => ({ Account_Name: name, Phone: draft.number, ...owner }),
    deal: () => ({
      ...{ Deal_Name: name, Stage: options.dealStage || firstOpen(schema, 'Stage'), Description: draft.number },
      ...{ Pipeline: firstOpen(schema, 'Pipeline'), ...owner },
      Closing_Date: localDate(now() + options.dealDays * DAY_MS, timeZone),
    }),
  };
  return make[draft.kind]();
}

/** A contact's company is an account: the one of exactly this name. Without one, or with several, the name is noted. */
async function employer(client: ZohoClient, company: string, signal: AbortSignal): Promise<Fields> {
  if (company.trim() === '') return {};
  const id = await companyNamed(client, company, signal);
  return id === '' ? { Description: company } : { Account_Name: { id } };
}

function firstOpen(schema: Schema, field: string): string {
  const values = schema.get(field)?.values ?? [];
  return values.find(({ name, isClosed }) => !isClosed && name !== '' && name !== '-None-')?.name ?? '';
}

/** Compared here: a query may let more through than was meant. */
function madeBefore(
  { client, now, timeZone }: CreateContext,
  module: string,
  fields: Fields,
  draft: CrmDraft,
  signal: AbortSignal,
): Promise<string | null> | null {
  const number = toText(draft.number);
  if (digitsIn(number) === '') return null;
  const since = now() - 2 * DAY_MS;
  const names = ['First_Name', 'Last_Name', 'Account_Name', 'Deal_Name'].filter(
    (name) => typeof fields[name] === 'string',
  );
  const numbers = ['Phone', 'Description'].filter((name) => fields[name] !== undefined);
  const conditions = names.flatMap((name) => {
    const text = coqlString(toText(fields[name]));
    return text === null ? [] : [`${name} = ${text}`];
  });
  const where = pairs([`Created_Time >= '${zonedTime(since, timeZone)}'`, ...conditions], 'and');
  const isIt = (row: Fields): boolean =>
    Date.parse(toText(row.Created_Time)) >= since &&
    names.every((name) => toText(row[name]) === toText(fields[name])) &&
    numbers.some((name) => digitsIn(row[name]) === digitsIn(number));
  return findMade(client, { module, fields: [...names, ...numbers, 'Created_Time'], where, since, isIt }, signal);
}
