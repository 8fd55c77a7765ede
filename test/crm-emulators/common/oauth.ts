// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import type { Answer, Call } from './server.ts';

/** An app registered with the emulated CRM. */
export type App = {
  readonly secret: string;
  readonly redirectUris: readonly string[];
};

/** Settings of the app and behaviour of the person in front of the browser; tests write to these fields. */
export type OAuthSwitches = {
  consent: 'allow' | 'deny' | 'wrong-state' | 'never';
  requireSecret: boolean;
  requirePkce: boolean;
  /** Each refresh gives a new refresh token, and the old one is dead at once. */
  rotation: boolean;
  /** Whether the exchange gives a refresh token at all. */
  offline: boolean;
  /** What each token request is answered with in place of a token. */
  refuse: { readonly error: string; readonly description: string } | null;
  accessLifeMs: number;
};

/** What one vendor does otherwise than another. */
export type OAuthDialect = {
  readonly authorizePath: string;
  readonly tokenPath: string;
  readonly revokePath: string;
  /** How a refusal of the token endpoint looks. */
  refusal(error: OAuthError, description?: string): Answer;
  /** Fields of a token answer beside the two tokens. */
  answer(): Readonly<Record<string, unknown>>;
  /** Query of the redirect beside `code` and `state`. */
  redirectQuery(): Readonly<Record<string, string>>;
};

export type OAuthError = 'client' | 'secret' | 'redirect' | 'code' | 'pkce' | 'refresh' | 'grant-type';

export type OAuthServer = {
  readonly apps: Map<string, App>;
  readonly switches: OAuthSwitches;
  /** Null for a path that is not OAuth's. */
  handle(call: Call): Answer | null;
  /** What an API has to make of this access token. */
  check(access: string): 'valid' | 'expired' | 'unknown';
  /** As the CRM's administrator or the person does: every token is dead. */
  revokeAll(): void;
  /** Access tokens die, refresh tokens live. */
  expireAccess(): void;
  /** Numbers of what happened, for tests. */
  readonly count: { exchanges: number; refreshes: number; revocations: number };
};

type Code = { readonly app: string; readonly redirectUri: string; readonly challenge: string };

/** OAuth 2 with PKCE as a CRM does it; the person's part is played by `switches.consent`. State is in memory. */
export function createOAuthServer(dialect: OAuthDialect, now: () => number = Date.now): OAuthServer {
  const apps = new Map<string, App>();
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, { readonly app: string }>();
  const accessTokens = new Map<string, { expiresAt: number }>();
  const count = { exchanges: 0, refreshes: 0, revocations: 0 };
  const switches: OAuthSwitches = {
    consent: 'allow',
    requireSecret: false,
    requirePkce: true,
    rotation: false,
    offline: true,
    refuse: null,
    accessLifeMs: 60 * 60_000,
  };
  let serial = 0;
  const next = (prefix: string) => `${prefix}${String(++serial).padStart(6, '0')}.fixture`;

  function authorize({ query }: Call): Answer {
    const clientId = query.get('client_id') ?? '';
    const redirectUri = query.get('redirect_uri') ?? '';
    const app = apps.get(clientId);
    // Told to the person, in the browser: an address that is not registered gets nothing.
    if (app === undefined) return { status: 400, body: 'error=invalid_client_id' };
    if (!app.redirectUris.includes(redirectUri)) return { status: 400, body: 'error=redirect_uri_mismatch' };
    if (switches.consent === 'never') return { status: 200, body: '<form>Log in</form>' };
    const challenge = query.get('code_challenge') ?? '';
    const state = query.get('state') ?? '';
    const back = (extra: Readonly<Record<string, string>>): Answer => {
      const url = new URL(redirectUri);
      for (const [name, value] of Object.entries(extra)) url.searchParams.set(name, value);
      return { status: 302, headers: { Location: url.href } };
    };
    if (switches.consent === 'deny') return back({ error: 'access_denied', error_description: 'denied', state });
    if (switches.requirePkce && (challenge === '' || query.get('code_challenge_method') !== 'S256')) {
      return back({ error: 'invalid_request', error_description: 'missing required code challenge', state });
    }
    const code = next('code');
    codes.set(code, { app: clientId, redirectUri, challenge });
    const given = switches.consent === 'wrong-state' ? `${state}x` : state;
    return back({ ...dialect.redirectQuery(), code, state: given });
  }

  function token(call: Call): Answer {
    const form = new URLSearchParams(call.body);
    const clientId = form.get('client_id') ?? '';
    const app = apps.get(clientId);
    if (switches.refuse !== null) {
      return { status: 400, body: { error: switches.refuse.error, error_description: switches.refuse.description } };
    }
    if (app === undefined) return dialect.refusal('client');
    const secret = form.get('client_secret');
    if ((switches.requireSecret || secret !== null) && secret !== app.secret) return dialect.refusal('secret');
    const grant = form.get('grant_type');
    if (grant === 'authorization_code') return exchange(form, clientId);
    if (grant === 'refresh_token') return refresh(form, clientId);
    return dialect.refusal('grant-type');
  }

  function exchange(form: URLSearchParams, clientId: string): Answer {
    const given = form.get('code') ?? '';
    const code = codes.get(given);
    codes.delete(given); // once, whatever comes of it
    if (code === undefined || code.app !== clientId) return dialect.refusal('code');
    if (form.get('redirect_uri') !== code.redirectUri) return dialect.refusal('redirect');
    if (code.challenge !== '') {
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (challenge !== code.challenge) return dialect.refusal('pkce');
    }
    count.exchanges += 1;
    return issue(clientId, switches.offline ? next('refresh') : null);
  }

  function refresh(form: URLSearchParams, clientId: string): Answer {
    const given = form.get('refresh_token') ?? '';
    if (refreshTokens.get(given)?.app !== clientId) return dialect.refusal('refresh');
    count.refreshes += 1;
    if (switches.rotation) refreshTokens.delete(given);
    return issue(clientId, switches.rotation ? next('refresh') : null);
  }

  function issue(app: string, refreshToken: string | null): Answer {
    const access = next('access');
    accessTokens.set(access, { expiresAt: now() + switches.accessLifeMs });
    if (refreshToken !== null) refreshTokens.set(refreshToken, { app });
    const rest = refreshToken === null ? {} : { refresh_token: refreshToken };
    return { status: 200, body: { access_token: access, ...rest, ...dialect.answer() } };
  }

  return {
    apps,
    switches,
    count,

    handle(call) {
      if (call.path === dialect.authorizePath && call.method === 'GET') return authorize(call);
      if (call.path === dialect.tokenPath && call.method === 'POST') return token(call);
      if (call.path !== dialect.revokePath || call.method !== 'POST') return null;
      const given = call.query.get('token') ?? new URLSearchParams(call.body).get('token') ?? '';
      count.revocations += 1;
      if (!refreshTokens.delete(given)) return { status: 400, body: { error: 'unsupported_token_type' } };
      accessTokens.clear();
      return { status: 200 };
    },

    check(access) {
      const found = accessTokens.get(access);
      if (found === undefined) return 'unknown';
      return found.expiresAt > now() ? 'valid' : 'expired';
    },

    revokeAll() {
      refreshTokens.clear();
      accessTokens.clear();
    },

    expireAccess() {
      for (const access of accessTokens.values()) access.expiresAt = 0;
    },
  };
}
