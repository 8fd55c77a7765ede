// SPDX-License-Identifier: MIT

import type { ErrorParams } from '../errors.ts';
import type { Forwarding } from '../ipc/map.ts';
import type { AnswerRecord, DirectoryEntry, Reminder, TeamMember, TeamSettings } from '../rules/team.ts';

/**
 * What a desktop and a relay say to each other on one WebSocket (`/desktop`, `Authorization: Bearer <token>`), JSON text
 * frames. Both sides check what comes (`protocol-schemas.ts`); an unknown `type` is passed over.
 */
export const PROTOCOL_VERSION = 1;

export type Role = 'agent' | 'supervisor' | 'admin';

/** One thing that happened, as the log has it. */
export type RelayEvent =
  /** A notification of the PBX, raw decoded fields. */
  | {
      readonly kind: 'notification';
      readonly hash: string;
      readonly receivedAt: number;
      readonly fields: Readonly<Record<string, string>>;
      readonly verified: boolean;
    }
  /** What was answered to NOTIFY_START. */
  | { readonly kind: 'answer'; readonly hash: string; readonly receivedAt: number; readonly answer: AnswerRecord }
  /** A reminder was made, or has changed: the newest counts. */
  | { readonly kind: 'reminder'; readonly hash: string; readonly receivedAt: number; readonly reminder: Reminder };

export type FromRelay =
  | {
      readonly type: 'welcome';
      readonly version: number;
      readonly tenant: string;
      readonly extension: string;
      readonly role: Role;
      readonly device: string;
      /** The account's offset from UTC, minutes. */
      readonly offsetMinutes: number;
      readonly team: TeamView;
      /** Events before this sequence are not kept any more: what lies between is to be had from the statistics only. */
      readonly oldest: number;
      readonly newest: number;
      /** Times in which the relay itself could take nothing, UTC ms: calls of then are to be had from the statistics. */
      readonly gaps: readonly { readonly from: number; readonly to: number }[];
    }
  | { readonly type: 'event'; readonly seq: number; readonly event: RelayEvent }
  /** The team's settings have changed. */
  | { readonly type: 'team'; readonly team: TeamView }
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      /** For the placeholders of the code's sentence. */
      readonly params?: ErrorParams;
    }
  | { readonly type: 'pong' };

/** Enough of an event's hash, in hex, to tell it from the one that another log has in its place. */
export const MARK_DIGITS = 12;
export const markOf = (hash: string): string => hash.slice(0, MARK_DIGITS);

export type FromDesktop =
  /**
   * First message: go on after this sequence (0: from the oldest; null: only what comes). `mark` (`markOf`) is of the
   * event that has it. A log that has another one there, or has not come so far, is not the one the desktop knew: a
   * copy was put back, or it was set up anew. Then everything comes, and the desktop drops what it has by its hash.
   */
  | { readonly type: 'resume'; readonly after: number | null; readonly mark?: string | null | undefined }
  /** Everything up to here is committed on this desktop. */
  | { readonly type: 'ack'; readonly seq: number }
  | { readonly type: 'ask'; readonly id: number; readonly method: RelayMethod; readonly params: unknown }
  | { readonly type: 'ping' };

/** What every agent may know of the team. */
export type TeamView = Pick<TeamSettings, 'rules' | 'defaultResponsible' | 'country'> & {
  readonly members: readonly Pick<TeamMember, 'extension' | 'name'>[];
};

/**
 * Close codes of our own. After `revoked` and `replaced` a desktop does not try again by itself; after `slow` and
 * `badMessage`, as after 1009, it waits a minute, and each time twice as long, a quarter of an hour at most.
 */
export const CLOSE = { revoked: 4401, replaced: 4409, slow: 4413, badMessage: 4400 } as const;

export type DeviceView = {
  readonly id: string;
  readonly extension: string;
  readonly role: Role;
  readonly name: string;
  readonly createdAt: number;
  readonly seenAt: number | null;
  /** Sequence of the newest event committed on it, as last told. */
  readonly acked: number | null;
  readonly online: boolean;
};

