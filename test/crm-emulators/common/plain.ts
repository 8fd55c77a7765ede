// SPDX-License-Identifier: MIT
import type { OAuthProvider } from '../../../src-main/crm/oauth/model.ts';
import { createOAuthServer, type OAuthDialect, type OAuthServer } from './oauth.ts';
import { type EmulatorServer, startServer } from './server.ts';

/** OAuth by the letter of the RFCs, for tests of what no vendor does otherwise. */
const dialect: OAuthDialect = {
  authorizePath: '/authorize',
  tokenPath: '/token',
  revokePath: '/revoke',
  refusal(error, description = error) {
    const codes = { client: 'invalid_client_id', secret: 'invalid_client', redirect: 'redirect_uri_mismatch' };
    const rest = {
      code: 'invalid_grant',
      pkce: 'invalid_grant',
      refresh: 'invalid_grant',
      'grant-type': 'unsupported',
    };
    const text = error === 'secret' ? 'invalid client credentials' : description;
    return { status: 400, body: { error: { ...codes, ...rest }[error], error_description: text } };
  },
  answer: () => ({ token_type: 'Bearer', expires_in: 3600, place: 'here' }),
  redirectQuery: () => ({ location: 'eu' }),
};

export type PlainCrm = {
  readonly server: EmulatorServer;
  readonly oauth: OAuthServer;
  readonly provider: OAuthProvider;
  close(): Promise<void>;
};

export async function startPlainCrm(redirectUris: readonly string[]): Promise<PlainCrm> {
  const oauth = createOAuthServer(dialect);
  const server = await startServer((call) => oauth.handle(call) ?? { status: 404 });
  oauth.apps.set('client-1', { secret: 'secret-1', redirectUris });
  const provider: OAuthProvider = {
    clientId: 'client-1',
    clientSecret: async () => null,
    scope: 'api refresh_token',
    authorizeUrl: `${server.url}/authorize`,
    authorizeParams: { prompt: 'consent' },
    pkce: true,
    tokenUrl: () => `${server.url}/token`,
    revocation: (_facts, token) => ({ method: 'POST', url: `${server.url}/revoke?token=${token}` }),
    redirectFacts: (query) => ({ location: query.get('location') ?? '' }),
    answerFacts: (answer) => ({ place: String(answer.place ?? '') }),
  };
  return { server, oauth, provider, close: () => server.close() };
}
