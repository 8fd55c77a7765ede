// SPDX-License-Identifier: MIT

import type { RedirectSettings } from '../../../src-shared/crm/redirect-settings.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { CrmError, type CrmHttp } from '../api.ts';
import type { Language } from './finish-page.ts';
import { listenForRedirect, type RedirectListener } from './loopback.ts';
import type { OAuthProvider, Tokens } from './model.ts';
import { challengeOf, isSame, randomText } from './pkce.ts';
import { whileConnecting } from './refusals.ts';
import { OAuthRefusal, requestToken } from './token-request.ts';

export type ConnectOptions = {
  readonly http: CrmHttp;
  /** The system's browser, never a window of ours (RFC 8252 section 8.12). */
  readonly openExternal: (url: string) => Promise<void>;
  readonly redirect: RedirectSettings;
  readonly language: Language;
  readonly now: () => number;
  /** How long a person may take. */
  readonly limitMs?: number;
};

const LIMIT_MS = 5 * 60_000;

/**
 * Lets a person allow access in the browser and fetches the first tokens. Nothing is stored here: hand the result to
 * `TokenKeeper.adopt`. `state` and verifier are made for this attempt and end with it.
 *
 * @param signal cancels (`oauth.cancelled`)
 * @throws AppError with an `oauth.` code
 */
export async function connectInBrowser(
  provider: OAuthProvider,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Tokens> {
  const verifier = randomText();
  const state = randomText();
  const judge = (query: URLSearchParams) => refusalIn(query, state, '') === null;
  const listener = await listenForRedirect(options.redirect, options.language, judge);
  try {
    const url = authorizeUrl(provider, { redirectUri: listener.redirectUri, state, verifier });
    await options.openExternal(url).catch((cause: unknown) => {
      throw new AppError('oauth.browser', {}, { cause });
    });
    const query = await answer(listener, options.limitMs ?? LIMIT_MS, signal);
    const refusal = refusalIn(query, state, listener.redirectUri);
    if (refusal !== null) throw refusal;
    return await exchange(provider, options, { query, verifier, redirectUri: listener.redirectUri }, signal);
  } finally {
    listener.close();
  }
}

function authorizeUrl(
  provider: OAuthProvider,
  attempt: { readonly redirectUri: string; readonly state: string; readonly verifier: string },
): string {
  const url = new URL(provider.authorizeUrl);
  const params = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: attempt.redirectUri,
    scope: provider.scope,
    state: attempt.state,
    ...(provider.pkce ? { code_challenge: challengeOf(attempt.verifier), code_challenge_method: 'S256' } : {}),
    ...provider.authorizeParams,
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

/** Why this answer gives no access; null when it has a code. A no may come without `state`: it opens nothing. */
function refusalIn(query: URLSearchParams, state: string, redirectUri: string): AppError | null {
  const given = query.get('state');
  const error = query.get('error');
  if (given === null ? error === null : !isSame(given, state)) return new AppError('oauth.state');
  if (error === null) return null;
  return whileConnecting(new OAuthRefusal(error, query.get('error_description') ?? ''), redirectUri);
}

async function answer(listener: RedirectListener, limitMs: number, signal: AbortSignal): Promise<URLSearchParams> {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = () => reject(new AppError('oauth.cancelled'));
  const timer = setTimeout(() => reject(new AppError('oauth.timeout', { uri: listener.redirectUri })), limitMs);
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    return await Promise.race([listener.answered, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

async function exchange(
  provider: OAuthProvider,
  { http, now }: ConnectOptions,
  attempt: { readonly query: URLSearchParams; readonly verifier: string; readonly redirectUri: string },
  signal: AbortSignal,
): Promise<Tokens> {
  const facts = provider.redirectFacts(attempt.query);
  const form = {
    grant_type: 'authorization_code',
    code: attempt.query.get('code') ?? '',
    redirect_uri: attempt.redirectUri,
    ...(provider.pkce ? { code_verifier: attempt.verifier } : {}),
  };
  try {
    const answer = await requestToken(http, provider, { url: provider.tokenUrl(facts), form, now: now() }, signal);
    if (answer.refresh === null) throw new AppError('oauth.not-lasting');
    return { ...answer, refresh: answer.refresh, facts: { ...facts, ...answer.facts } };
  } catch (error) {
    if (error instanceof OAuthRefusal) throw whileConnecting(error, attempt.redirectUri);
    if (!(error instanceof CrmError)) throw error;
    if (signal.aborted) throw new AppError('oauth.cancelled', {}, { cause: error });
    const isReadable = error.failure === 'network' || error.failure === 'quota';
    throw new AppError(isReadable ? 'oauth.network' : 'oauth.bad-reply', {}, { cause: error });
  }
}
