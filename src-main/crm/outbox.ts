// SPDX-License-Identifier: MIT
import { digitsOf } from '../../src-shared/calls/same-number.ts';
import type { CallEntry, CallEntryPatch, ChatEntry, CrmDraft, CrmRecord, CrmRef } from '../../src-shared/crm/model.ts';
import type { Log } from '../log.ts';
import type { OutboxItem, OutboxKind, OutboxOutcome, OutboxStore } from '../store/crm-api.ts';
import { type Connector, CrmError } from './api.ts';
import { backoffMs, GIVE_UP_AFTER, PAUSES } from './outbox-backoff.ts';

/**
 * Everything that must get into a CRM, in the order it was asked for, once. An item is on disk before the first try and
 * marked before each request; one whose end is not known is looked for by its key before it is tried again.
 */
export type Outbox = {
  /** Resolves when it is on disk. False when it was there already. */
  add<K extends OutboxKind>(connector: string, kind: K, key: string, payload: Payloads[K]): Promise<boolean>;
  /** Takes up what a crash cut off, and begins. */
  start(): Promise<void>;
  /** Lets the request under way end, and no other begin. */
  stop(): Promise<void>;
  /** A connector works again (connected anew, enabled): do not wait any longer. */
  resume(connector: string): Promise<void>;
  retry(id: number | null): Promise<void>;
  drop(id: number): Promise<void>;
};

export type Payloads = {
  readonly call: CallEntry;
  readonly patch: CallEntryPatch;
  readonly chat: ChatEntry;
  readonly create: CrmDraft;
};

export type OutboxOptions = {
  readonly store: OutboxStore;
  /** Null while it is not set up or not enabled: its items wait. */
  readonly connector: (id: string) => Connector | null;
  /** Whose record a number is now, for an entry written before there was one. */
  readonly recordOf: (connector: string, number: string, fresh: boolean) => Promise<CrmRef | null>;
  /** Whether entries of numbers that no record belongs to are written at all. */
  readonly takesUnknown: () => boolean;
  readonly onCreated: (draft: CrmDraft, record: CrmRecord) => void;
  /** Something in the outbox has changed: counts, errors. */
  readonly onChange: () => void;
  readonly now: () => number;
  /** `setTimeout` on the clock of `now`. */
  readonly schedule: (run: () => void, ms: number) => { cancel(): void };
  readonly log: Log;
};

/** Result of an entry that nobody wanted written: no record belongs to the number. */
const NOT_WANTED = '';
const REQUEST_MS = 30_000;
const BATCH = 50;
const LONGEST_SLEEP_MS = 60_000;
/** What nobody wanted is written after all when a record is made for its number so long after. */
const REGRET_MS = 24 * 60 * 60_000;

