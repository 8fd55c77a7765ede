// SPDX-License-Identifier: MIT
import type { CrmRef } from '../../../../src-shared/crm/model.ts';
import { toFields, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { idIn, type ZohoClient } from './client.ts';
import { equals } from './criteria.ts';
import { MODULES } from './modules.ts';
import type { Found } from './records.ts';

/** Which company a contact belongs to. */
export type Companies = {
  /** Whoever was found brings it along. */
  learn(found: readonly Found[]): void;
  /** Id of the contact's company, '' for none, and for whoever is no contact. Asked for when it is not known. */
  of(record: CrmRef | null, signal: AbortSignal): Promise<string>;
};

const MOST = 1_000;

export function createCompanies(client: ZohoClient): Companies {
  const known = new Map<string, string>();

  const keep = (contact: string, company: string): void => {
    known.delete(contact);
    known.set(contact, company);
    for (const old of [...known.keys()].slice(0, Math.max(0, known.size - MOST))) known.delete(old);
  };

  return {
    learn(found) {
      for (const { target, row } of found) {
        if (target.kind === 'contact') keep(idIn(row.id), idIn(toFields(row.Account_Name).id));
      }
    },
    async of(record, signal) {
      if (record?.kind !== 'contact') return '';
      const kept = known.get(record.id);
      if (kept !== undefined) return kept;
      if (client.isSaving()) return '';
      const path = `${MODULES.contact}/${idIn(record.id)}?fields=Account_Name`;
      const [row] = await client.list(path, 'data', signal).then(
        ({ rows }) => rows,
        (error: unknown) => {
          if (error instanceof CrmError && error.failure === 'refused') return [];
          throw error;
        },
      );
      const company = idIn(toFields(row?.Account_Name).id);
      keep(record.id, company);
      return company;
    },
  };
}

/** Id of the one company of exactly this name; '' for none or several. */
export async function companyNamed(client: ZohoClient, name: string, signal: AbortSignal): Promise<string> {
  const criteria = encodeURIComponent(equals('Account_Name', name));
  const path = `${MODULES.company}/search?criteria=${criteria}&fields=Account_Name&per_page=200`;
  const { rows } = await client.list(path, 'data', signal);
  const [first, second] = rows.filter((row) => toText(row.Account_Name) === name.trim());
  return first !== undefined && second === undefined ? idIn(first.id) : '';
}