/**
 * Methods of `ask`: parameters, answer, who may. What fails has a code of `src-shared/errors.ts` where a person can meet
 * it, else one of the few in docs/relay-desktops.md.
 */
export type RelayMethods = {
  // the desktop's own extension
  'presence.set': { params: { state: 'free' | 'busy' | 'away' }; value: null };
  'presence.list': {
    params: null;
    value: readonly { extension: string; state: 'free' | 'busy' | 'away' | 'offline' }[];
  };
  'pbx.callback': { params: { to: string }; value: { from: string; to: string } };
  /** `denied`: why the PBX does not send to this number. */
  'pbx.sms': { params: { number: string; text: string }; value: { denied: string | null } };
  'pbx.recording': { params: { pbxCallId: string; recordId: string | null }; value: { links: readonly string[] } };
  /** Once for each device. */
  'pbx.sip-password': { params: null; value: { password: string; pbxId: string } };
  /** The account's own numbers: by them a desktop knows the first leg of its callback (trap 18). */
  'pbx.numbers': { params: null; value: { numbers: readonly string[] } };
  /** Forwarding of the own extension at the PBX, as `MegacallClient` has it. */
  'pbx.redirection': { params: null; value: Forwarding };
  'pbx.set-redirection': { params: Forwarding; value: Forwarding };
  'pbx.balance': { params: null; value: { balance: number; currency: string } };
  /** Rows of the own extension since then, for what the log does not keep any more. */
  'pbx.statistics': {
    params: { from: number; to: number; callType: 'in' | 'out' };
    /** Rows up to `until`; when not `complete`, ask again from there. */
    value: { rows: readonly unknown[]; complete: boolean; until: number };
  };
  'directory.put': {
    params: { entries: readonly { number: string; entry: DirectoryEntry }[] };
    value: { kept: number };
  };
  'directory.get': { params: { number: string }; value: DirectoryEntry | null };
  /** Any agent may add; only an admin may take off. */
  'blacklist.set': { params: { number: string; on: boolean }; value: null };
  /** `granted`: do it, within `ms`; `held`: somebody is at it; `done`: it is done. */
  'lease.take': { params: { job: string; ms: number }; value: { state: 'granted' | 'held' | 'done' } };
  'lease.done': { params: { job: string; result: string }; value: null };
  'lease.release': { params: { job: string }; value: null };
  'reminder.put': { params: { reminder: Reminder }; value: null };
  'reminder.list': { params: { state: Reminder['state'] | null }; value: readonly Reminder[] };
  'answers.of': { params: { pbxCallId: string }; value: readonly AnswerRecord[] };
  // the admin's
  'admin.settings': { params: null; value: TeamSettings };
  'admin.set-settings': { params: { settings: TeamSettings }; value: null };
  'admin.extensions': {
    params: null;
    value: readonly { extension: string; online: boolean | null; taken: boolean }[];
  };
  'admin.pairing-code': {
    params: { extension: string; role: Role; name: string };
    value: { code: string; expiresAt: number };
  };
  'admin.devices': { params: null; value: readonly DeviceView[] };
  /** Lets a device ask for its SIP password once more. */
  'admin.allow-password': { params: { device: string }; value: null };
  'admin.revoke': { params: { device: string }; value: null };
  'admin.blacklist': { params: { after: string | null }; value: readonly { number: string; name: string }[] };
  'admin.import-csv': {
    params: { csv: string };
    value: { kept: number; refused: readonly { line: number; why: string }[] };
  };
  'admin.set-keys': { params: { key: string; secret: string }; value: { balance: number; currency: string } };
};
export type RelayMethod = keyof RelayMethods;

/** `POST /pair` `{code, name}` answers this; 429 after a few wrong codes, 404 for a wrong or used one. */
export type PairingReply = {
  readonly token: string;
  readonly device: string;
  readonly tenant: string;
  readonly extension: string;
  readonly role: Role;
};
