// SPDX-License-Identifier: MIT
/** Shapes of what a company's rules are made of; pure decisions on them stand beside this file. */

/** What the relay (or the app, when alone) knows of a number before the agent answers. */
export type DirectoryEntry = {
  /** As written in the CRM; '' when only the rest is known. */
  readonly name: string;
  /** Extension of the agent responsible, or null. */
  readonly responsible: string | null;
  readonly blacklisted: boolean;
  /** UTC ms of the source's own state: an older one never replaces a newer one. */
  readonly updatedAt: number;
};

/** Switches of sections 7, 8, 9 and 10 of the Megacall guide; the same for a company and for one agent. */
export type RuleSettings = {
  /** Section 7: a known caller goes to the agent responsible. */
  readonly routeToResponsible: boolean;
  /** Seconds the responsible's phone rings before the call goes back to the menu; 0: never back, else at least 3. */
  readonly returnTimeout: number;
  /** Leave the call to the PBX when the responsible is on another call or away, or has no desktop on line. */
  readonly leaveWhenBusy: boolean;
  readonly leaveWhenOffline: boolean;
  /** Section 8: the caller's name on the phone, Latin letters; `callerNameMax` characters (UNCONFIRMED limit). */
  readonly sendCallerName: boolean;
  readonly callerNameMax: number;
  /** Section 10. */
  readonly refuseBlacklisted: boolean;
  /** No routing and no reminders at these times; names and blacklist stay. Minutes of the local day, days 0 = Sunday. */
  readonly quietHours: readonly QuietHours[];
  /** Section 9. */
  readonly remindMissed: boolean;
};

export type QuietHours = {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  /** IANA name; '' for the account's offset. */
  readonly timeZone: string;
};

export const DEFAULT_RULES: RuleSettings = {
  routeToResponsible: true,
  returnTimeout: 15,
  leaveWhenBusy: true,
  leaveWhenOffline: true,
  sendCallerName: true,
  callerNameMax: 40,
  refuseBlacklisted: true,
  quietHours: [],
  remindMissed: true,
};

/** Whose extension it is; an extension belongs to one user. */
export type TeamMember = {
  readonly extension: string;
  readonly name: string;
  readonly email: string;
  /** Id of this person in the CRM, '' when not mapped. */
  readonly crmUser: string;
};

export type TeamSettings = {
  readonly rules: RuleSettings;
  readonly defaultResponsible: string | null;
  readonly members: readonly TeamMember[];
  /** Extensions that may ask for the balance. */
  readonly balanceFor: readonly string[];
  /** `https` address asked for a name by number when the directory has none; `{number}` stands for it. '' for none. */
  readonly namesUrl: string;
  /** Country for numbers without `+`, ISO 3166. */
  readonly country: string;
};

/**
 * The answer to NOTIFY_START in the form of the Megacall guide (sections 7, 8 and 10): all values are text. The PBX's own
 * PHP library sends `return_timeout` as a number; both are believed to be taken (megacall-api.md section 3.5).
 */
export type StartAnswer = {
  /** A three-digit extension, or `blacklist`: the caller hears busy. */
  readonly redirect?: string;
  readonly return_timeout?: string;
  readonly caller_name?: string;
};

/** What was answered to NOTIFY_START, and why: shown in the call's page. */
export type AnswerRecord = {
  readonly pbxCallId: string;
  readonly at: number;
  /** What the PBX was told, as sent; null for nothing. */
  readonly answer: StartAnswer | null;
  readonly reason: AnswerReason;
  /** The extension meant by `reason`, e.g. the responsible who was busy. */
  readonly extension: string | null;
};

/** Sentence in i18n under `answers.<reason>`. */
export const ANSWER_REASONS = [
  'responsible', // sent to `extension`
  'responsible-busy',
  'responsible-offline',
  'responsible-away', // wants no calls now
  'quiet-hours',
  'blacklisted',
  'known', // in the directory, nobody responsible; perhaps named
  'unknown', // not in the directory
  'off', // calls are not sent to the responsible, or all switches are off
  'withheld', // the caller hides the number
  'late', // the directory did not answer in time
] as const;
export type AnswerReason = (typeof ANSWER_REASONS)[number];

/** A missed caller somebody should call back. */
export type Reminder = {
  /** `pbx_call_id` of the missed call: one reminder a call. */
  readonly id: string;
  /** As the PBX wrote it, digits. */
  readonly number: string;
  readonly did: string | null;
  readonly missedAt: number;
  /** Whose it is. */
  readonly extension: string;
  readonly state: 'open' | 'snoozed' | 'done';
  /** UTC ms when a snoozed one comes back. */
  readonly dueAt: number;
  /** `reached`: closed by itself, somebody spoke with the caller later; by `closedBy`. */
  readonly closed: { readonly at: number; readonly by: string | null; readonly why: 'done' | 'reached' } | null;
};
