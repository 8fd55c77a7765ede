// SPDX-License-Identifier: MIT
import type { CrmRecord, CrmUser } from '../../../../src-shared/crm/model.ts';
import { toFields, toText } from '../../../../src-shared/megacall/coerce.ts';
import { type Fields, idIn } from './client.ts';
import type { Target } from './modules.ts';

/** What a record is beside its row. */
export type RecordContext = {
  readonly connector: string;
  readonly url: (kind: CrmRecord['kind'], id: string) => string | null;
};

/** A row with where it was found. */
export type Found = { readonly target: Target; readonly row: Fields };

/** Rows as records, each once. A lead that has become a contact is not a lead any more. */
export function toRecords(found: readonly Found[], context: RecordContext): readonly CrmRecord[] {
  const records = new Map<string, CrmRecord>();
  for (const { target, row } of found) {
    const id = idIn(row.id);
    const isConverted = row.Converted__s === true || row.$converted === true;
    if (id !== '' && !isConverted) records.set(`${target.kind} ${id}`, toRecord(id, target, row, context));
  }
  return [...records.values()];
}

function toRecord(id: string, { kind, phones, emails }: Target, row: Fields, context: RecordContext): CrmRecord {
  const company = kind === 'contact' ? toFields(row.Account_Name).name : kind === 'lead' ? row.Company : null;
  return {
    connector: context.connector,
    kind,
    id,
    name: nameOf(row),
    company: toText(company) || null,
    email: emails.map((name) => toText(row[name])).find((email) => email !== '') ?? null,
    phones: phones.map((name) => toText(row[name])).filter((phone) => phone !== ''),
    url: context.url(kind, id),
    owner: ownerOf(row.Owner),
  };
}

/** Full name of a person, name of a company. */
export function nameOf(row: Fields): string {
  const parts = [toText(row.First_Name), toText(row.Last_Name)].filter(Boolean).join(' ');
  return toText(row.Full_Name) || parts || toText(row.Account_Name);
}

function ownerOf(value: unknown): CrmUser | null {
  const { id: given, name, email } = toFields(value);
  const id = idIn(given);
  return id === '' ? null : { id, name: toText(name), email: toText(email) || null, extension: null };
}
