// SPDX-License-Identifier: MIT
import { toFields, toList, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError, type CrmFailure, type CrmReply } from '../../api.ts';
import { retryAfterMs } from '../../retry-after.ts';

/** Codes whose meaning the HTTP status does not tell (crm-connectors.md section 2.8). */
const FAILURES: Readonly<Record<string, CrmFailure>> = {
  REQUEST_LIMIT_EXCEEDED: 'quota',
  API_DISABLED_FOR_ORG: 'forbidden',
  API_CURRENTLY_DISABLED: 'forbidden',
  FUNCTIONALITY_NOT_ENABLED: 'forbidden',
  CLIENT_NOT_ACCESSIBLE_FOR_USER: 'forbidden',
  ORG_LOCKED: 'forbidden',
  STORAGE_LIMIT_EXCEEDED: 'forbidden',
  // These concern one record or field, not the connection: others may pass.
  INSUFFICIENT_ACCESS: 'refused',
  INSUFFICIENT_ACCESS_OR_READONLY: 'refused',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'refused',
  DUPLICATES_DETECTED: 'duplicate',
  DUPLICATE_VALUE: 'duplicate',
  UNABLE_TO_LOCK_ROW: 'network',
  QUERY_TIMEOUT: 'network',
  SERVER_UNAVAILABLE: 'network',
};

/** So many long requests run at once that another has to wait for one of them to end. */
const CONCURRENT_MS = 15_000;

export type ApiProblem = {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly duplicate: string | null;
};

/** The first entry of the array that errors come in; '' for whatever else comes. */
export function problemIn(body: unknown): ApiProblem {
  const first = toFields(toList(body)[0]);
  return {
    code: toText(first.errorCode),
    message: toText(first.message),
    fields: toList(first.fields).map(toText),
    duplicate: duplicateIn(first),
  };
}

/** The platform spells this key `duplicateResut`; should it ever be put right, the other one is read too. */
function duplicateIn(entry: Readonly<Record<string, unknown>>): string | null {
  const result = toFields(entry.duplicateResut ?? entry.duplicateResult);
  const matches = toList(result.matchResults).flatMap((match) => toList(toFields(match).matchRecords));
  const id = toText(toFields(toFields(matches[0]).record).Id);
  return /^[a-zA-Z0-9]{15,18}$/.test(id) ? id : null;
}

/**
 * True when a new token may heal this 401. Two kinds of it would only be refused again, for ever: a session without
 * the right to the API, and an app that is not attached where it would have to be.
 */
export function isRenewable(reply: CrmReply): boolean {
  const { message } = problemIn(bodyOf(reply));
  return reply.status === 401 && !isNotForApi(message) && !isNotAttached(message);
}

const isNotForApi = (message: string): boolean => /not valid for use with/i.test(message);
const isNotAttached = (message: string): boolean => /not attached to/i.test(message);

/** The failure a refusing answer stands for. @param isWrite that it may have been carried out matters */
export function failureOf(
  reply: Pick<CrmReply, 'status' | 'headers' | 'json'>,
  isWrite: boolean,
  now: number,
): CrmError {
  const { code, message, fields, duplicate } = problemIn(bodyOf(reply));
  const text = message || code || `status ${reply.status}`;
  const wait = /concurrent/i.test(message) ? CONCURRENT_MS : retryAfterMs(reply.headers, now);
  return new CrmError(kindOf(reply.status, code, message), text, {
    field: fields[0] ?? null,
    existing: duplicate,
    retryAfterMs: wait,
    unsure: isWrite && reply.status >= 500,
  });
}

function kindOf(status: number, code: string, message: string): CrmFailure {
  if (status === 401) return isNotForApi(message) ? 'scopes' : isNotAttached(message) ? 'forbidden' : 'auth';
  const known = FAILURES[code];
  if (known !== undefined) return known;
  if (status >= 500 || status === 408) return 'network';
  if (status === 429) return 'quota';
  return status === 403 ? 'forbidden' : 'refused';
}

function bodyOf(reply: Pick<CrmReply, 'json'>): unknown {
  try {
    return reply.json();
  } catch {
    return null;
  }
}
