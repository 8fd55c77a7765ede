// SPDX-License-Identifier: MIT
import type { Capabilities, CrmRecord, CrmRef, CrmUser, NumberQuery } from '../../../../src-shared/crm/model.ts';
import { safeRecordUrl } from '../../../../src-shared/crm/record-url.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import { type Connector, CrmError, type CrmHttp } from '../../api.ts';
import type { TokenKeeper } from '../../oauth/keeper.ts';
import { hasNumber } from '../common/has-number.ts';
import { createRecent } from '../common/recent.ts';
import { createClient, type Fields, idIn } from './client.ts';
import { createRecord } from './create.ts';
import { soqlString } from './escape.ts';
import { findTask, updateTask, writeTask } from './journal.ts';
import { findByDigits, findByEmail, findByText, findStored } from './lookup.ts';
import { salesforceOptions } from './options.ts';
import { toRecords } from './records.ts';
import { createSchemas } from './schemas.ts';
import { OBJECTS, type Target, targets } from './targets.ts';
import { callTask, chatTask } from './task.ts';

export type SalesforceDeps = {
  readonly http: CrmHttp;
  readonly tokens: TokenKeeper;
  readonly now: () => number;
  /** IANA zone of the dates in the CRM; this computer's when not given. */
  readonly timeZone?: string;
};

const CAPABILITIES: Capabilities = {
  lookup: true,
  search: true,
  searchByEmail: true,
  create: ['contact', 'lead', 'company', 'deal'],
  journal: true,
  journalUpdate: 'update',
  journalFind: true,
  chats: ['task'],
  users: true,
};

const MOST_FOUND = 50;

/**
 * Salesforce by its REST API (crm-connectors.md section 2). Needs tokens of the organisation: see
 * `salesforceProvider`.
 *
 * @throws CrmError `refused` for settings that name a server which is none of theirs
 */
export function createSalesforce(
  settings: ConnectorSettings,
  { http, tokens, now, timeZone }: SalesforceDeps,
): Connector {
  const options = salesforceOptions(settings.options);
  const client = createClient({ http, tokens, apiVersion: options.apiVersion, now });
  const schemas = createSchemas(client, now);
  const recent = createRecent(now);
  const journal = { client, schemas, taskStatus: options.taskStatus, timeZone };

  const instance = (): string | null => tokens.facts()?.instanceUrl ?? null;
  const linkHosts = (): readonly string[] => {
    const origin = instance();
    return [...(origin === null ? [] : [new URL(origin).host]), ...settings.linkHosts];
  };
  const recordUrl = ({ kind, id }: Pick<CrmRef, 'kind' | 'id'>): string | null => {
    const origin = instance();
    return origin === null || idIn(id) === '' ? null : `${origin}/lightning/r/${OBJECTS[kind]}/${id}/view`;
  };
  const context = {
    connector: settings.id,
    url: (kind: CrmRecord['kind'], id: string) => safeRecordUrl(recordUrl({ kind, id }), linkHosts()),
  };

  /** Looks where this user may look. A field that has gone since the last description is found out and read anew. */
  async function look(
    find: (where: readonly Target[]) => Promise<readonly Fields[]>,
    signal: AbortSignal,
  ): Promise<readonly CrmRecord[]> {
    const where = await targets(schemas, signal);
    try {
      return toRecords(await find(where), where, context);
    } catch (error) {
      if (error instanceof CrmError && error.failure === 'refused') schemas.forget();
      throw error;
    }
  }

  async function lookup(query: NumberQuery, signal: AbortSignal): Promise<readonly CrmRecord[]> {
    const isExact = settings.match.strategy === 'exact';
    const forms = new Set([query.digits, query.national, isExact ? '' : query.tail].filter((form) => form.length >= 3));
    if (forms.size === 0) return [];
    const indexed = await look((where) => findByDigits(client, where, [...forms], signal), signal);
    const made = recent.all().filter((record) => hasNumber(record, query));
    const found = [...indexed, ...made.filter((one) => !indexed.some((other) => other.id === one.id))];
    if (!options.searchStored || found.some((record) => hasNumber(record, query))) return found;
    const last = isExact ? query.digits : query.tail;
    return [...found, ...(await look((where) => findStored(client, where, last, signal), signal))];
  }

  async function users(condition: string, signal: AbortSignal): Promise<readonly CrmUser[]> {
    const soql = `SELECT Id, Name, Email FROM User WHERE IsActive = true AND ${condition}`;
    return (await client.query(soql, signal)).map((row) => ({
      id: idIn(row.Id),
      name: toText(row.Name),
      email: toText(row.Email) || null,
      extension: null,
    }));
  }

  return {
    id: settings.id,
    type: 'salesforce',
    capabilities: CAPABILITIES,
    get linkHosts() {
      return linkHosts();
    },
    lookup,
    recordUrl,

    async me(signal) {
      const userId = (await tokens.access(signal)).facts.userId ?? '';
      const [row] = await client.query(`SELECT Id, Name FROM User WHERE Id = ${soqlString(userId)} LIMIT 1`, signal);
      if (row === undefined) throw new CrmError('forbidden', 'the user who connected cannot be read');
      return { id: idIn(row.Id), name: toText(row.Name) };
    },

    search: (text, limit, signal) =>
      look((where) => findByText(client, where, text.slice(0, 100), Math.min(limit, MOST_FOUND), signal), signal).then(
        (records) => records.slice(0, limit),
      ),

    lookupByEmail: (email, signal) => look((where) => findByEmail(client, where, email, signal), signal),

    async create(draft, key, signal) {
      const known = recent.byKey(key);
      if (known !== null) return known;
      const id = await createRecord({ client, schemas, options, now }, draft, signal);
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

    journal: async (entry, signal) => ({ id: await writeTask(journal, (task) => callTask(entry, task), signal) }),

    async findJournal(entry, signal) {
      const id = await findTask(journal, entry, signal);
      return id === null ? null : { id };
    },

    updateJournal: (id, patch, signal, before) => updateTask(journal, id, { patch, before: before ?? null }, signal),

    chat: async (entry, signal) => ({ id: await writeTask(journal, (task) => chatTask(entry, task), signal) }),

    users: (signal) => users("UserType = 'Standard' ORDER BY Name LIMIT 2000", signal),

    usersByEmail: (email, signal) => users(`Email = ${soqlString(email)} LIMIT 2`, signal),
  };
}
