// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import type { CrmKind, CrmRecord, CrmRef, NumberQuery } from '../../../src-shared/crm/model.ts';
import { safeRecordUrl } from '../../../src-shared/crm/record-url.ts';

/** What a chain of scenarios came to, by the type of output. */
export type Outputs = ReadonlyMap<string, string>;

export type ContactContext = {
  readonly connector: string;
  readonly hosts: readonly string[];
  /** The number that was looked up, and how the CRM was asked for it. */
  readonly searched: { readonly query: Pick<NumberQuery, 'e164' | 'digits'>; readonly asked: string } | null;
};

const PHONES = [
  ...['PhoneBusiness', 'PhoneMobile', 'PhoneBusiness2', 'PhoneMobile2', 'PhoneHome', 'PhoneOther', 'FaxBusiness'],
];
const LONGEST = 500;
const LONGEST_ID = 200;
const LONGEST_PHONE = 60;

/**
 * The record that outputs describe; null when they have no name or nothing to know it by. A number that is the one we
 * asked for, perhaps only its end, counts as the caller's whole number: so 3CX looks at it again, and templates repeat
 * the number in an output to be believed (crm-connectors.md section 1.3).
 */
export function toContact(outputs: Outputs, { connector, hosts, searched }: ContactContext): CrmRecord | null {
  const read = (type: string): string => (outputs.get(type) ?? '').trim().slice(0, LONGEST);
  const person = `${read('FirstName')} ${read('LastName')}`.trim() || read('FullName');
  const company = read('CompanyName');
  const id = contactId(outputs);
  if (id === null || (person === '' && company === '')) return null;
  const phones = PHONES.map((type) => read(type).slice(0, LONGEST_PHONE)).filter((phone) => phone !== '');
  return {
    connector,
    kind: kindOf(read('EntityType')),
    id,
    name: person || company,
    company: company || null,
    email: read('Email') || null,
    phones: [...new Set(phones.map((phone) => whole(phone, searched)))],
    url: safeRecordUrl((outputs.get('ContactUrl') ?? '').trim().replace(/ /g, '%20'), hosts),
    owner: null,
  };
}

/** One person found several times is one, with all numbers. */
export function merged(records: readonly CrmRecord[]): readonly CrmRecord[] {
  const byId = new Map<string, CrmRecord>();
  for (const record of records) {
    const known = byId.get(record.id);
    const phones = [...new Set([...(known?.phones ?? []), ...record.phones])];
    byId.set(record.id, { ...(known ?? record), phones });
  }
  return [...byId.values()];
}

/** What `[EntityId]` and `[EntityType]` were when a record was found: its id holds both, for the journal. */
export function entityOf(ref: Pick<CrmRef, 'id'> | null): { readonly id: string; readonly type: string } {
  const at = ref?.id.indexOf(':') ?? -1;
  if (ref === null || at < 0 || ref.id.startsWith('=')) return { id: '', type: '' };
  return { id: ref.id.slice(at + 1), type: decoded(ref.id.slice(0, at)) };
}

/**
 * `type:id`, or `=…` for records that a template publishes no `EntityId` of: they can be shown, and templates skip their
 * journal.
 */
function contactId(outputs: Outputs): string | null {
  const entity = outputs.get('EntityId')?.trim() ?? '';
  if (entity !== '') {
    const id = `${encodeURIComponent((outputs.get('EntityType') ?? '').trim().toWellFormed())}:${entity}`;
    return id.length <= LONGEST_ID ? id : null;
  }
  const other = outputs.get('ContactID')?.trim() || outputs.get('ContactUrl')?.trim() || '';
  if (other === '') return null;
  return `=${other.length < LONGEST_ID ? other : createHash('sha256').update(other).digest('hex')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function kindOf(entityType: string): CrmKind {
  if (/lead/i.test(entityType)) return 'lead';
  if (/account|compan|organi[sz]ation/i.test(entityType)) return 'company';
  return /deal|opportunit/i.test(entityType) ? 'deal' : 'contact';
}

function whole(phone: string, searched: ContactContext['searched']): string {
  const digits = phone.replace(/\D/g, '');
  const asked = searched?.asked.replace(/\D/g, '') ?? '';
  if (searched === null || digits === '' || (digits !== asked && phone !== searched.asked)) return phone;
  return searched.query.e164 ?? searched.query.digits;
}
