// SPDX-License-Identifier: MIT
/** What all CRMs have in common; each connector turns its own objects into these. */
export const CRM_KINDS = ['contact', 'lead', 'company', 'deal'] as const;
export type CrmKind = (typeof CRM_KINDS)[number];

/** A record by where it lives. */
export type CrmRef = {
  /** Id of the configured connector, e.g. `salesforce`, `own-1`; `local` for our own contacts. */
  readonly connector: string;
  readonly kind: CrmKind;
  /** The CRM's own id: text, never a number. */
  readonly id: string;
};

/** A person or company as found. All text is hostile: shown as text only. */
export type CrmRecord = CrmRef & {
  readonly name: string;
  readonly company: string | null;
  readonly email: string | null;
  readonly phones: readonly string[];
  /** Checked by `record-url.ts` (https, allowed host); null when the CRM gave none we would open. */
  readonly url: string | null;
  /** The CRM user responsible. */
  readonly owner: CrmUser | null;
};

export type CrmUser = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly extension: string | null;
};

/** A number in the forms CRMs are asked in (crm-connectors.md section 5.2). */
export type NumberQuery = {
  /** After the connector's rewriting rules. */
  readonly e164: string | null;
  /** Digits of the E.164 number, or of the number as it is. */
  readonly digits: string;
  /** National significant number, digits. */
  readonly national: string;
  /** Last N digits, N from the settings (7 to 10). */
  readonly tail: string;
};

export type LookupResult =
  | { readonly state: 'none' }
  | { readonly state: 'one'; readonly record: CrmRecord; readonly by: 'chosen' | 'e164' | 'national' | 'tail' }
  /** More than one: the agent chooses once, and the choice is kept for this number. */
  | { readonly state: 'ambiguous'; readonly records: readonly CrmRecord[] };

/** What the dialog for an unknown caller fills in. */
export type CrmDraft = {
  readonly kind: CrmKind;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly company: string;
  readonly number: string;
  /** CRM user to assign it to, '' for the token's own. */
  readonly ownerId: string;
};

/** Declared by each connector, never assumed. */
export type Capabilities = {
  readonly lookup: boolean;
  readonly search: boolean;
  readonly searchByEmail: boolean;
  readonly create: readonly CrmKind[];
  readonly journal: boolean;
  /** `update`: an entry can be changed later; `add`: only a second one can be added. */
  readonly journalUpdate: 'update' | 'add' | 'none';
  /** An entry can be found again by our key, so that a lost answer never makes a second one. */
  readonly journalFind: boolean;
  readonly chats: readonly ('task' | 'call')[];
  readonly users: boolean;
};

/** One journal entry, ready to be sent: texts are rendered. */
export type CallEntry = {
  /** Our own idempotency key, `sp:<16 hex>`: the same for each try, written into the CRM where a field exists. */
  readonly key: string;
  readonly callType: 'Inbound' | 'Missed' | 'Outbound' | 'Notanswered';
  readonly record: CrmRef | null;
  readonly number: string;
  readonly name: string;
  readonly extension: string;
  readonly agentName: string;
  readonly agentEmail: string;
  /** CRM user, null when not mapped. */
  readonly userId: string | null;
  /** UTC ms. */
  readonly startedAt: number;
  readonly establishedAt: number | null;
  readonly endedAt: number;
  readonly durationSeconds: number;
  readonly subject: string;
  readonly text: string;
  readonly recordingUrl: string | null;
  readonly note: string;
  readonly disposition: string;
};

/** What came after the entry was written. */
export type CallEntryPatch = Pick<CallEntry, 'recordingUrl' | 'note' | 'disposition' | 'text'>;

/** A conversation of one day with one number. */
export type ChatEntry = {
  readonly key: string;
  readonly record: CrmRef | null;
  readonly number: string;
  readonly name: string;
  readonly extension: string;
  readonly agentEmail: string;
  readonly userId: string | null;
  readonly subject: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The whole conversation as one text, one line a message. */
  readonly text: string;
  readonly messages: readonly { readonly at: number; readonly from: 'customer' | 'agent'; readonly text: string }[];
  readonly as: 'task' | 'call';
};
