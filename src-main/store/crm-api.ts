// SPDX-License-Identifier: MIT
import type { CrmRecord, CrmRef } from '../../src-shared/crm/model.ts';

/** What CRMs said of numbers, and what agents chose among several. */
export type CrmStore = {
  /** The candidates a connector found for these digits, with their age; null when it was never asked. */
  cached(
    connector: string,
    digits: string,
  ): Promise<{ readonly records: readonly CrmRecord[]; readonly at: number } | null>;
  cache(connector: string, digits: string, records: readonly CrmRecord[], at: number): Promise<void>;
  /** Forgets what a connector said of these digits, or all it ever said (null). */
  forget(connector: string, digits: string | null): Promise<void>;
  choice(digits: string): Promise<CrmRef | null>;
  choose(digits: string, ref: CrmRef | null): Promise<void>;
};

export type OutboxKind = 'call' | 'patch' | 'chat' | 'create';

/** Something that must get into a CRM once, however often the program or the CRM falls over. */
export type OutboxItem = {
  readonly id: number;
  readonly connector: string;
  readonly kind: OutboxKind;
  /** One item for each connector, kind and key. */
  readonly key: string;
  /** JSON of `CallEntry`, `CallEntryPatch`, `ChatEntry` or `CrmDraft`. */
  readonly payload: string;
  /** Of a patch: the payload the CRM took last, null for none. */
  readonly sent: string | null;
  readonly state: 'waiting' | 'sending' | 'done' | 'failed';
  /** A try was begun whose end is not known: it may have been carried out. */
  readonly unsure: boolean;
  /** Tries; one that only waits for another item is none. */
  readonly attempts: number;
  /** UTC ms of the next try. */
  readonly nextAt: number;
  /** Why the last try failed, for the person. */
  readonly failure: string | null;
  readonly message: string | null;
  readonly field: string | null;
  /** The CRM's id of what was written. */
  readonly resultId: string | null;
  readonly createdAt: number;
};

export type OutboxOutcome =
  | { readonly state: 'done'; readonly resultId: string | null }
  | {
      readonly state: 'waiting' | 'failed';
      readonly nextAt: number;
      readonly unsure: boolean;
      readonly failure: string;
      readonly message: string;
      readonly field: string | null;
    };

export type OutboxStore = {
  /**
   * False when there is one already: nothing changes then, but a `patch` that still waits takes the new payload, and one
   * that is done or failed waits again with it.
   */
  add(item: Pick<OutboxItem, 'connector' | 'kind' | 'key' | 'payload' | 'createdAt'>): Promise<boolean>;
  /** Waiting and due, oldest first. */
  due(now: number, limit: number): Promise<readonly OutboxItem[]>;
  /** When the next one is due, UTC ms; null for none. */
  nextAt(): Promise<number | null>;
  /** Written before the request goes out: one found like this at the start is `unsure`. */
  sending(id: number): Promise<void>;
  settle(id: number, outcome: OutboxOutcome): Promise<void>;
  /** After a start: what was under way waits again, `unsure`. Answers how many. */
  recover(): Promise<number>;
  find(connector: string, kind: OutboxKind, key: string): Promise<OutboxItem | null>;
  /** Neither done nor failed, oldest first. */
  open(connector: string, kind: OutboxKind): Promise<readonly OutboxItem[]>;
  /**
   * A record belongs to this number (digits) now: its calls and chats of `since` or later that nobody wanted (done, with
   * the result '') wait again, and what came after those calls. Answers how many calls and chats.
   */
  wantAgain(connector: string, digits: string, since: number, now: number): Promise<number>;
  page(before: number | null, limit: number, state: OutboxItem['state'] | null): Promise<readonly OutboxItem[]>;
  counts(): Promise<{ readonly waiting: number; readonly failed: number }>;
  /** The person says: once more (null: all that failed). */
  retry(id: number | null, now: number): Promise<void>;
  /** What waits for this connector is due now. */
  resume(connector: string, now: number): Promise<void>;
  drop(id: number): Promise<void>;
};

export type StoredMessage = {
  readonly id: number;
  /** Canonical number of the other party. */
  readonly number: string;
  readonly did: string | null;
  readonly direction: 'in' | 'out';
  readonly at: number;
  readonly text: string;
  readonly state: 'received' | 'sending' | 'sent' | 'failed';
  readonly extension: string | null;
};

export type MessageStore = {
  /** `hash` makes a notification that comes twice one message. Null when it was there. */
  add(message: Omit<StoredMessage, 'id'> & { readonly hash: string }): Promise<StoredMessage | null>;
  state(id: number, state: StoredMessage['state']): Promise<void>;
  /** Newest first, before this id. */
  of(number: string, before: number | null, limit: number): Promise<readonly StoredMessage[]>;
  /** All of one conversation between two moments, oldest first. */
  between(number: string, from: number, to: number): Promise<readonly StoredMessage[]>;
  /** The last message of each conversation, newest first. */
  conversations(limit: number): Promise<readonly StoredMessage[]>;
};
