// SPDX-License-Identifier: MIT
import { AppError } from '../../../src-shared/errors.ts';
import { CrmError } from '../api.ts';
import type { OAuthRefusal } from './token-request.ts';

/** A refusal while a person connects, as the code whose sentence tells what to do. */
export function whileConnecting(
  { error, description, message }: Pick<OAuthRefusal, 'error' | 'description' | 'message'>,
  redirectUri: string,
): AppError {
  if (/^access.denied$/.test(error) && !isTooOften(description)) return new AppError('oauth.denied');
  if (error === 'invalid_client_secret') return new AppError('oauth.secret');
  if (/^invalid_client(?:_id)?$/.test(error)) {
    return new AppError(/secret|credential/i.test(description) ? 'oauth.secret' : 'oauth.client');
  }
  if (/redirect_uri/.test(`${error} ${description}`)) return new AppError('oauth.redirect', { uri: redirectUri });
  return new AppError('oauth.refused', { message });
}

/** Refusals of a refresh token that no waiting heals. */
const DEAD = new Set(['invalid_grant', 'invalid_code', 'invalid_token', 'inactive_user', 'inactive_org']);

/**
 * A refusal of a refresh. `isDead`: the refresh token is worthless for good. Anything that may pass, or that an
 * administrator can put right (secret, address range, log-in hours), leaves it as it is.
 */
export function whileRefreshing(refusal: OAuthRefusal): { readonly isDead: boolean; readonly error: CrmError } {
  const { error, description, message } = refusal;
  const passing = (failure: 'quota' | 'network' | 'forbidden' | 'auth') => ({
    isDead: false,
    error: new CrmError(failure, message, { cause: refusal }),
  });
  if (error === 'rate_limit_exceeded' || isTooOften(description)) return passing('quota');
  if (/being processed/i.test(description) || /^(?:temporarily_unavailable|server_error|general_error)$/.test(error)) {
    return passing('network');
  }
  if (/ip restricted|login hours/i.test(description)) return passing('forbidden');
  if (!DEAD.has(error)) return passing('auth');
  return { isDead: true, error: new CrmError('auth', message, { cause: refusal }) };
}

/** Zoho says `Access Denied` for "too many requests continuously". */
function isTooOften(description: string): boolean {
  return /too many requests/i.test(description);
}
