// SPDX-License-Identifier: MIT
import type { CallEntry, ChatEntry, CrmDraft, CrmRef, NumberQuery } from '../../../../src-shared/crm/model.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { type Connector, CrmError, type CrmHttp } from '../../api.ts';
import type { OwnDefinition, OwnRequest } from './definition.ts';
import { readRecord, readRecords, readUsers, readValue, recordAddress } from './reading.ts';
import { createOwnSession, type OwnReply, type OwnSecrets } from './session.ts';
import { at, type TemplateValues } from './template.ts';

/** A company's own CRM, spoken to as its definition says. */
export function createOwnConnector(
  settings: ConnectorSettings,
  definition: OwnDefinition,
  { http, secrets }: { readonly http: CrmHttp; readonly secrets: OwnSecrets },
): Connector {
  const { operations } = definition;
  const session = createOwnSession(definition, http, secrets);
  const hosts = [new URL(definition.baseUrl).host, ...definition.linkHosts, ...settings.linkHosts];

  const need = (request: OwnRequest | undefined): OwnRequest => {
    if (request === undefined) throw new CrmError('unsupported', 'the definition has no such operation');
    return request;
  };

  /** Each request in turn until one has hits. */
  const findIn = async (
    requests: OwnRequest | OwnRequest[] | undefined,
    values: TemplateValues,
    signal: AbortSignal,
  ) => {
    for (const request of requests === undefined ? [] : [requests].flat()) {
      const reply = readable(await session.send(request, values, signal));
      const records = readRecords(settings.id, definition, request, reply?.body, hosts);
      if (records.length > 0) return records;
    }
    return [];
  };

  const idOf = (request: OwnRequest, body: unknown): string | null =>
    readValue(body, request.fields.id ?? 'id') || null;

  const write = async (request: OwnRequest | undefined, values: TemplateValues, signal: AbortSignal) => {
    const wanted = need(request);
    return { id: idOf(wanted, (await session.write(wanted, values, signal)).body) };
  };

  return {
    id: settings.id,
    type: 'own',
    linkHosts: hosts,
    capabilities: {
      lookup: operations.lookupByNumber !== undefined,
      search: operations.search !== undefined,
      searchByEmail: operations.lookupByEmail !== undefined,
      create: operations.createContact === undefined ? [] : definition.kinds,
      journal: operations.reportCall !== undefined,
      journalUpdate: operations.updateCall === undefined ? 'none' : 'update',
      journalFind: operations.findCall !== undefined,
      chats: operations.reportChat === undefined ? [] : definition.chats,
      users: operations.users !== undefined,
    },
    async me(signal) {
      const request = need(operations.me);
      const body = (await session.send(request, {}, signal))?.body;
      const item = at(body, request.list);
      const id = readValue(item, request.fields.id ?? 'id');
      if (id === '') throw new CrmError('bad-reply', 'the CRM does not say who we are');
      return { id, name: readValue(item, request.fields.name ?? 'name') || id };
    },
    lookup: (query, signal) => findIn(operations.lookupByNumber, numberValues(query), signal),
    async search(text, limit, signal) {
      return (await findIn(operations.search, { text, limit }, signal)).slice(0, limit);
    },
    lookupByEmail: (email, signal) => findIn(operations.lookupByEmail, { email }, signal),
    async create(draft, key, signal) {
      const request = need(operations.createContact);
      const reply = await session.write(request, draftValues(draft, key), signal);
      const item = at(reply.body, request.list);
      const record = readRecord(settings.id, definition, request, item, hosts);
      if (record === null) throw new CrmError('bad-reply', 'the CRM gave the new record no id', { unsure: true });
      const name = `${draft.firstName} ${draft.lastName}`.trim() || draft.company || draft.number;
      return {
        ...record,
        kind: record.kind === draft.kind ? record.kind : draft.kind,
        name: record.name === record.id ? name : record.name,
        phones: record.phones.length === 0 ? [draft.number] : record.phones,
      };
    },
    journal: (entry, signal) => write(operations.reportCall, entryValues(entry), signal),
    async findJournal(entry, signal) {
      const request = need(operations.findCall);
      const values = { ...refValues(entry.record), key: entry.key, startedAt: iso(entry.startedAt) };
      const reply = readable(await session.send(request, values, signal));
      const found = at(reply?.body, request.list);
      const id = idOf(request, Array.isArray(found) ? found[0] : found);
      return id === null ? null : { id };
    },
    async updateJournal(id, patch, signal) {
      await session.write(
        need(operations.updateCall),
        { ...patch, recordingUrl: patch.recordingUrl ?? '', id },
        signal,
      );
    },
    chat: (entry, signal) => write(operations.reportChat, chatValues(entry), signal),
    async users(signal) {
      const request = need(operations.users);
      return readUsers(request, readable(await session.send(request, {}, signal))?.body);
    },
    recordUrl: (ref: CrmRef) => recordAddress(definition, ref) || null,
  };
}

/** Nothing at all is no list without hits: to take it for one would lose callers, and write entries twice. */
function readable(reply: OwnReply | null): OwnReply | null {
  if (reply !== null && reply.body === undefined) throw new CrmError('bad-reply', 'an empty answer');
  return reply;
}

/** `e164` has its `+`; it is the digits where the number is not certain. */
function numberValues(query: NumberQuery): TemplateValues {
  return { ...query, e164: query.e164 ?? query.digits };
}

function draftValues(draft: CrmDraft, key: string): TemplateValues {
  const fullName = `${draft.firstName} ${draft.lastName}`.trim() || draft.company || draft.number;
  return { ...draft, fullName, key };
}

function entryValues(entry: CallEntry): TemplateValues {
  return {
    ...entry,
    ...refValues(entry.record),
    startedAt: iso(entry.startedAt),
    establishedAt: entry.establishedAt === null ? null : iso(entry.establishedAt),
    endedAt: iso(entry.endedAt),
    recordingUrl: entry.recordingUrl ?? '',
    userId: entry.userId ?? '',
  };
}

function chatValues(entry: ChatEntry): TemplateValues {
  return {
    ...entry,
    ...refValues(entry.record),
    startedAt: iso(entry.startedAt),
    endedAt: iso(entry.endedAt),
    userId: entry.userId ?? '',
    messages: entry.messages.map(({ at: sentAt, from, text }) => ({
      at: iso(sentAt),
      from: from === 'agent' ? entry.extension || from : from,
      text,
    })),
  };
}

function refValues(ref: CrmRef | null): TemplateValues {
  return { recordId: ref?.id ?? '', recordKind: ref?.kind ?? '' };
}

/** ISO 8601 in UTC, seconds. */
function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
