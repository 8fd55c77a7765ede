// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../src-shared/calls/model.ts';
import type { CrmDraft, CrmRecord, CrmRef, CrmUser, LookupResult } from '../../src-shared/crm/model.ts';
import { isExtensionNumber } from '../../src-shared/crm/number-query.ts';
import type { CrmSettings } from '../../src-shared/crm/settings.ts';
import type { CallerView, CrmSearchReply } from '../../src-shared/crm/view.ts';
import { AppError } from '../../src-shared/errors.ts';
import { DEFAULT_TEXTS } from '../../src-shared/journal/texts.ts';
import type { Job } from '../../src-shared/rules/duty.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { Log } from '../log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Hub } from '../services/hub.ts';
import type { StoreApi, StoredCall } from '../store/api.ts';
import type { StoredMessage } from '../store/crm-api.ts';
import { createAgents } from './agents.ts';
import type { Connector } from './api.ts';
import { createAutoCreate } from './auto-create.ts';
import { readValues, valuesName } from './build.ts';
import { createChatJournal } from './chat-journal.ts';
import { toAppError } from './crm-error.ts';
import { createDraftKeys } from './draft-keys.ts';
import { type CallJournal, createCallJournal } from './journal.ts';
import { createLookup } from './lookup.ts';
import { createOutbox, type Outbox, type OutboxOptions } from './outbox.ts';
import { recentCalls } from './recent-calls.ts';
import { type Build, createRegistry } from './registry.ts';
import { resendChosen } from './resend.ts';
import { createSearch } from './search.ts';
import { createSettled } from './settled.ts';
import { staleOf } from './stale.ts';

