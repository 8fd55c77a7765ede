// SPDX-License-Identifier: MIT
import type { CallEntry, CrmDraft, NumberQuery } from '../../../src-shared/crm/model.ts';
import { numberQuery } from '../../../src-shared/crm/number-query.ts';

/** For a caller who waits for ever. */
export const never = new AbortController().signal;

export function query(number: string): NumberQuery {
  return numberQuery(number, 'GB', 7);
}

export function names(records: readonly { readonly name: string }[]): string[] {
  return records.map((record) => record.name);
}

export const draft: CrmDraft = {
  ...{ kind: 'contact', firstName: 'Marta', lastName: 'Ibarra', email: 'marta@example.com', company: '' },
  ...{ number: '+442079460123', ownerId: '' },
};

export function entry(more: Partial<CallEntry> = {}): CallEntry {
  return {
    ...{ key: 'sp:6f1c2b0e9a7d4e51', callType: 'Inbound', record: null, number: '+442079460123', name: '' },
    ...{ extension: '101', agentName: '', agentEmail: '', userId: null, establishedAt: null, recordingUrl: null },
    ...{ startedAt: Date.now(), endedAt: Date.now(), durationSeconds: 201, disposition: 'Answered', note: '' },
    ...{ subject: 'Softphone call', text: 'answered call from Marta' },
    ...more,
  };
}
