// SPDX-License-Identifier: MIT
import type { CrmRecord, CrmUser } from '../../../../src-shared/crm/model.ts';
import { toFields, toText } from '../../../../src-shared/megacall/coerce.ts';
import { type Fields, idIn } from './client.ts';
import type { Target } from './targets.ts';

/** What a record is beside its row. */
export type RecordContext = {
  readonly connector: string;
  readonly url: (kind: CrmRecord['kind'], id: string) => string | null;
};

/**
 * Rows of a search or of queries as records. A person account comes twice, as the account and as the contact that
 * mirrors it (crm-connectors.md section 2.4): it becomes one contact with the numbers of both.
 */
export function toRecords(
  rows: readonly Fields[],
  targets: readonly Target[],
  context: RecordContext,
): readonly CrmRecord[] {
  const records = new Map<string, CrmRecord>();
  for (const row of rows) {
    const target = targets.find(({ object }) => object === toText(toFields(row.attributes).type));
    if (target === undefined) continue;
    const record = toRecord(row, target, context);
    if (record === null) continue;
    const key = `${record.kind} ${record.id}`;
    const other = records.get(key);
    records.set(key, other === undefined ? record : merged(other, record));
  }
  return [...records.values()];
}

function toRecord(row: Fields, target: Target, { connector, url }: RecordContext): CrmRecord | null {
  const isPerson = row.IsPersonAccount === true;
  const mirror = isPerson && target.object === 'Account' ? idIn(row.PersonContactId) : '';
  const id = mirror || idIn(row.Id);
  if (id === '') return null;
  const kind = mirror ? 'contact' : target.kind;
  const company = target.object === 'Contact' ? toFields(row.Account).Name : row.Company;
  return {
    connector,
    kind,
    id,
    name: toText(row.Name),
    company: isPerson ? null : toText(company) || null,
    email: target.email === null ? null : toText(row[target.email]) || null,
    phones: target.phones.map((name) => toText(row[name])).filter((phone) => phone !== ''),
    url: url(kind, id),
    owner: owner(row),
  };
}

function owner(row: Fields): CrmUser | null {
  const id = idIn(row.OwnerId);
  return id === '' ? null : { id, name: toText(toFields(row.Owner).Name), email: null, extension: null };
}

function merged(a: CrmRecord, b: CrmRecord): CrmRecord {
  return { ...a, email: a.email ?? b.email, phones: [...new Set([...a.phones, ...b.phones])] };
}