/** All that has to do with CRMs, for the rest of the program: callers' records, search, creation, journal. */
export type Crm = {
  /** Opens the connectors of the settings and takes up the outbox. */
  start(): Promise<void>;
  stop(): Promise<void>;
  settingsChanged(): void;
  /** Our own contacts are others now: callers on screen that they know are looked up again. */
  contactsChanged(): void;
  /** A call rings or is made: who is it? Shown in the state as it becomes known, in nobody's way. */
  meet(number: string): void;
  /** A row of the history was written, or a live call has changed. */
  written(rowId: number, call: Call): void;
  /** Note, outcome or recording of a row have changed: its entries follow when it has come to rest. */
  rowChanged(rowId: number): void;
  find(number: string): Promise<{ result: LookupResult; failed: readonly string[] }>;
  choose(number: string, ref: CrmRef): Promise<void>;
  search(text: string): Promise<CrmSearchReply>;
  /** @throws AppError `crm.*` */
  create(connector: string, draft: CrmDraft): Promise<CrmRecord>;
  test(connector: string): Promise<{ name: string }>;
  users(connector: string): Promise<readonly CrmUser[]>;
  connect(connector: string): Promise<void>;
  cancel(connector: string): void;
  disconnect(connector: string): Promise<void>;
  setSecrets(connector: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** A text message was kept. */
  message(message: StoredMessage): void;
  readonly outbox: Outbox;
  /** Work for duties, by kind. */
  readonly work: Readonly<Record<'contact' | 'journal', CallJournal['work']>>;
};

export type CrmOptions = {
  readonly store: StoreApi;
  readonly hub: Hub;
  readonly secrets: Pick<Secrets, 'get' | 'set' | 'remove'>;
  readonly settings: () => Settings;
  readonly build: Build;
  readonly defaultResponsible: () => string | null;
  readonly recordingLink: (row: StoredCall) => Promise<string | null>;
  readonly plan: (job: Job, delayMs: number, data: unknown) => Promise<void>;
  readonly now: () => number;
  readonly timer: OutboxOptions['schedule'];
  readonly log: Log;
};

const ANSWER_MS = 20_000;
/** A note is kept at each pause of the typing: the CRM hears of it when there was none for so long. */
const NOTE_MS = 3_000;
/** Calls that ended so long before a start may still be missing in the journal. */
const RESUME_MS = 24 * 60 * 60_000;
/** What the last notes wait for at the end: a PBX that gives no link holds up nobody's shutdown. */
const HAND_OVER_MS = 2_000;
const SINCE = 'journal-since';
/** As many callers as are on screen, and the last few. */
const MOST_CALLERS = 20;

export function createCrm(options: CrmOptions): Crm {
  const { store, hub, secrets, settings, now, log } = options;
  const crm = (): CrmSettings => settings().crm;
  let applied: CrmSettings['connectors'] = [];
  const registry = createRegistry(options.build, () => show(), log);
  const connectors = (): readonly Connector[] => registry.active().map(({ connector }) => connector);
  const isExtension = (number: string): boolean => isExtensionNumber(number);
  const lookup = createLookup({
    store: store.crm,
    connectors: registry.active,
    country: () => settings().country,
    isExtension,
    now,
    log,
  });
  const draftKeys = createDraftKeys(now);
  const agents = createAgents({ agents: () => crm().agents, now, log });
  const search = createSearch(connectors, log);
  const outbox = createOutbox({
    store: store.outbox,
    connector: (id) => connectors().find((connector) => connector.id === id) ?? null,
    recordOf: (connector, number, fresh) => lookup.recordOf(connector, number, fresh),
    takesUnknown: () => crm().journal.unknown,
    onCreated: (draft, record) => void made(draft.number, record),
    onChange: () => void count(),
    schedule: options.timer,
    now,
    log,
  });
  const texts = () => crm().journal.texts ?? DEFAULT_TEXTS[hub.get().language];
  const offsetMinutes = () => settings().accountOffsetMinutes;
  const own = {
    extension: () => settings().extension,
    defaultResponsible: options.defaultResponsible,
    isExtension,
    plan: options.plan,
    log,
  };
  const journal = createCallJournal({
    ...own,
    outbox,
    stored: store.outbox,
    lookup,
    agents,
    connectors,
    row: (id) => store.calls.get(id),
    recordingLink: options.recordingLink,
    settings: () => crm().journal,
    texts,
    offsetMinutes,
  });
  const follow = (rowId: number): Promise<void> =>
    journal.changed(rowId).catch((error: unknown) => log.error('an entry was not brought up to date', { error }));
  const rows = createSettled(follow, NOTE_MS, options.timer);
  const chats = createChatJournal({
    ...own,
    messages: store.messages,
    outbox,
    lookup,
    agents,
    connectors,
    settings: () => crm().journal,
    texts,
    offsetMinutes,
    now,
  });
  const autoCreate = createAutoCreate({
    ...own,
    outbox,
    lookup,
    agents,
    connectors,
    settings: () => crm().autoCreate,
  });

  const show = (): void => hub.patch({ crm: { ...hub.get().crm, connectors: registry.views() } });

  const count = async (): Promise<void> => {
    const counts = await store.outbox.counts().catch(() => null);
    if (counts !== null) hub.patch({ crm: { ...hub.get().crm, outbox: counts } });
  };

  const showCaller = (number: string, view: CallerView): void => {
    const { callers } = hub.get().crm;
    const others = Object.entries(callers).filter(([known]) => known !== number);
    hub.patch({
      crm: { ...hub.get().crm, callers: Object.fromEntries([...others.slice(1 - MOST_CALLERS), [number, view]]) },
    });
  };

  const made = async (number: string, record: CrmRecord): Promise<void> => {
    await lookup.created(number, record);
    if (number in hub.get().crm.callers) await ask(number);
  };

  const ask = async (number: string): Promise<void> => {
    const known = await lookup.known(number);
    showCaller(number, { state: 'asking', result: known ?? { state: 'none' }, failed: [] });
    const { result, failed } = await lookup.find(number);
    showCaller(number, { state: 'known', result, failed });
  };

  const need = (id: string): Connector => {
    const connector = registry.get(id)?.connector;
    if (connector === undefined) throw new AppError('crm.off');
    return connector;
  };

  /** What a connector said under another account or definition is of no use under this one. */
  const apply = async (): Promise<void> => {
    const list = crm().connectors;
    await registry.apply(list);
    const stale = staleOf(applied, list);
    applied = list;
    for (const id of stale) await lookup.forget(id);
  };

  /** Journaling begins with the first start that has it: older calls are not brought in. */
  const journalSince = async (): Promise<number> => {
    const since = await store.cursors.get(SINCE);
    if (since === null) await store.cursors.save({ [SINCE]: now() });
    return Math.max(since ?? now(), now() - RESUME_MS);
  };

  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw toAppError(error);
    });

  return {
    outbox,
    message: chats.message,
    work: {
      contact: autoCreate.work,
      journal: (subject, data, signal) =>
        subject.startsWith('chat/') ? chats.work(subject) : journal.work(subject, data, signal),
    },
    async start() {
      await apply();
      await outbox.start();
      await count();
      await journal.resume(recentCalls(store.calls, await journalSince()));
    },
    async stop() {
      await Promise.race([rows.stop(), sleep(HAND_OVER_MS, undefined, { ref: false })]);
      await outbox.stop();
      await registry.close();
    },
    contactsChanged() {
      if (connectors().every(({ instant }) => instant !== true)) return;
      for (const number of Object.keys(hub.get().crm.callers)) {
        ask(number).catch((error: unknown) => log.warn('a caller could not be looked up', { error }));
      }
    },
    settingsChanged: () =>
      void apply()
        .then(count)
        .catch((error: unknown) => log.error('connectors were not brought up to date', { error })),
    meet(number) {
      if (number === '' || isExtension(number) || connectors().length === 0) return;
      // The ring goes first: the popup is painted before anybody is asked.
      hub
        .headStart()
        .then(() => ask(number))
        .catch((error: unknown) => log.warn('a caller could not be looked up', { error }));
    },
    written(rowId, call) {
      autoCreate.changed(call);
      if (call.phase === 'ended') journal.written(rowId, call);
    },
    rowChanged: rows.touch,
    find: (number) => lookup.find(number),
    async choose(number, ref) {
      await lookup.choose(number, ref);
      resendChosen(store.outbox, outbox, (other) => lookup.isSame(number, other)).catch((error: unknown) =>
        log.error('entries of a number were not sent again', { error }),
      );
      await ask(number);
    },
    search: (text) => search.find(text),
    async create(id, draft) {
      const connector = need(id);
      const make = (key: string): Promise<CrmRecord> => connector.create(draft, key, AbortSignal.timeout(ANSWER_MS));
      const record = await told(draftKeys.use(id, draft, make));
      await made(draft.number, record);
      return record;
    },
    async test(id) {
      return { name: (await told(need(id).me(AbortSignal.timeout(ANSWER_MS)))).name };
    },
    users: (id) => told(agents.users(need(id), AbortSignal.timeout(ANSWER_MS))),
    async connect(id) {
      await told(registry.connect(id));
      await lookup.forget(id);
      await outbox.resume(id);
    },
    cancel: (id) => registry.cancel(id),
    disconnect: (id) => told(registry.disconnect(id).finally(() => lookup.forget(id))),
    async setSecrets(id, values) {
      const merged = Object.entries({ ...(await readValues(secrets, id)), ...values }).filter(
        ([, value]) => value !== '',
      );
      if (merged.length === 0) await secrets.remove(valuesName(id));
      else await secrets.set(valuesName(id), JSON.stringify(Object.fromEntries(merged)));
      await registry.rebuild(id);
      await lookup.forget(id);
      await outbox.resume(id);
    },
  };
}
