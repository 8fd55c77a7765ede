// SPDX-License-Identifier: MIT
import type { CallEvent } from '../../src-shared/calls/events.ts';
import type { Call } from '../../src-shared/calls/model.ts';
import type { NumberQuery } from '../../src-shared/crm/model.ts';
import type { ErrorCode } from '../../src-shared/errors.ts';
import type { Suggestion } from '../../src-shared/ipc/map.ts';
import type { HistoryQuery } from '../../src-shared/ipc/schemas.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { CallQuality, Contact, ContactDraft, ContactRef } from '../../src-shared/state.ts';
import type { AddedBatch, Sameness } from './contact-import.ts';
import type { CrmStore, MessageStore, OutboxStore } from './crm-api.ts';
import type { AnswerStore, BlacklistStore, CursorStore, JobStore, NumberChange, ReminderStore } from './team-api.ts';

/** What the store keeps of a call besides the call itself. */
export type StoredCall = {
  readonly id: number;
  readonly call: Call;
  readonly note: string;
  /** What the agent said the call came to, '' for nothing. */
  readonly outcome: string;
  readonly seen: boolean;
  readonly contact: ContactRef | null;
  readonly recording: StoredRecording | null;
  readonly quality: CallQuality | null;
};

export type StoredRecording = {
  readonly callRowId: number;
  /** Ids to ask the API with, newest last. */
  readonly recordIds: readonly string[];
  readonly state: 'waiting' | 'ready' | 'failed';
  readonly attempt: number;
  /** UTC ms of the next try, null when none is planned. */
  readonly nextAt: number | null;
  /** File name inside the cache folder, when ready. */
  readonly file: string | null;
  readonly bytes: number;
  readonly mime: string | null;
  readonly errorCode: ErrorCode | null;
};

/** A webhook as it came, kept whether or not we understood it. */
export type RawEvent = {
  /** Hash of the content: the same notification twice is one row. */
  readonly hash: string;
  readonly receivedAt: number;
  readonly name: string;
  readonly pbxCallId: string | null;
  /** The fields as received, JSON. */
  readonly fields: string;
  /** What the tracker was given, or null when the event is none of its. */
  readonly event: CallEvent | null;
};

/** Every operation of the store, run one at a time in its worker. Promises reject with AppError `store.*`. */
export type StoreApi = {
  settings: {
    load(): Promise<Partial<Settings>>;
    save(patch: Partial<Settings>): Promise<void>;
  };
  calls: {
    /**
     * Writes calls by key and, in the same transaction, the raw event that changed them. A row stored under one of
     * `formerKeys` takes the new key and keeps its id, note and recording; two rows of one call become one.
     * Answers the row ids, in the order given. Calls whose key is among `seen` are no news if they are new here.
     */
    write(
      calls: readonly Call[],
      raw: RawEvent | null,
      facts: readonly CallFacts[],
      seen?: readonly string[],
    ): Promise<readonly number[]>;
    /**
     * Takes these calls out of the history, unless somebody has written a note on them; their facts are kept. Answers
     * the ids of the rows that are gone.
     */
    drop(keys: readonly string[], facts: readonly CallFacts[]): Promise<readonly number[]>;
    /** Tracker facts of calls that started after `since`, to go on after a restart. */
    factsSince(since: number): Promise<readonly CallFacts[]>;
    /** Facts of one call by any of its ids, for an event that comes days late; also what its webhooks told before. */
    factsOf(key: string): Promise<readonly CallFacts[]>;
    /** Facts of these calls and of all that began between two moments (UTC ms), whole calls. */
    factsAround(keys: readonly string[], from: number, to: number): Promise<readonly CallFacts[]>;
    page(query: HistoryQuery): Promise<{ rows: readonly StoredCall[]; next: number | null }>;
    get(id: number): Promise<StoredCall | null>;
    note(id: number, text: string): Promise<void>;
    outcome(id: number, text: string): Promise<void>;
    /** How the call sounded, once it is over; the better-measured (longer) one stays. */
    quality(id: number, quality: CallQuality): Promise<void>;
    markSeen(): Promise<void>;
    /** Missed and not yet seen. */
    missedCount(): Promise<number>;
    /** The last calls of a number, newest first. */
    ofNumber(number: string, limit: number): Promise<readonly StoredCall[]>;
  };
  raw: {
    /** Keeps an event that changes no call. False when it was there already. */
    add(raw: RawEvent): Promise<boolean>;
    /** What webhooks told since then (UTC ms), as the tracker's facts: also of calls that concern other extensions. */
    factsSince(time: number): Promise<readonly CallFacts[]>;
    count(): Promise<number>;
  };
  contacts: {
    /**
     * Exact E.164 first; else the last nine digits (7 when the number is shorter), only if one contact matches: of a
     * person and the person's company the person, of several people and their company the company.
     */
    byNumber(number: string): Promise<ContactRef | null>;
    /** By words of name and company (newest first), the start of an e-mail, or the start or end of a number. */
    search(text: string, limit: number): Promise<readonly Contact[]>;
    /** All that may have this number, in any of its forms, for the ladder to judge. */
    candidates(query: NumberQuery, limit: number): Promise<readonly Contact[]>;
    withEmail(email: string, limit: number): Promise<readonly Contact[]>;
    /**
     * While typing in the dialer: contacts by the start of a name word or any part of a number's start or end, then
     * numbers of the history; no number twice; under 50 ms with a million calls. `numberText` is left ''.
     */
    suggest(text: string, limit: number): Promise<readonly Suggestion[]>;
    /** `origin`: the key it is made under. A second one with the same key changes nothing and answers the first. */
    save(draft: ContactDraft, origin?: string | null): Promise<Contact>;
    /** Contacts of a file, all in one transaction: a few hundred at a time, because everything else waits. */
    add(drafts: readonly ContactDraft[], sameness: Sameness): Promise<AddedBatch>;
    /** Contacts after this id, in the order they were made. */
    page(after: number, limit: number): Promise<readonly Contact[]>;
    remove(id: number): Promise<void>;
    /** Numbers that mean something else since this sequence, oldest first. */
    changesAfter(seq: number, limit: number): Promise<readonly NumberChange[]>;
  };
  recordings: {
    upsert(recording: StoredRecording): Promise<void>;
    ofCall(callRowId: number): Promise<StoredRecording | null>;
    /** Those waiting, for after a restart. */
    waiting(): Promise<readonly StoredRecording[]>;
  };
  crm: CrmStore;
  outbox: OutboxStore;
  messages: MessageStore;
  reminders: ReminderStore;
  answers: AnswerStore;
  blacklist: BlacklistStore;
  cursors: CursorStore;
  jobs: JobStore;
  close(): Promise<void>;
};

/** What the tracker knows of one source's call, as JSON, to be folded on later. */
export type CallFacts = { readonly key: string; readonly startedAt: number; readonly json: string };
