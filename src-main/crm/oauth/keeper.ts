// SPDX-License-Identifier: MIT
import { AppError } from '../../../src-shared/errors.ts';
import type { Log } from '../../log.ts';
import { CrmError, type CrmHttp } from '../api.ts';
import type { Facts, OAuthProvider, TokenStore, Tokens } from './model.ts';
import { whileRefreshing } from './refusals.ts';
import { OAuthRefusal, requestToken } from './token-request.ts';
import { untilAborted } from './until-aborted.ts';

export type Access = { readonly token: string; readonly facts: Facts };

/** `unknown` until the keychain was read; `reconnect` when the CRM refused the refresh token for good. */
export type ConnectionState = 'unknown' | 'none' | 'connected' | 'reconnect';

/** The tokens of one connector: one owner, whoever asks. */
export type TokenKeeper = {
  state(): ConnectionState;
  /** Null until read, and when never connected. They stay when the connection has ended. */
  facts(): Facts | null;
  /** Reads the keychain unless that is done. @throws CrmError `network` while the keychain is locked */
  load(): Promise<void>;
  /** A token to use now, refreshed first when it runs out within a minute. @throws CrmError */
  access(signal: AbortSignal): Promise<Access>;
  /** After the CRM refused `stale`: a newer one. Whoever else has renewed it meanwhile did it for all. @throws CrmError */
  renew(stale: string, signal: AbortSignal): Promise<Access>;
  /** Takes the tokens of a new connection, stored before anybody uses them. @throws AppError `keychain.*` */
  adopt(tokens: Tokens): Promise<void>;
  /** Forgets them here, then tells the CRM; false when it could not be told. @throws as `load`, `adopt` */
  disconnect(signal: AbortSignal): Promise<boolean>;
  /** Ends when no refresh is under way: a rotated token that is not stored is lost. For the program's end. */
  settled(): Promise<void>;
};

export type KeeperOptions = {
  readonly store: TokenStore;
  readonly http: CrmHttp;
  readonly provider: OAuthProvider;
  readonly now: () => number;
  readonly log: Log;
  /** Told after the state changed. */
  readonly changed?: (state: ConnectionState) => void;
};

type Live = Tokens & { readonly refresh: string };

const EARLY_MS = 60_000;

export function createTokenKeeper({ store, http, provider, now, log, changed }: KeeperOptions): TokenKeeper {
  let tokens: Tokens | null | undefined;
  let loading: Promise<void> | null = null;
  /** A refresh, a new connection or the end of one: one at a time, and whoever asks meanwhile waits for it. */
  let flight: Promise<void> | null = null;
  /** A refresh token newer than the stored one: nothing is done with it until it is stored. */
  let isUnsaved = false;

  const state = (): ConnectionState => {
    if (tokens === undefined) return 'unknown';
    if (tokens === null) return 'none';
    return tokens.refresh === null ? 'reconnect' : 'connected';
  };

  function set(next: Tokens | null): void {
    const before = state();
    tokens = next;
    if (state() !== before) changed?.(state());
  }

  async function load(): Promise<void> {
    if (tokens !== undefined) return;
    loading ??= store
      .load()
      .then((stored) => {
        if (tokens === undefined) set(stored);
      })
      .finally(() => {
        loading = null;
      });
    await loading.catch(keychainBusy);
  }

  async function save(next: Tokens): Promise<void> {
    await store.save(next).catch(keychainBusy);
    if (next === tokens) isUnsaved = false;
  }

  /** Everything that takes time is done here, so that what follows sees the tokens as they are. */
  async function ready(): Promise<void> {
    await load();
    if (isUnsaved && tokens) await save(tokens);
  }

  function live(): Live {
    const { access = '', refresh = null, expiresAt = null, facts = {} } = tokens ?? {};
    if (!tokens) throw new CrmError('auth', 'not connected');
    if (refresh === null) throw new CrmError('auth', 'the connection has ended: connect again');
    return { access, refresh, expiresAt, facts };
  }

  async function refresh(old: Live): Promise<void> {
    const form = { grant_type: 'refresh_token', refresh_token: old.refresh };
    const request = { url: provider.tokenUrl(old.facts), form, now: now() };
    // Not tied to any caller's signal: with rotation, an answer that is not read costs the connection.
    const unstopped = new AbortController().signal;
    const answer = await requestToken(http, provider, request, unstopped).catch((error) => refused(old, error));
    const next = { ...answer, refresh: answer.refresh ?? old.refresh, facts: { ...old.facts, ...answer.facts } };
    set(next);
    isUnsaved = isUnsaved || next.refresh !== old.refresh;
    if (isUnsaved) await save(next);
    else await store.save(next).catch(() => log.debug('an access token was not kept'));
  }

  async function refused(old: Live, thrown: unknown): Promise<never> {
    if (!(thrown instanceof OAuthRefusal)) throw thrown;
    const { isDead, error } = whileRefreshing(thrown);
    log.warn('a CRM refused to renew access', { error: thrown.error, isDead });
    if (isDead) {
      const dead = { ...old, access: '', refresh: null, expiresAt: null };
      set(dead);
      await store.save(dead).catch(() => log.warn('the end of a connection was not kept'));
    }
    throw error;
  }

  function run(work: () => Promise<void>): Promise<void> {
    const own = work().finally(() => {
      flight = null;
    });
    own.catch(() => undefined); // every caller may have left
    flight = own;
    return own;
  }

  async function settled(): Promise<void> {
    while (flight !== null) await flight.catch(() => undefined);
  }

  async function renewed(signal: AbortSignal): Promise<Access> {
    await untilAborted(flight ?? run(() => refresh(live())), signal).catch(keychainBusy);
    return toAccess(live());
  }

  return {
    state,
    facts: () => tokens?.facts ?? null,
    load,
    settled,

    async access(signal) {
      if (flight === null) await ready();
      if (flight !== null) return renewed(signal);
      const { access, expiresAt, facts } = live();
      const isFresh = access !== '' && (expiresAt === null || expiresAt - now() > EARLY_MS);
      return isFresh ? { token: access, facts } : renewed(signal);
    },

    async renew(stale, signal) {
      if (flight === null) await ready();
      if (flight !== null) return renewed(signal);
      const { access, facts } = live();
      return access !== '' && access !== stale ? { token: access, facts } : renewed(signal);
    },

    async adopt(next) {
      await settled();
      await run(async () => {
        await store.save(next);
        isUnsaved = false;
        set(next);
      });
    },

    async disconnect(signal) {
      await load();
      await settled();
      const old = tokens;
      await run(async () => {
        await store.clear();
        isUnsaved = false;
        set(null);
      });
      const request = old?.refresh ? provider.revocation(old.facts, old.refresh) : null;
      if (request === null) return true;
      return http(request, signal).then(
        (reply) => reply.status < 300,
        () => false,
      );
    },
  };
}

function toAccess({ access, facts }: Tokens): Access {
  return { token: access, facts };
}

/** A keychain that waits for its password heals as a network does; the window says which of the two it is. */
function keychainBusy(cause: unknown): never {
  if (!(cause instanceof AppError)) throw cause;
  if (cause.code.startsWith('keychain.')) throw new CrmError('network', 'the keychain does not open', { cause });
  throw new CrmError('bad-reply', 'the log-in server answered in a way that cannot be trusted', { cause });
}
