// SPDX-License-Identifier: MIT
import type { CrmRequest } from '../api.ts';

/** What a CRM says beside its tokens and what is checked and kept with them: `instance_url`, the accounts server… */
export type Facts = Readonly<Record<string, string>>;

/** What one connector keeps between two starts of the program. */
export type Tokens = {
  /** '' when it was not kept, or is known to be dead. */
  readonly access: string;
  /** Null once the CRM refused it for good: connect again. The facts stay, for links. */
  readonly refresh: string | null;
  /** UTC ms; null where the CRM does not say. */
  readonly expiresAt: number | null;
  readonly facts: Facts;
};

/** Where tokens are kept between two starts. Rejects with `keychain.locked` or `keychain.unavailable`. */
export type TokenStore = {
  load(): Promise<Tokens | null>;
  /** Resolves when they can be read back. */
  save(tokens: Tokens): Promise<void>;
  clear(): Promise<void>;
};

/** One vendor's OAuth, as a registered app sees it. Everything that differs between vendors stands here. */
export type OAuthProvider = {
  readonly clientId: string;
  /** Null for a public client. */
  clientSecret(): Promise<string | null>;
  /** As the vendor wants several: separated by spaces or commas. */
  readonly scope: string;
  readonly authorizeUrl: string;
  /** Query parameters of the authorisation page beside the standard ones. */
  readonly authorizeParams: Readonly<Record<string, string>>;
  readonly pkce: boolean;
  /** Where tokens are exchanged and refreshed. The facts are those of the redirect, and later those kept. */
  tokenUrl(facts: Facts): string;
  /** The request that makes a refresh token worthless; null where there is none. */
  revocation(facts: Facts, refreshToken: string): CrmRequest | null;
  /** Facts from the query of the redirect. @throws AppError `oauth.bad-reply` for a server that is none of theirs */
  redirectFacts(query: URLSearchParams): Facts;
  /** Facts from a token answer, of an exchange or a refresh; those it leaves out stay. @throws as `redirectFacts` */
  answerFacts(answer: Readonly<Record<string, unknown>>): Facts;
};
