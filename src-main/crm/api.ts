// SPDX-License-Identifier: MIT
import type {
  CallEntry,
  CallEntryPatch,
  Capabilities,
  ChatEntry,
  CrmDraft,
  CrmRecord,
  CrmRef,
  CrmUser,
  NumberQuery,
} from '../../src-shared/crm/model.ts';
import type { ConnectorType } from '../../src-shared/crm/settings.ts';

/**
 * One CRM. A connector speaks its CRM's language and nothing else: which number form matches, caching, choosing among
 * several hits, retries and the outbox stand outside, once for all. A method outside `capabilities` is never called.
 * Every method ends when `signal` does; failures are `CrmError`.
 */
export type Connector = {
  readonly id: string;
  readonly type: ConnectorType;
  /** Answers from this computer: asked each time, so that what it says is never older than the question. */
  readonly instant?: true;
  /** Hosts a record's link may lead to. */
  readonly linkHosts: readonly string[];
  readonly capabilities: Capabilities;
  /** Who we are there: the test of a connection. */
  me(signal: AbortSignal): Promise<{ readonly id: string; readonly name: string }>;
  /**
   * Records with a phone number like this one, in any of its forms the CRM can be asked for; the more exact forms
   * first. May hold records that do not match: the ladder checks each again.
   */
  lookup(query: NumberQuery, signal: AbortSignal): Promise<readonly CrmRecord[]>;
  /** By name, number or e-mail, as one types. */
  search(text: string, limit: number, signal: AbortSignal): Promise<readonly CrmRecord[]>;
  lookupByEmail(email: string, signal: AbortSignal): Promise<readonly CrmRecord[]>;
  /** `key` is our idempotency key: a repetition with the same key must not make a second record where that can be had. */
  create(draft: CrmDraft, key: string, signal: AbortSignal): Promise<CrmRecord>;
  journal(entry: CallEntry, signal: AbortSignal): Promise<{ readonly id: string | null }>;
  /** The entry with this key, written by an earlier try whose answer was lost; null when there is none. */
  findJournal(
    entry: Pick<CallEntry, 'key' | 'startedAt' | 'record'>,
    signal: AbortSignal,
  ): Promise<{ readonly id: string } | null>;
  /** `before` is what the entry had from us, when known: where it reads otherwise now, people have edited it. */
  updateJournal(id: string, patch: CallEntryPatch, signal: AbortSignal, before?: CallEntryPatch): Promise<void>;
  chat(entry: ChatEntry, signal: AbortSignal): Promise<{ readonly id: string | null }>;
  users(signal: AbortSignal): Promise<readonly CrmUser[]>;
  /** Where the CRM can be asked for one: cheaper than all. More than one is for the administrator to settle. */
  usersByEmail?(email: string, signal: AbortSignal): Promise<readonly CrmUser[]>;
  /** Address of a record's page, unchecked; null when there is none. */
  recordUrl(ref: CrmRef): string | null;
};

/** What went wrong, by what can be done about it. */
export type CrmFailure =
  | 'auth' // tokens expired for good or revoked: connect again
  | 'scopes' // connected, but not allowed: connect again with all permissions
  | 'forbidden' // the CRM's administrator must allow it (API disabled, licence)
  | 'quota' // 429 or quota gone: `retryAfterMs` when the CRM said so
  | 'network' // not reached, time out, 5xx: again later
  | 'bad-reply' // HTML, too large, half a record
  | 'refused' // this record, for good: `field` and `message` say why
  | 'duplicate' // it is there already: `existing` is its id, when known
  | 'unsupported';

/** A connector's failure. `message` is the CRM's own text, shortened, shown as text only. */
export class CrmError extends Error {
  readonly failure: CrmFailure;
  readonly retryAfterMs: number | null;
  readonly field: string | null;
  readonly existing: string | null;
  /** The request may have been carried out although no answer came: before another try, look whether it was. */
  readonly unsure: boolean;

  constructor(
    failure: CrmFailure,
    message: string,
    more: {
      readonly retryAfterMs?: number | null;
      readonly field?: string | null;
      readonly existing?: string | null;
      readonly unsure?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message.slice(0, 300), { cause: more.cause });
    this.name = 'CrmError';
    this.failure = failure;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.field = more.field ?? null;
    this.existing = more.existing ?? null;
    this.unsure = more.unsure ?? false;
  }
}

/** `fetch` with the limits all connectors share; see `http.ts`. */
export type CrmHttp = (request: CrmRequest, signal: AbortSignal) => Promise<CrmReply>;

export type CrmRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
};

export type CrmReply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** @throws CrmError `bad-reply` when the body is no JSON */
  json(): unknown;
};
