// SPDX-License-Identifier: MIT
import { type Credentials, createMegacallClient, type MegacallClient } from '../src-megacall/client.ts';
import { AppError } from '../src-shared/errors.ts';
import type { Balance, ExtensionList } from '../src-shared/megacall/api-types.ts';
import { createFair, type Fair } from './fair.ts';
import type { Tenant, Tenants } from './parts.ts';
import { createSharedStatistics, type SharedStatistics } from './shared-statistics.ts';

/** One Megacall account at this relay: its client with the account's limits, and what all its desktops share. */
export type Account = {
  readonly client: MegacallClient;
  readonly fair: Fair;
  readonly statistics: SharedStatistics;
  /** Remembered for a while: a company asks at once when its day begins. */
  balance(): Promise<Balance>;
  extensions(): Promise<ExtensionList>;
  numbers(): Promise<readonly string[]>;
};

export type Accounts = {
  of(tenant: string): Promise<Account>;
  /** A client on keys that are being tried out. */
  trial(tenant: string, credentials: Credentials): Promise<MegacallClient>;
  /** Keys were changed: nothing that was learnt with the others counts. */
  forget(tenant: string): void;
};

export type AccountsOptions = {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly fetch?: typeof globalThis.fetch;
  /** UTC ms. */
  readonly now: () => number;
  readonly log: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
};

/** An account's hundred requests a minute, between desktops: some at a time, none waits longer than a person does. */
const SHARES = { atOnce: 4, waiting: 10, longestWaitMs: 10_000 };
const MOST_ACCOUNTS = 500;
const MINUTE = 60_000;

/** Accounts of companies, each made when it is first asked for. Keys and address are read anew for each request. */
export function createAccounts({ tenants, fetch = globalThis.fetch, now, log }: AccountsOptions): Accounts {
  const known = new Map<string, Account>();
  const urls = new Map<string, string>();

  /** Its address is remembered too: a client asks for it in the middle of its work. */
  const tenantOf = async (id: string): Promise<Tenant> => {
    const tenant = await tenants.get(id);
    if (tenant === null) throw new AppError('setup.not-configured');
    urls.set(id, tenant.apiBaseUrl);
    return tenant;
  };

  const clientFor = (id: string, credentials: () => Promise<Credentials>): MegacallClient =>
    createMegacallClient({
      baseUrl: () => urls.get(id) ?? '',
      credentials,
      fetch,
      now,
      log: { warn: (message, fields) => log.warn(message, { tenant: id, ...fields }) },
    });

  const open = (id: string): Account => {
    const client = clientFor(id, async () => {
      const { apiKey, apiSecret } = await tenantOf(id);
      return { key: apiKey, secret: apiSecret };
    });
    return {
      client,
      fair: createFair(SHARES),
      statistics: createSharedStatistics({ page: (query, offsetMs) => client.statisticsPbx(query, offsetMs), now }),
      balance: shared(MINUTE / 2, () => client.balance()),
      extensions: shared(5 * MINUTE, () => client.extensions()),
      numbers: shared(10 * MINUTE, () => client.directNumbers()),
    };
  };

  return {
    async of(id) {
      await tenantOf(id);
      const account = known.get(id) ?? open(id);
      // The one used longest ago goes first.
      known.delete(id);
      known.set(id, account);
      const oldest = known.size > MOST_ACCOUNTS ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      return account;
    },
    async trial(id, credentials) {
      await tenantOf(id);
      return clientFor(id, async () => credentials);
    },
    forget: (id) => void known.delete(id),
  };
}

/** The same answer for all who ask within `ms`; a failure is told to those who waited, and not remembered. */
function shared<T>(ms: number, load: () => Promise<T>): () => Promise<T> {
  let held: { readonly value: Promise<T>; readonly until: number } | null = null;
  return () => {
    if (held !== null && held.until > performance.now()) return held.value;
    const value = load();
    const mine = { value, until: performance.now() + ms };
    held = mine;
    value.catch(() => {
      if (held === mine) held = null;
    });
    return value;
  };
}
