// SPDX-License-Identifier: MIT

import { redirectSettings } from '../../../src-shared/crm/redirect-settings.ts';
import type { Log } from '../../log.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { CrmHttp } from '../api.ts';
import { connectInBrowser } from './connect.ts';
import type { Language } from './finish-page.ts';
import { createTokenKeeper, type TokenKeeper } from './keeper.ts';
import type { OAuthProvider } from './model.ts';
import { createTokenStore } from './token-store.ts';

/** Everything about signing in that a connector's owner needs, for any vendor. */
export type SignIn = {
  readonly tokens: TokenKeeper;
  /** `sign-in`: nobody has connected, or the CRM has ended it for good. */
  state(): 'ready' | 'sign-in';
  /** Opens the browser and keeps what comes of it. @throws AppError `oauth.*`, `keychain.*` */
  connect(signal: AbortSignal): Promise<void>;
  /** Forgets the tokens here, and tells the CRM when it can be reached. @throws AppError `keychain.*` */
  disconnect(): Promise<void>;
  /** Ends when no token is on its way into the keychain. */
  close(): Promise<void>;
};

export type SignInOptions = {
  /** The connector's id and options: where its tokens are kept, and where the browser comes back to. */
  readonly settings: { readonly id: string; readonly options: Readonly<Record<string, unknown>> };
  readonly provider: OAuthProvider;
  readonly secrets: Pick<Secrets, 'get' | 'set' | 'remove'>;
  readonly http: CrmHttp;
  readonly openExternal: (url: string) => Promise<void>;
  readonly language: () => Language;
  readonly now: () => number;
  readonly log: Log;
  /** Told after `state` may have changed. */
  readonly changed: () => void;
};

const REVOKE_MS = 10_000;

/** Reads the keychain once; while it is locked, the first use of a token tries again. */
export async function openSignIn(options: SignInOptions): Promise<SignIn> {
  const { settings, provider, secrets, http, openExternal, language, now, log, changed } = options;
  const store = createTokenStore(secrets, settings.id);
  const tokens = createTokenKeeper({ store, http, provider, now, log, changed });
  await tokens.load().catch(() => log.warn('the tokens of a CRM could not be read', { connector: settings.id }));
  return {
    tokens,
    state: () => (tokens.state() === 'none' || tokens.state() === 'reconnect' ? 'sign-in' : 'ready'),
    async connect(signal) {
      const redirect = redirectSettings(settings.options);
      const flow = { http, openExternal, redirect, language: language(), now };
      await tokens.adopt(await connectInBrowser(provider, flow, signal));
    },
    async disconnect() {
      const isRevoked = await tokens.disconnect(AbortSignal.timeout(REVOKE_MS));
      if (!isRevoked) log.warn('a CRM could not be told that the connection has ended', { connector: settings.id });
    },
    close: () => tokens.settled(),
  };
}
