// SPDX-License-Identifier: MIT
import { createOAuthServer, type OAuthDialect, type OAuthServer } from '../common/oauth.ts';
import { type Answer, type Call, type EmulatorServer, startServer } from '../common/server.ts';
import { type ApiContext, answerApi } from './api.ts';
import type { ObjectName } from './ids.ts';
import { createStore, type Row, type Store } from './store.ts';
import { type SalesforceSwitches, usualSwitches } from './switches.ts';

/** One organisation with its log-in server, both on the same free port of loopback. */
export type SalesforceEmulator = {
  readonly url: string;
  readonly server: EmulatorServer;
  readonly oauth: OAuthServer;
  readonly store: Store;
  readonly switches: SalesforceSwitches;
  /** The user who allows access, and whose id is in the token answers. */
  readonly userId: string;
  /** Sets a record as the platform would; answers its id. */
  put(object: ObjectName, row: Row): string;
  /** Rows of an object, as they stand now. */
  rows(object: ObjectName): readonly Row[];
  close(): Promise<void>;
};

export const CLIENT_ID = '3MVG9.fixtureConsumerKey';
export const CLIENT_SECRET = 'FixtureConsumerSecret';
const ORG_ID = '00DHs0000009fKwMAI';

export async function startSalesforce(now: () => number = Date.now): Promise<SalesforceEmulator> {
  const switches = usualSwitches();
  const store = createStore(switches, now);
  const context: ApiContext = { store, switches, now, usage: 0 };
  const userId = store.put('User', person('Dana Reyes', 'dana@example.com'));
  for (const [at, { name, isClosed }] of switches.statuses.entries()) {
    store.put('TaskStatus', { ApiName: name, MasterLabel: name, IsClosed: isClosed, SortOrder: at });
  }
  for (const [at, { name, isClosed }] of switches.stages.entries()) {
    const row = { ApiName: name, MasterLabel: name, IsActive: true, IsClosed: isClosed, SortOrder: at };
    store.put('OpportunityStage', row);
  }
  let url = '';
  const oauth = createOAuthServer(
    dialect(() => url, userId),
    now,
  );
  const server = await startServer((call) => oauth.handle(call) ?? answer(call, { oauth, context }));
  url = server.url;
  return {
    url,
    server,
    oauth,
    store,
    switches,
    userId,
    put: store.put,
    rows: store.rows,
    close: () => server.close(),
  };
}

/** A user of the organisation. */
export function person(name: string, email: string, isActive = true): Row {
  return { Name: name, Email: email, Username: email, IsActive: isActive, UserType: 'Standard', Extension: null };
}

function answer(call: Call, { oauth, context }: { readonly oauth: OAuthServer; readonly context: ApiContext }): Answer {
  const { switches } = context;
  if (call.path.startsWith('/lightning/')) return { status: 200, body: '<html>record page</html>' };
  // The list of versions is for everybody.
  if (/^\/services\/data\/?$/.test(call.path)) {
    if (switches.hideVersions) return refused(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    const body = switches.versions.map((one) => ({
      label: `v${one}`,
      url: `/services/data/v${one}.0`,
      version: `${one}.0`,
    }));
    return { status: 200, body };
  }
  const token = /^Bearer (\S+)$/.exec(call.headers.authorization ?? '')?.[1] ?? '';
  if (oauth.check(token) !== 'valid' || switches.sessionLost > 0) {
    switches.sessionLost = Math.max(0, switches.sessionLost - 1);
    return refused(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  }
  if (switches.badSession === 'rest') {
    return refused(401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API');
  }
  if (switches.badSession === 'agent') {
    return refused(401, 'INVALID_SESSION_ID', 'External client app is not attached to Agent');
  }
  if (switches.forbidden === 'REQUEST_LIMIT_EXCEEDED') {
    return refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  }
  if (switches.forbidden === 'CONCURRENT') {
    return refused(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.');
  }
  if (switches.forbidden !== null) {
    return refused(403, switches.forbidden, 'The REST API is not enabled for this Organization.');
  }
  return answerApi(context, call);
}

function refused(status: number, errorCode: string, message: string): Answer {
  return { status, body: [{ message, errorCode }] };
}

function dialect(url: () => string, userId: string): OAuthDialect {
  const codes = {
    client: ['invalid_client_id', 'client identifier invalid'],
    secret: ['invalid_client', 'invalid client credentials'],
    redirect: ['redirect_uri_mismatch', 'redirect_uri must match configuration'],
    code: ['invalid_grant', 'expired authorization code'],
    pkce: ['invalid_grant', 'invalid code verifier'],
    refresh: ['invalid_grant', 'expired access/refresh token'],
    'grant-type': ['unsupported_grant_type', 'grant type not supported'],
  } as const;
  return {
    authorizePath: '/services/oauth2/authorize',
    tokenPath: '/services/oauth2/token',
    revokePath: '/services/oauth2/revoke',
    refusal(error) {
      const [code, description] = codes[error];
      return { status: 400, body: { error: code, error_description: description } };
    },
    answer: () => ({
      signature: 'c2lnbmF0dXJl',
      scope: 'refresh_token api id',
      instance_url: url(),
      id: `${url()}/id/${ORG_ID}/${userId}`,
      token_type: 'Bearer',
      issued_at: String(Date.now()),
    }),
    redirectQuery: () => ({}),
  };
}
