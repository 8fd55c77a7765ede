// SPDX-License-Identifier: MIT
import type { CrmKind } from '../../../../src-shared/crm/model.ts';
import { CrmError } from '../../api.ts';
import type { Schema, Schemas } from './schemas.ts';

export type PersonObject = 'Contact' | 'Lead' | 'Account';

/** One object to look in: what may be asked for it in this organisation, by this user. */
export type Target = {
  readonly object: PersonObject;
  readonly kind: CrmKind;
  /** For SELECT and RETURNING. */
  readonly fields: readonly string[];
  readonly phones: readonly string[];
  readonly email: string | null;
  /** Condition that always applies, '' for none. */
  readonly where: string;
};

export const OBJECTS: Readonly<Record<CrmKind, string>> = {
  contact: 'Contact',
  lead: 'Lead',
  company: 'Account',
  deal: 'Opportunity',
};

const WANTED: Readonly<
  Record<PersonObject, { kind: CrmKind; fields: readonly string[]; email: string; where: string }>
> = {
  Contact: { kind: 'contact', fields: ['Email', 'IsPersonAccount'], email: 'Email', where: '' },
  Lead: { kind: 'lead', fields: ['Email', 'Company'], email: 'Email', where: 'IsConverted = false' },
  Account: {
    kind: 'company',
    fields: ['IsPersonAccount', 'PersonContactId', 'PersonEmail'],
    email: 'PersonEmail',
    where: '',
  },
};

/** SELECT has room for many phone fields, an organisation for hundreds. */
const MOST_PHONES = 30;

/** Where people and companies are looked for; an object or field this user may not see is left out. */
export async function targets(schemas: Schemas, signal: AbortSignal): Promise<readonly Target[]> {
  const objects = Object.keys(WANTED) as PersonObject[];
  const all = await Promise.all(objects.map((object) => schemas.of(object, signal)));
  const found = objects.flatMap((object, at) => {
    const schema = all[at];
    return schema ? [target(object, schema)] : [];
  });
  if (found.length === 0) throw new CrmError('forbidden', 'no access to contacts, leads or accounts');
  return found;
}

function target(object: PersonObject, schema: Schema): Target {
  const { kind, fields, email, where } = WANTED[object];
  const phones = [...schema].filter(([, field]) => field.type === 'phone').map(([name]) => name);
  const names = ['Id', 'Name', ...fields.filter((name) => schema.has(name)), ...phones.slice(0, MOST_PHONES)];
  if (schema.has('OwnerId')) names.push('OwnerId', 'Owner.Name');
  if (object === 'Contact' && schema.has('AccountId')) names.push('Account.Name');
  const hasEmail = schema.has(email);
  return { object, kind, fields: names, phones: phones.slice(0, MOST_PHONES), email: hasEmail ? email : null, where };
}
