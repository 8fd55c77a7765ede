// SPDX-License-Identifier: MIT
import { AppError } from '../../../../src-shared/errors.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import type { Facts, OAuthProvider } from '../../oauth/model.ts';
import { instanceUrl } from './hosts.ts';
import type { SalesforceOptions } from './options.ts';

/**
 * OAuth of an external client app (crm-connectors.md section 2.1). A public app sends no secret; where the
 * organisation requires one, `clientSecret` has it.
 */
export function salesforceProvider(
  { loginUrl, clientId }: Pick<SalesforceOptions, 'loginUrl' | 'clientId'>,
  clientSecret: () => Promise<string | null>,
): OAuthProvider {
  return {
    clientId,
    clientSecret,
    scope: 'api refresh_token id',
    authorizeUrl: `${loginUrl}/services/oauth2/authorize`,
    authorizeParams: {},
    pkce: true,
    tokenUrl: () => `${loginUrl}/services/oauth2/token`,
    revocation: (_facts, token) => ({
      method: 'POST',
      url: `${loginUrl}/services/oauth2/revoke`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }).toString(),
    }),
    redirectFacts: () => ({}),
    answerFacts: (answer) => ({ ...instance(answer.instance_url, loginUrl), ...user(answer.id) }),
  };
}

/** Everything is sent to this server from now on, the token first: it has to be one of theirs. */
function instance(value: unknown, loginUrl: string): Facts {
  if (value === undefined) return {};
  const origin = instanceUrl(toText(value), loginUrl);
  if (origin === null) throw new AppError('oauth.bad-reply');
  return { instanceUrl: origin };
}

/** The identity address ends in organisation and user: `…/id/00D…/005…`. */
function user(value: unknown): Facts {
  const id = /\/id\/[a-zA-Z0-9]{15,18}\/([a-zA-Z0-9]{15,18})$/.exec(toText(value))?.[1];
  return id === undefined ? {} : { userId: id };
}