export function createOutbox(options: OutboxOptions): Outbox {
  const { store, now, log, onChange } = options;
  const stopping = new AbortController();
  /** Connectors at rest, until when, UTC ms. */
  const resting = new Map<string, number>();
  const busy = new Map<string, Promise<void>>();
  let timer: { cancel(): void } | null = null;
  let started = false;

  const wake = (ms: number): void => {
    timer?.cancel();
    if (!started || stopping.signal.aborted) return;
    timer = options.schedule(() => void turn(), Math.min(ms, LONGEST_SLEEP_MS));
  };

  /** Each connector works off its items one after the other; connectors do not wait for each other. */
  const turn = async (): Promise<void> => {
    const due = await store.due(now(), BATCH).catch((error: unknown) => {
      log.error('the outbox could not be read', { error });
      return [];
    });
    for (const connector of new Set(due.map((item) => item.connector))) {
      if (busy.has(connector) || (resting.get(connector) ?? 0) > now()) continue;
      const items = due.filter((item) => item.connector === connector);
      const work = workOff(connector, items)
        .catch((error: unknown) => log.error('the outbox stopped', { connector, error }))
        .finally(() => {
          busy.delete(connector);
          wake(0);
        });
      busy.set(connector, work);
    }
    if (busy.size > 0) return;
    const next = await store.nextAt().catch(() => null);
    if (next !== null) wake(Math.max(200, next - now()));
  };

  const workOff = async (id: string, items: readonly OutboxItem[]): Promise<void> => {
    for (const item of items) {
      const connector = options.connector(id);
      if (stopping.signal.aborted) return;
      if (connector === null) {
        resting.set(id, now() + LONGEST_SLEEP_MS);
        return;
      }
      await store.sending(item.id);
      const outcome = await attempt(connector, item);
      await store.settle(item.id, outcome);
      if (item.kind === 'create' && outcome.state === 'done') await wantAgain(item);
      onChange();
      if (outcome.state === 'done') continue;
      log.warn('a CRM did not take an entry', { connector: id, kind: item.kind, failure: outcome.failure });
      const pause = PAUSES[outcome.failure as keyof typeof PAUSES];
      if (pause === undefined) continue;
      resting.set(id, outcome.state === 'waiting' ? outcome.nextAt : now() + pause);
      return;
    }
  };

  const attempt = async (connector: Connector, item: OutboxItem): Promise<OutboxOutcome> => {
    const signal = AbortSignal.timeout(REQUEST_MS);
    try {
      return { state: 'done', resultId: await send(connector, item, signal) };
    } catch (thrown) {
      if (thrown instanceof NotYet) {
        const waits = { unsure: item.unsure, failure: 'waits', message: '', field: null };
        return { state: 'waiting', nextAt: Math.max(thrown.at, now()) + 1_000, ...waits };
      }
      const error = thrown instanceof CrmError ? thrown : asCrmError(thrown, signal);
      if (error.failure === 'duplicate') return { state: 'done', resultId: error.existing };
      const tries = item.attempts + 1;
      const hopeless = error.failure === 'refused' || error.failure === 'unsupported';
      const isUnreadable = error.failure === 'bad-reply' && item.failure === 'bad-reply';
      const worn = isUnreadable && tries >= GIVE_UP_AFTER;
      return {
        state: hopeless || worn ? 'failed' : 'waiting',
        nextAt: now() + (error.retryAfterMs ?? backoffMs(error.failure, tries)),
        // What may have been carried out stays so until it has been looked for.
        unsure: error.unsure || (item.unsure && error.failure !== 'refused'),
        failure: error.failure,
        message: error.message,
        field: error.field,
      };
    }
  };

  const send = async (connector: Connector, item: OutboxItem, signal: AbortSignal): Promise<string | null> => {
    switch (item.kind) {
      case 'call':
        return sendCall(connector, item, parse<CallEntry>(item), signal);
      case 'patch':
        return sendPatch(connector, item, parse<CallEntryPatch>(item), signal);
      case 'chat': {
        const entry = parse<ChatEntry>(item);
        const record = await recordFor(connector, item, entry);
        if (record === null && !options.takesUnknown()) return NOT_WANTED;
        if (item.resultId !== null && connector.capabilities.journalUpdate === 'update') {
          const patch = { text: entry.text, note: '', disposition: '', recordingUrl: null };
          await connector.updateJournal(item.resultId, patch, signal);
          return item.resultId;
        }
        const known = await found(connector, item, { ...entry, record }, signal);
        return known ?? (await connector.chat({ ...entry, record }, signal)).id;
      }
      case 'create': {
        const draft = parse<CrmDraft>(item);
        // It may have been made by a try whose answer was lost.
        const made = item.unsure ? await options.recordOf(connector.id, draft.number, true) : null;
        if (made !== null) return made.id;
        const record = await connector.create(draft, item.key, signal);
        options.onCreated(draft, record);
        return record.id;
      }
    }
  };

  const sendCall = async (
    connector: Connector,
    item: OutboxItem,
    entry: CallEntry,
    signal: AbortSignal,
  ): Promise<string | null> => {
    const record = await recordFor(connector, item, entry);
    if (record === null && !options.takesUnknown()) return NOT_WANTED;
    const known = await found(connector, item, { ...entry, record }, signal);
    return known ?? (await connector.journal({ ...entry, record }, signal)).id;
  };

  /** A contact made for this very caller is known by now, or waited for where nothing is written without one. */
  const recordFor = async (
    connector: Connector,
    item: OutboxItem,
    { record, number }: Pick<CallEntry, 'record' | 'number'>,
  ): Promise<CrmRef | null> => {
    const known = record ?? (await options.recordOf(connector.id, number, false));
    if (known !== null || options.takesUnknown() || digitsOf(number) === '') return known;
    const creates = await store.open(connector.id, 'create');
    const create = creates.find((one) => digitsOf(parse<CrmDraft>(one).number) === digitsOf(number));
    if (create !== undefined) throw new NotYet(create.nextAt);
    // A record waited for may be one the CRM had already: what was last heard of the number knows nothing of it.
    return item.failure === null ? null : options.recordOf(connector.id, number, true);
  };

  const wantAgain = async (item: OutboxItem): Promise<void> => {
    const number = digitsOf(parse<CrmDraft>(item).number);
    if (number !== '') await store.wantAgain(item.connector, number, now() - REGRET_MS, now());
  };

  const sendPatch = async (
    connector: Connector,
    item: OutboxItem,
    patch: CallEntryPatch,
    signal: AbortSignal,
  ): Promise<string | null> => {
    const call = await store.find(connector.id, 'call', item.key);
    if (call === null || call.state === 'failed') throw new CrmError('refused', 'the call itself was not taken');
    if (call.state !== 'done') throw new NotYet(call.nextAt);
    const { journalUpdate } = connector.capabilities;
    const entry = parse<CallEntry>(call);
    if (call.resultId === NOT_WANTED) return NOT_WANTED;
    if (journalUpdate === 'update' && call.resultId !== null) {
      // What stood there before tells people's edits from ours.
      const before = item.sent === null ? entry : (JSON.parse(item.sent) as CallEntryPatch);
      await connector.updateJournal(call.resultId, patch, signal, before);
      return call.resultId;
    }
    if (journalUpdate !== 'add') throw new CrmError('unsupported', 'this CRM takes nothing after the call');
    const more = { ...entry, ...patch, key: `${entry.key}+`, subject: `${entry.subject} +` };
    const record = entry.record ?? (await options.recordOf(connector.id, entry.number, false));
    const known = await found(connector, item, { ...more, record }, signal);
    return known ?? (await connector.journal({ ...more, record }, signal)).id;
  };

  /** After a try whose end is not known: the CRM is asked whether it has the entry. */
  const found = async (
    connector: Connector,
    item: OutboxItem,
    entry: Pick<CallEntry, 'key' | 'startedAt' | 'record'>,
    signal: AbortSignal,
  ): Promise<string | null> => {
    if (!item.unsure || !connector.capabilities.journalFind) return null;
    return (await connector.findJournal(entry, signal))?.id ?? null;
  };

  return {
    async add(connector, kind, key, payload) {
      const isNew = await store.add({ connector, kind, key, payload: JSON.stringify(payload), createdAt: now() });
      onChange();
      wake(0);
      return isNew;
    },
    async start() {
      await store.recover();
      started = true;
      wake(0);
    },
    async stop() {
      stopping.abort();
      timer?.cancel();
      await Promise.allSettled(busy.values());
    },
    async resume(connector) {
      resting.delete(connector);
      await store.resume(connector, now());
      wake(0);
    },
    async retry(id) {
      await store.retry(id, now());
      resting.clear();
      onChange();
      wake(0);
    },
    async drop(id) {
      await store.drop(id);
      onChange();
    },
  };
}

/** What comes after a call waits for the call itself, and holds up nobody else. */
class NotYet extends Error {
  readonly at: number;

  constructor(at: number) {
    super('not yet');
    this.at = at;
  }
}

function parse<T>(item: OutboxItem): T {
  return JSON.parse(item.payload) as T;
}

/** A connector ends with `CrmError`; anything else is its defect, or our time limit, and may have been carried out. */
function asCrmError(thrown: unknown, signal: AbortSignal): CrmError {
  const message = signal.aborted ? 'no answer in time' : thrown instanceof Error ? thrown.message : 'unknown';
  return new CrmError(signal.aborted ? 'network' : 'bad-reply', message, { unsure: true, cause: thrown });
}
