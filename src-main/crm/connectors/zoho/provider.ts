// SPDX-License-Identifier: MIT
import { AppError } from '../../../../src-shared/errors.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import type { Facts, OAuthProvider } from '../../oauth/model.ts';
import { apiOrigin, type Centre, centreOfAccounts, usualApi } from './centres.ts';
import type { ZohoOptions } from './options.ts';

/**
 * OAuth of a client that the organisation registered itself (crm-connectors.md section 3.2). People may live in another
 * data centre than the one they began at: the redirect names it, and everything goes there from then on.
 */
export function zohoProvider(
  { centre, clientId, clientKind, scope }: Pick<ZohoOptions, 'centre' | 'clientId' | 'clientKind' | 'scope'>,
  clientSecret: () => Promise<string | null>,
): OAuthProvider {
  return {
    clientId,
    clientSecret,
    scope,
    authorizeUrl: `${centre.accounts}/oauth/v2/auth`,
    // Without both there is no refresh token.
    authorizeParams: { access_type: 'offline', prompt: 'consent' },
    pkce: clientKind === 'desktop',
    tokenUrl: (facts) => `${centreIn(facts, centre).accounts}/oauth/v2/token`,
    revocation: (facts, token) => ({
      method: 'POST',
      url: `${centreIn(facts, centre).accounts}/oauth/v2/token/revoke?token=${encodeURIComponent(token)}`,
    }),
    redirectFacts(query) {
      const given = query.get('accounts-server');
      if (given === null) return {};
      const lives = centreOfAccounts(given, centre);
      if (lives === null) throw new AppError('oauth.bad-reply');
      return { accountsServer: lives.accounts };
    },
    answerFacts({ api_domain: given }) {
      if (given === undefined) return {};
      const origin = apiOrigin(toText(given), centre);
      if (origin === null) throw new AppError('oauth.bad-reply');
      return { apiDomain: origin };
    },
  };
}

/** The data centre these tokens belong to. What is kept is checked like what arrives. */
export function centreIn(facts: Facts | null, began: Centre): Centre {
  return centreOfAccounts(facts?.accountsServer ?? '', began) ?? began;
}

/** Where the API of these tokens is. */
export function apiIn(facts: Facts, began: Centre): string {
  return apiOrigin(facts.apiDomain ?? '', began) ?? usualApi(centreIn(facts, began));
}
