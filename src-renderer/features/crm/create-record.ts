// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { CrmRecord } from '../../../src-shared/crm/model.ts';

type Asked = {
  readonly number: string;
  readonly name: string;
  readonly onMade: ((record: CrmRecord) => void) | null;
};

/** The dialog for a new record: one at a time, above whatever screen is open. */
export const useCreateRecord = create<{ readonly asked: Asked | null }>(() => ({ asked: null }));

/** Asks for what a new record needs. `name` is what the network calls them, '' for nothing. */
export function createRecord(number: string, name: string, onMade: Asked['onMade'] = null): void {
  useCreateRecord.setState({ asked: { number, name, onMade } });
}
