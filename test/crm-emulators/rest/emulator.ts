// SPDX-License-Identifier: MIT
import { createOAuthServer, type OAuthDialect, type OAuthServer } from '../common/oauth.ts';
import { type Answer, type Call, type EmulatorServer, startServer } from '../common/server.ts';
import { answerRest } from './api.ts';
import { createRestStore, type RestStore } from './store.ts';

/** Who may ask, and what goes wrong. Tests write to these fields. */
export type RestSwitches = {
  auth: 'bearer' | 'basic' | 'session' | 'oauth' | 'nobody';
  /** Answers in place of those of the API, one after the other; `null` lets one through. */
  readonly answers: (Answer | null)[];
  /** Sessions begun by `POST /api/login` live so many requests; 0 for ever. */
  sessionRequests: number;
};

export type RestEmulator = {
  readonly url: string;
  readonly server: EmulatorServer;
  readonly oauth: OAuthServer;
  readonly store: RestStore;
  readonly switches: RestSwitches;
  /** Log-ins by `POST /api/login`. */
  readonly logins: () => number;
  close(): Promise<void>;
};

export const TOKEN = 'fixture-token-1';
export const USER = 'api';
export const PASSWORD = 'p:äss"word';
export const REST_CLIENT = { id: 'rest-client', secret: 'rest-secret' } as const;

/** A company's own CRM behind plain REST, stateful, on a free port of loopback. */
export async function startRest(now: () => number = Date.now): Promise<RestEmulator> {
  let url = '';
  const store = createRestStore(() => url);
  const switches: RestSwitches = { auth: 'bearer', answers: [], sessionRequests: 0 };
  const oauth = createOAuthServer(
    dialect(() => url),
    now,
  );
  const sessions = new Map<string, number>();
  let logins = 0;

  const isAllowed = ({ headers }: Call): boolean => {
    const given = headers.authorization ?? '';
    switch (switches.auth) {
      case 'bearer':
        return given === `Bearer ${TOKEN}`;
      case 'basic':
        return given === `Basic ${Buffer.from(`${USER}:${PASSWORD}`, 'utf8').toString('base64')}`;
      case 'oauth':
        return oauth.check(given.replace('Bearer ', '')) === 'valid';
      case 'session': {
        const session = String(headers['x-session'] ?? given.replace('Bearer ', ''));
        const used = (sessions.get(session) ?? Number.POSITIVE_INFINITY) + 1;
        sessions.set(session, used);
        return Number.isFinite(used) && (switches.sessionRequests === 0 || used <= switches.sessionRequests);
      }
      case 'nobody':
        return false;
    }
  };

  const logIn = ({ body }: Call): Answer => {
    const { user, password } = JSON.parse(body || '{}') as Record<string, unknown>;
    if (user !== USER || password !== PASSWORD) return { status: 401, body: { error: 'wrong' } };
    logins += 1;
    sessions.set(`session-${logins}`, 0);
    return { status: 200, body: { session: { token: `session-${logins}`, minutes: 20 }, base: `${url}/api` } };
  };

  const server = await startServer((call) => {
    const answered = oauth.handle(call);
    if (answered !== null) return answered;
    if (!call.path.startsWith('/api/')) return { status: 200, body: '<html><body>A page</body></html>' };
    if (call.path === '/api/login' && call.method === 'POST') return logIn(call);
    if (!isAllowed(call)) return { status: 401, body: { error: 'not allowed' } };
    return switches.answers.shift() ?? answerRest(store, call);
  });
  url = server.url;
  return { url, server, oauth, store, switches, logins: () => logins, close: () => server.close() };
}

function dialect(url: () => string): OAuthDialect {
  return {
    authorizePath: '/oauth/authorize',
    tokenPath: '/oauth/token',
    revokePath: '/oauth/revoke',
    refusal: (error, description = error) => ({
      status: 400,
      body: { error: error === 'client' ? 'invalid_client' : 'invalid_grant', error_description: description },
    }),
    answer: () => ({ token_type: 'Bearer', expires_in: 3600, api: `${url()}/api` }),
    redirectQuery: () => ({}),
  };
}
