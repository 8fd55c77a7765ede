// SPDX-License-Identifier: MIT
import type { CrmKind } from '../../../../src-shared/crm/model.ts';
import { CrmError } from '../../api.ts';
import type { Schema, Schemas } from './fields.ts';

export const MODULES: Readonly<Record<CrmKind, string>> = {
  contact: 'Contacts',
  lead: 'Leads',
  company: 'Accounts',
  deal: 'Deals',
};

/** The same in the addresses of pages, where deals have kept their old name. */
export const TABS: Readonly<Record<CrmKind, string>> = { ...MODULES, deal: 'Potentials' };

/** One module to look in: what may be asked for it in this organisation, by this person. */
export type Target = {
  readonly kind: CrmKind;
  readonly module: string;
  /** For the parameter `fields`, at most fifty. */
  readonly fields: readonly string[];
  readonly names: readonly string[];
  readonly phones: readonly string[];
  readonly emails: readonly string[];
};

type Searched = Exclude<CrmKind, 'deal'>;

const NAMES: Readonly<Record<Searched, readonly string[]>> = {
  contact: ['Full_Name', 'First_Name', 'Last_Name'],
  lead: ['Full_Name', 'First_Name', 'Last_Name', 'Company'],
  company: ['Account_Name'],
};
const OTHERS = ['Account_Name', 'Owner', 'Converted__s'];
const MOST_FIELDS = 50;
const MOST_EACH = 20;

/** Where people and companies are looked for; a module or field this person may not see is left out. */
export async function targets(schemas: Schemas, signal: AbortSignal): Promise<readonly Target[]> {
  const kinds = Object.keys(NAMES) as Searched[];
  const all = await Promise.all(kinds.map((kind) => schemas.of(MODULES[kind], signal)));
  const found = kinds.flatMap((kind, at) => {
    const schema = all[at];
    return schema ? [target(kind, schema)] : [];
  });
  if (found.length > 0) return found;
  schemas.forget();
  throw new CrmError('forbidden', 'no access to contacts, leads or accounts');
}

function target(kind: Searched, schema: Schema): Target {
  const ofType = (type: string): readonly string[] =>
    [...schema].filter(([, field]) => field.type === type).map(([name]) => name);
  const names = NAMES[kind].filter((name) => schema.has(name));
  const phones = ofType('phone').slice(0, MOST_EACH);
  const emails = ofType('email').slice(0, MOST_EACH);
  const others = OTHERS.filter((name) => schema.has(name));
  const fields = [...new Set([...names, ...phones, ...emails, ...others])].slice(0, MOST_FIELDS);
  return { kind, module: MODULES[kind], fields, names, phones, emails };
}
