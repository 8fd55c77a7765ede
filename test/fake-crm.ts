// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import { type Connector, CrmError } from '../src-main/crm/api.ts';
import type { StoreApi } from '../src-main/store/api.ts';
import type { CrmStore, MessageStore, OutboxStore } from '../src-main/store/crm-api.ts';
import { migrate } from '../src-main/store/migrate.ts';
import { openTables } from '../src-main/store/tables.ts';
import type { CallEntry, CrmRecord } from '../src-shared/crm/model.ts';
import type { ConnectorSettings } from '../src-shared/crm/settings.ts';

/** The store's CRM parts on a database in memory, without a thread. */
export function crmStores(): Pick<StoreApi, 'crm' | 'outbox' | 'messages' | 'contacts'> {
  const db = new Database(':memory:');
  migrate(db);
  const { crm, outbox, messages, contacts } = openTables(db);
  return {
    contacts: later(contacts) as StoreApi['contacts'],
    crm: later(crm) as CrmStore,
    outbox: later(outbox) as OutboxStore,
    messages: later(messages) as MessageStore,
  };
}

function later(area: object): unknown {
  return Object.fromEntries(
    Object.entries(area).map(([name, run]) => [name, async (...args: unknown[]) => Reflect.apply(run, area, args)]),
  );
}

export const connectorSettings = (more: Partial<ConnectorSettings> = {}): ConnectorSettings => ({
  id: 'own-1',
  type: 'own',
  name: 'Our CRM',
  enabled: true,
  match: { strategy: 'tail', digits: 7 },
  rewrite: [],
  prefer: null,
  linkHosts: [],
  options: {},
  ...more,
});

export const crmRecord = (id: string, phones: readonly string[], more: Partial<CrmRecord> = {}): CrmRecord => ({
  connector: 'own-1',
  kind: 'contact',
  id,
  name: `Person ${id}`,
  company: null,
  email: null,
  phones,
  url: null,
  owner: null,
  ...more,
});

/** What happens to the next write: it is carried out or not, and answered or not. */
export type Fate = 'ok' | 'lost-answer' | 'lost-request' | CrmError;

/** A CRM in memory whose requests fail as told. */
export class FakeCrm {
  readonly records: CrmRecord[] = [];
  readonly entries: (CallEntry & { readonly id: string })[] = [];
  readonly patches: { readonly id: string; readonly note: string }[] = [];
  fates: Fate[] = [];
  lookups = 0;
  find = true;

  connector(settings: ConnectorSettings = connectorSettings()): Connector {
    const write = <T>(run: () => T): T => {
      const fate = this.fates.shift() ?? 'ok';
      if (fate === 'lost-request') throw new CrmError('network', 'no connection', { unsure: true });
      if (typeof fate !== 'string') throw fate;
      const value = run();
      if (fate === 'lost-answer') throw new CrmError('network', 'no answer', { unsure: true });
      return value;
    };
    return {
      id: settings.id,
      type: settings.type,
      linkHosts: [],
      capabilities: {
        lookup: true,
        search: true,
        searchByEmail: false,
        create: ['contact'],
        journal: true,
        journalUpdate: 'update',
        journalFind: this.find,
        chats: ['task'],
        users: false,
      },
      me: async () => ({ id: '1', name: 'Me' }),
      lookup: async (query) => {
        this.lookups += 1;
        return this.records.filter((one) => one.phones.some((phone) => phone.replace(/\D/g, '').endsWith(query.tail)));
      },
      search: async (text) => this.records.filter((one) => one.name.includes(text)),
      lookupByEmail: async () => [],
      create: async (draft) =>
        write(() => {
          const record = crmRecord(String(this.records.length + 1), [draft.number], { name: draft.lastName });
          this.records.push(record);
          return record;
        }),
      journal: async (entry) =>
        write(() => {
          const id = `L-${this.entries.length + 1}`;
          this.entries.push({ ...entry, id });
          return { id };
        }),
      findJournal: async ({ key }) => this.entries.find((one) => one.key === key) ?? null,
      updateJournal: async (id, { note }) => write(() => void this.patches.push({ id, note })),
      chat: async () => write(() => ({ id: 'chat' })),
      users: async () => [],
      recordUrl: () => null,
    };
  }
}
