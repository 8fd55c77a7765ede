// SPDX-License-Identifier: MIT
import { toFields, toList, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError, type CrmFailure, type CrmReply } from '../../api.ts';
import { retryAfterMs } from '../../retry-after.ts';

/** Codes whose meaning the HTTP status does not tell, or tells differently from day to day (section 3.6, U13). */
const FAILURES: Readonly<Record<string, CrmFailure>> = {
  INVALID_TOKEN: 'auth',
  AUTHENTICATION_FAILURE: 'auth',
  OAUTH_SCOPE_MISMATCH: 'scopes',
  AUTHORIZATION_FAILED: 'forbidden',
  FEATURE_NOT_SUPPORTED: 'forbidden',
  API_NOT_SUPPORTED: 'forbidden',
  TOO_MANY_REQUESTS: 'quota',
  INTERNAL_ERROR: 'network',
  DUPLICATE_DATA: 'duplicate',
};

/** A complaint as Zoho writes it, about a whole request or one record of it. */
export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  /** The record that is there already. */
  readonly existing: string | null;
  /** Permissions the person's profile lacks. */
  readonly permissions: readonly string[];
};

/** A code as the API spells them; '' in whatever else comes. */
export function problemIn(value: unknown): Problem {
  const { code, message, details: given } = toFields(value);
  const details = toFields(given);
  const expected = toFields(toList(details.expected_fields)[0]);
  const path = toText(details.json_path ?? expected.json_path);
  const name = toText(details.api_name ?? expected.api_name) || (/\.(\w+)$/.exec(path)?.[1] ?? '');
  const id = toText(toFields(details.duplicate_record).id ?? details.id);
  const isDuplicate = code === 'DUPLICATE_DATA' && /^\d{1,30}$/.test(id);
  return {
    code: toText(code),
    message: toText(message),
    field: name || null,
    existing: isDuplicate ? id : null,
    permissions: toList(details.permissions).map(toText),
  };
}

/** True when a new token may heal this 401; with too few permissions it would only be refused again. */
export function isRenewable(reply: CrmReply): boolean {
  if (reply.status !== 401) return false;
  const { code } = problemIn(bodyOf(reply));
  return code !== 'OAUTH_SCOPE_MISMATCH' && FAILURES[code] !== 'forbidden';
}

/** The failure a refused request stands for. @param isWrite that it may have been carried out matters */
export function failureOf(reply: CrmReply, isWrite: boolean, now: number): CrmError {
  const problem = problemIn(bodyOf(reply));
  const text = problem.message || problem.code || `status ${reply.status}`;
  return new CrmError(kindOf(reply.status, problem), text, {
    field: problem.field,
    existing: problem.existing,
    // There is none today; the day it comes it counts.
    retryAfterMs: retryAfterMs(reply.headers, now),
    unsure: isWrite && reply.status >= 500,
  });
}

/** The failure of one record: the connection is fine, others may pass. */
export function recordFailure(value: unknown): CrmError {
  const { code, message, field, existing } = problemIn(value);
  const known = FAILURES[code];
  const failure = known === 'duplicate' || known === 'network' || known === 'quota' ? known : 'refused';
  return new CrmError(failure, message || code || 'refused without a reason', {
    ...{ field, existing },
    unsure: failure === 'network',
  });
}

function kindOf(status: number, { code, permissions }: Problem): CrmFailure {
  // The profile lacks a right, or this one record is somebody else's: only the first concerns everything.
  if (code === 'NO_PERMISSION') return permissions.length > 0 ? 'forbidden' : 'refused';
  const known = FAILURES[code];
  if (known !== undefined) return known;
  if (status >= 500 || status === 408) return 'network';
  if (status === 429) return 'quota';
  if (status === 401) return 'auth';
  return status === 403 ? 'forbidden' : 'refused';
}

function bodyOf(reply: Pick<CrmReply, 'json'>): unknown {
  try {
    return reply.json();
  } catch {
    return null;
  }
}
