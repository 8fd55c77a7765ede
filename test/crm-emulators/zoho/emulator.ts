// SPDX-License-Identifier: MIT
import { createOAuthServer, type OAuthDialect, type OAuthServer } from '../common/oauth.ts';
import { type Answer, type Call, type EmulatorServer, startServer } from '../common/server.ts';
import { type ApiContext, answerApi } from './api.ts';
import { Refusal } from './refusal.ts';
import type { ModuleName } from './schema.ts';
import { createStore, type Row, type Store } from './store.ts';
import { usualSwitches, type ZohoSwitches } from './switches.ts';

/** One organisation with its accounts server, both on the same free port of loopback. */
export type ZohoEmulator = {
  readonly url: string;
  readonly server: EmulatorServer;
  readonly oauth: OAuthServer;
  readonly store: Store;
  readonly switches: ZohoSwitches;
  /** The user who allows access. */
  readonly userId: string;
  /** Ids of records that began workflows. */
  readonly workflows: readonly string[];
  put(module: ModuleName, row: Row): string;
  rows(module: ModuleName): readonly Row[];
  close(): Promise<void>;
};

export const CLIENT_ID = '1000.FIXTURECLIENT';
export const CLIENT_SECRET = 'fixture-secret';
const AUTHORIZE = '/oauth/v2/auth';
const TOKEN = '/oauth/v2/token';

export async function startZoho(now: () => number = Date.now): Promise<ZohoEmulator> {
  const switches = usualSwitches();
  const store = createStore(switches, now);
  const userId = store.addUser('Dana Reyes', 'dana@example.com');
  const workflows: string[] = [];
  let granted = new Set<string>();
  const allowed = (scope: string) => granted.has(scope) && !switches.withheld.includes(scope);
  const context: ApiContext = { store, switches, userId, allowed, workflows };
  let url = '';
  const dialect = zohoDialect(switches, () => url);
  const oauth = createOAuthServer(dialect, now);
  oauth.switches.requireSecret = true;
  const signIn = limited(oauth, switches, now);
  let running = 0;
  const server = await startServer(async (call) => {
    if (call.path === AUTHORIZE) {
      granted = new Set(call.query.get('scope')?.split(','));
      // Only who asks for both gets a refresh token.
      oauth.switches.offline = call.query.get('access_type') === 'offline' && call.query.get('prompt') === 'consent';
    }
    const answered = signIn(call);
    if (answered !== null) return answered;
    if (!call.path.startsWith('/crm/v8/')) return { status: 200, body: '<html>record page</html>' };
    running += 1;
    try {
      // As long as it takes until whoever asks at the same time has come too.
      if (switches.atOnce > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const isTooMuch = switches.atOnce > 0 && running > switches.atOnce;
      return withCredits(isTooMuch ? tooMany() : guarded(call, oauth, context), switches);
    } finally {
      running -= 1;
    }
  });
  url = server.url;
  return {
    ...{ url, server, oauth, store, switches, userId, workflows },
    put: store.put,
    rows: store.rows,
    close: () => server.close(),
  };
}

function guarded(call: Call, oauth: OAuthServer, context: ApiContext): Answer {
  const { switches } = context;
  const token = /^Zoho-oauthtoken (\S+)$/.exec(call.headers.authorization ?? '')?.[1] ?? '';
  if (oauth.check(token) !== 'valid' || switches.tokenLost > 0) {
    switches.tokenLost = Math.max(0, switches.tokenLost - 1);
    return refused(401, switches.tokenCode, 'invalid oauth token');
  }
  switch (switches.refuse) {
    case 'TOO_MANY_REQUESTS':
      return tooMany();
    case 'NO_PERMISSION':
      return refused(403, 'NO_PERMISSION', 'permission denied', { permissions: ['Crm_Implied_Api_Access'] });
    case 'INTERNAL_ERROR':
      return refused(500, 'INTERNAL_ERROR', 'Internal Server Error');
    case null:
      return answerApi(context, call);
  }
}

function withCredits(answer: Answer, { creditsLeft }: ZohoSwitches): Answer {
  if (creditsLeft === null) return answer;
  return { ...answer, headers: { ...answer.headers, 'X-API-CREDITS-REMAINING': String(creditsLeft) } };
}

function tooMany(): Answer {
  return refused(429, 'TOO_MANY_REQUESTS', 'You have exceeded the API limit');
}

function refused(status: number, code: string, message: string, details: Row = {}): Answer {
  return { status, body: new Refusal(status, code, message, details).body() };
}

/** Who renews too often is refused, with the words the accounts server has for it. */
function limited(oauth: OAuthServer, switches: ZohoSwitches, now: () => number): (call: Call) => Answer | null {
  let at: number[] = [];
  return (call) => {
    if (call.path === TOKEN && call.body.includes('grant_type=refresh_token')) {
      at = [...at.filter((one) => now() - one < 60_000), now()];
      if (at.length > switches.refreshesAMinute) {
        const description = 'You have made too many requests continuously. Please try again after some time.';
        return { status: 400, body: { error: 'Access Denied', error_description: description, status: 'failure' } };
      }
    }
    return oauth.handle(call);
  };
}

function zohoDialect(switches: ZohoSwitches, url: () => string): OAuthDialect {
  const codes = {
    ...{ client: 'invalid_client', secret: 'invalid_client_secret', redirect: 'invalid_redirect_uri' },
    ...{ code: 'invalid_code', pkce: 'invalid_code', refresh: 'invalid_code', 'grant-type': 'unsupported_grant_type' },
  };
  return {
    authorizePath: AUTHORIZE,
    tokenPath: TOKEN,
    revokePath: '/oauth/v2/token/revoke',
    // Refused with a good status: what counts is in the body.
    refusal: (error) => ({ status: 200, body: { error: codes[error] } }),
    answer: () => ({ api_domain: switches.apiDomain ?? url(), token_type: 'Bearer', expires_in: 3600 }),
    redirectQuery: (): Record<string, string> =>
      switches.location === null ? {} : { location: switches.location, 'accounts-server': url() },
  };
}
