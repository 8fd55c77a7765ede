// SPDX-License-Identifier: MIT
import type { ErrorParams } from '../src-shared/errors.ts';
import type { DeviceView, RelayEvent, RelayMethods, Role, TeamView } from '../src-shared/relay/protocol.ts';
import type { AnswerRecord, DirectoryEntry, Reminder, TeamSettings } from '../src-shared/rules/team.ts';
import type { Notification, NotifyStartAnswer } from './ingress.ts';

/** The parts a relay is put together from (`relay.ts`), and what they ask of each other. */

/** A company: one Megacall account. */
export type Tenant = {
  readonly id: string;
  /** Last part of its webhook URL; nobody else knows it. */
  readonly urlSecret: string;
  /** Set for one that came through the marketplace (section 11 of the guide). */
  readonly zdUserId: string | null;
  readonly apiBaseUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** The account's wall clock against UTC, minutes (`/v1/info/timezone/`). */
  readonly offsetMinutes: number;
};

export type Tenants = {
  get(id: string): Promise<Tenant | null>;
  byUrlSecret(secret: string): Promise<Tenant | null>;
  byUserId(zdUserId: string): Promise<Tenant | null>;
  ids(): Promise<readonly string[]>;
  /** @throws Error when its URL secret or user id is another tenant's */
  save(tenant: Tenant): Promise<void>;
  /** The account's wall clock was asked for: this alone is changed. */
  setOffset(id: string, offsetMinutes: number): Promise<void>;
  remove(id: string): Promise<void>;
};

/** Takes a notification that may be believed: works out who may see it, keeps it, answers NOTIFY_START. */
export type Intake = {
  /** @throws RelayError: nothing is kept, the PBX may send again (503) */
  take(tenant: Tenant, notification: Notification): Promise<NotifyStartAnswer | null>;
  /** Something of our own (answers, reminders) for these audiences, and for `*`. */
  publish(tenant: string, audiences: readonly string[], event: RelayEvent): Promise<void>;
};

/** Within the budget always: a directory that is late gives an answer without redirect and the reason `late`. */
export type Answerer = { answer(tenant: Tenant, fields: Notification['fields']): Promise<AnswerRecord> };

/** Numbers in any form people write; national ones are of the team's country. */
export type Directory = {
  /** An entry that is only blacklisted has name '' and `updatedAt` 0. */
  get(tenant: string, number: string): Promise<DirectoryEntry | null>;
  /**
   * Only what is newer than what is there; answers how many were written. `blacklisted` is not looked at: a newer name
   * must not take a number off the blacklist.
   *
   * @param ttlMs for what was only looked up: gone after that time
   */
  put(tenant: string, entries: readonly NumberedEntry[], ttlMs?: number): Promise<number>;
  /** False for a number that cannot be listed: withheld, an extension, an emergency number. */
  setBlacklisted(tenant: string, number: string, on: boolean, by: string): Promise<boolean>;
  /** Blacklisted numbers in order of their digits, after one of them; null: from the first. */
  blacklist(tenant: string, after: string | null, limit: number): Promise<readonly BlacklistedNumber[]>;
};
export type NumberedEntry = { readonly number: string; readonly entry: DirectoryEntry };
export type BlacklistedNumber = { readonly number: string; readonly name: string };

export type Team = {
  /** Cached; a change at another node is seen within seconds. */
  settings(tenant: string): Promise<TeamSettings>;
  save(tenant: string, settings: TeamSettings): Promise<void>;
  view(tenant: string): Promise<TeamView>;
  /** Tells desktops of a changed team; returns the unsubscribe function. */
  onChange(listener: (tenant: string) => void): () => void;
};

/** Presence as desktops tell it and as calls show it. */
export type Presence = {
  set(tenant: string, extension: string, state: 'free' | 'busy' | 'away'): Promise<void>;
  /** `busy` while on a call, whatever the phone; else `offline` when no desktop is connected to any node. */
  of(tenant: string, extension: string): Promise<'free' | 'busy' | 'away' | 'offline'>;
  list(tenant: string): Promise<readonly { extension: string; state: 'free' | 'busy' | 'away' | 'offline' }[]>;
};

export type Reminders = {
  /** Says nothing new when the one kept is done, or when this one only says that it is open. */
  put(tenant: string, reminder: Reminder): Promise<void>;
  get(tenant: string, id: string): Promise<Reminder | null>;
  list(tenant: string, extension: string | null, state: Reminder['state'] | null): Promise<readonly Reminder[]>;
  /** Somebody spoke with this number at that time: its open reminders of earlier calls are closed. */
  reached(tenant: string, number: string, by: string | null, at: number): Promise<void>;
};

/** What the delivery says for `/metrics`. */
export type DeliveryMeters = {
  /** Called once for each event written to a desktop's socket while it was pushed live: ms since `receivedAt`. */
  sent(lagMs: number): void;
};

/** The desktops at this node. */
export type Delivery = {
  /** Desktops connected, events that wait for slow ones, and desktops that read from the log because they were behind. */
  counts(): { readonly desktops: number; readonly waiting: number; readonly behind: number };
  /** Closes every socket with 1001 and resolves when nothing is being written any more. */
  close(): Promise<void>;
};

/** Whoever is at the other end of a desktop's socket. */
export type Caller = {
  readonly tenant: string;
  readonly extension: string;
  readonly role: Role;
  readonly device: string;
};

export type Devices = {
  /** @throws WireFailure `pair.locked`, `pair.unknown` */
  pair(code: string, from: string, name: string): Promise<{ token: string } & Caller>;
  byToken(token: string): Promise<Caller | null>;
  code(tenant: string, extension: string, role: Role, name: string): Promise<{ code: string; expiresAt: number }>;
  list(tenant: string): Promise<readonly DeviceView[]>;
  revoke(tenant: string, device: string): Promise<void>;
  /** Hears of revoked devices, by any node within seconds. */
  onRevoked(listener: (device: string) => void): () => void;
};

/** Answers `ask`; a method a caller's role may not use is refused before its handler is reached. */
export type MethodHandlers = {
  readonly [K in keyof RelayMethods]: (
    caller: Caller,
    params: RelayMethods[K]['params'],
  ) => Promise<RelayMethods[K]['value']>;
};
/** A handler's file gives a part of them. */
export type SomeHandlers = Partial<MethodHandlers>;

/**
 * A failure the other side is told by code. Where a person can meet it, the code is one of `src-shared/errors.ts` and
 * `params` fill the placeholders of its sentence; `message` is plain English for a log.
 */
export class WireFailure extends Error {
  readonly code: string;
  readonly params: ErrorParams;

  constructor(code: string, message = code, params: ErrorParams = {}) {
    super(message);
    this.name = 'WireFailure';
    this.code = code;
    this.params = params;
  }
}
