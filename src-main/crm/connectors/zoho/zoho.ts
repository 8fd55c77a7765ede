// SPDX-License-Identifier: MIT
import type { Capabilities, CrmRecord, CrmRef, NumberQuery } from '../../../../src-shared/crm/model.ts';
import { safeRecordUrl } from '../../../../src-shared/crm/record-url.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import type { Log } from '../../../log.ts';
import { type Connector, CrmError, type CrmHttp } from '../../api.ts';
import type { TokenKeeper } from '../../oauth/keeper.ts';
import { hasNumber } from '../common/has-number.ts';
import { createRecent } from '../common/recent.ts';
import { webOrigin } from './centres.ts';
import { createClient, idIn } from './client.ts';
import { createCompanies } from './companies.ts';
import { createRecord } from './create.ts';
import { createSchemas } from './fields.ts';
import { findEntry, updateEntry, writeCall, writeChat } from './journal.ts';
import { findByEmail, findByNumber, findByText } from './lookup.ts';
import { TABS, type Target, targets } from './modules.ts';
import { zohoOptions } from './options.ts';
import { createOrganisation, readMe, readUsers } from './organisation.ts';
import { centreIn } from './provider.ts';
import { type Found, toRecords } from './records.ts';
import { createStoredSearch, type StoredSearch } from './stored.ts';

export type ZohoDeps = {
  readonly http: CrmHttp;
  readonly tokens: TokenKeeper;
  readonly now: () => number;
  readonly log: Log;
  /** IANA zone of the times in the CRM; this computer's when not given. */
  readonly timeZone?: string;
};

export type ZohoConnector = Connector & {
  /** Somebody has connected anew, maybe another organisation: nothing that was learnt of the old one holds. */
  forget(): void;
};

const noSearch: StoredSearch = async () => [];

const CAPABILITIES: Capabilities = {
  lookup: true,
  search: true,
  searchByEmail: true,
  create: ['contact', 'lead', 'company', 'deal'],
  journal: true,
  journalUpdate: 'update',
  journalFind: true,
  chats: ['task', 'call'],
  users: true,
};

/**
 * Zoho CRM by its REST API, version 8 (crm-connectors.md section 3). Needs tokens of the organisation: see
 * `zohoProvider`.
 *
 * @throws CrmError `refused` for settings that name a server which is none of theirs
 */
export function createZoho(settings: ConnectorSettings, { http, tokens, now, log, timeZone }: ZohoDeps): ZohoConnector {
  const options = zohoOptions(settings.options);
  const { centre, creditReserve, phoneForms } = options;
  const client = createClient({ http, tokens, centre, creditReserve, now, log });
  const learnt = () => ({
    schemas: createSchemas(client, now),
    companies: createCompanies(client),
    organisation: createOrganisation(client),
    recent: createRecent(now),
    findStored: options.searchStored ? createStoredSearch(client, now) : noSearch,
  });
  let known = learnt();
  const journal = () => ({ client, schemas: known.schemas, companies: known.companies, options, timeZone });

  const web = (): string =>
    options.crmHost === '' ? webOrigin(centreIn(tokens.facts(), centre)) : `https://${options.crmHost}`;
  const linkHosts = (): readonly string[] => [new URL(web()).host, ...settings.linkHosts];
  const recordUrl = ({ kind, id }: Pick<CrmRef, 'kind' | 'id'>): string | null =>
    idIn(id) === '' ? null : `${web()}/crm/${known.organisation.path()}tab/${TABS[kind]}/${id}`;
  const context = {
    connector: settings.id,
    url: (kind: CrmRecord['kind'], id: string) => safeRecordUrl(recordUrl({ kind, id }), linkHosts()),
  };

  /** Looks where this person may look. A field that has gone since it was described is found out and read anew. */
  async function look(
    find: (where: readonly Target[]) => Promise<readonly Found[]>,
    signal: AbortSignal,
  ): Promise<readonly CrmRecord[]> {
    const { schemas, companies, organisation } = known;
    const [where] = await Promise.all([targets(schemas, signal), organisation.read(signal)]);
    try {
      const found = await find(where);
      companies.learn(found);
      return toRecords(found, context);
    } catch (error) {
      if (error instanceof CrmError && error.failure === 'refused') schemas.forget();
      throw error;
    }
  }

  async function lookup(query: NumberQuery, signal: AbortSignal): Promise<readonly CrmRecord[]> {
    const made = known.recent.all().filter((record) => hasNumber(record, query));
    const indexed = await look((where) => findByNumber(client, where, query, phoneForms, signal), signal);
    const found = [...indexed, ...made.filter((one) => !indexed.some((other) => other.id === one.id))];
    return found.length > 0 ? found : look((where) => known.findStored(where, query, signal), signal);
  }

  return {
    id: settings.id,
    type: 'zoho',
    capabilities: CAPABILITIES,
    get linkHosts() {
      return linkHosts();
    },
    lookup,
    recordUrl,

    async me(signal) {
      const me = await readMe(client, signal);
      await known.organisation.read(signal);
      return me;
    },

    async search(text, limit, signal) {
      const asked = { text: text.slice(0, 100), findStored: known.findStored };
      const records = await look((where) => findByText(client, where, asked, signal), signal);
      return records.slice(0, limit);
    },

    lookupByEmail: (email, signal) => look((where) => findByEmail(client, where, email, signal), signal),

    async create(draft, key, signal) {
      const { schemas, organisation, recent } = known;
      const made = recent.byKey(key);
      if (made !== null) return made;
      const id = await createRecord({ client, schemas, options, now, timeZone }, draft, signal);
      await organisation.read(signal);
      const record: CrmRecord = {
        ...{ connector: settings.id, kind: draft.kind, id },
        name: [draft.firstName, draft.lastName].filter(Boolean).join(' ') || draft.company || draft.number,
        company: draft.company || null,
        email: draft.email || null,
        phones: draft.number === '' ? [] : [draft.number],
        url: context.url(draft.kind, id),
        owner: null,
      };
      recent.add(key, record);
      return record;
    },

    journal: async (entry, signal) => ({ id: await writeCall(journal(), entry, signal) }),

    async findJournal(entry, signal) {
      const id = await findEntry(journal(), entry, signal);
      return id === null ? null : { id };
    },

    updateJournal: (id, patch, signal, before) => updateEntry(journal(), id, { patch, before: before ?? null }, signal),

    chat: async (entry, signal) => ({ id: await writeChat(journal(), entry, signal) }),

    users: (signal) => readUsers(client, signal),

    forget: () => {
      known = learnt();
    },
  };
}
