// SPDX-License-Identifier: MIT
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MarketplaceConfig } from './config.ts';
import { sha256 } from './keys.ts';
import { createLookup } from './lookup.ts';
import type { Tenants } from './parts.ts';
import type { Kv } from './store/api.ts';
import { newUrlSecret } from './tenants.ts';

/**
 * Users of the Megacall marketplace (section 11 of the guide): each that activates becomes a tenant, gets keys of its
 * own, and from then on asks with `Authorization: Bearer <user id><hash>`. How the two are joined, and of what the hash
 * is the MD5, is "to be agreed" there: settings.
 */
export type MarketplaceAccount = {
  readonly tenant: string;
  readonly userId: string;
  /** SHA-256 of the bearer text; the text itself is not kept. */
  readonly bearer: string;
  readonly keys: IssuedKeys;
};

/** What activation answers: they are the user's own, and signed notifications may be checked with the secret. */
export type IssuedKeys = { readonly key: string; readonly secret: string };

export type Activation =
  | { readonly ok: true; readonly keys: IssuedKeys; readonly tenant: string }
  /** `unreadable`: no user id or no MD5; `wrong-hash`: not the MD5 agreed; `taken`: active with another hash. */
  | { readonly ok: false; readonly why: 'unreadable' | 'wrong-hash' | 'taken' };

export type MarketplaceAccounts = {
  /** The same keys again when nothing has changed: the platform may ask twice. */
  activate(userId: string, hash: string): Promise<Activation>;
  /** Whose `Authorization` header this is; null for nobody's. */
  byAuthorization(header: string | undefined): Promise<MarketplaceAccount | null>;
  /** Its keys, its bearer and the tenant are gone; settings and directory stay for a new activation. */
  deactivate(account: MarketplaceAccount): Promise<void>;
  /** As `deactivate`, for a tenant revoked by its id; nothing for one that did not come through the marketplace. */
  forget(tenant: string): Promise<void>;
};

type Options = Pick<MarketplaceConfig, 'hashOf' | 'hashSecret' | 'bearer' | 'apiBaseUrl'>;

/** @param now milliseconds of a clock that is never set */
export function createMarketplaceAccounts(
  kv: Kv,
  tenants: Tenants,
  options: Options,
  now: () => number = () => performance.now(),
): MarketplaceAccounts {
  const byBearer = createLookup(async (digest) => {
    const index = await kv.get('tenants', bearerKey(digest));
    return index && (await read(kv, index.value));
  }, now);

  async function issue(userId: string, bearer: string): Promise<MarketplaceAccount> {
    const tenant = tenantOf(userId);
    const keys = { key: randomBytes(10).toString('hex'), secret: randomBytes(16).toString('hex') };
    const account = { tenant, userId, bearer, keys };
    // Of two activations at once one makes the account; both answer with what was made.
    if (!(await kv.put('settings', accountKey(tenant), JSON.stringify(account), 0))) {
      return (await read(kv, tenant)) ?? issue(userId, bearer);
    }
    return account;
  }

  async function open(account: MarketplaceAccount): Promise<void> {
    const { tenant: id, userId: zdUserId, bearer } = account;
    if ((await tenants.get(id)) === null) {
      const { apiBaseUrl } = options;
      const nothing = { apiKey: '', apiSecret: '', offsetMinutes: 0 };
      await tenants.save({ id, zdUserId, urlSecret: newUrlSecret(), apiBaseUrl, ...nothing });
    }
    await kv.put('tenants', bearerKey(bearer), id, null);
    byBearer.clear();
  }

  async function remove({ tenant, bearer }: MarketplaceAccount): Promise<void> {
    await kv.remove('tenants', bearerKey(bearer));
    await tenants.remove(tenant);
    await kv.remove('settings', accountKey(tenant));
    byBearer.clear();
  }

  return {
    async activate(userId, hash) {
      if (!/^[\x21-\x7e]{1,100}$/.test(userId) || !/^[0-9a-f]{32}$/i.test(hash))
        return { ok: false, why: 'unreadable' };
      const { hashOf, hashSecret = '' } = options;
      const checked = hashOf !== '';
      const agreed = md5(fill(hashOf, { userId, secret: hashSecret }));
      if (checked && !sameText(agreed, hash.toLowerCase())) return { ok: false, why: 'wrong-hash' };
      const bearer = sha256(fill(options.bearer, { userId, hash }));
      const before = await read(kv, tenantOf(userId));
      let account = before ?? (await issue(userId, bearer));
      if (account.bearer !== bearer) {
        // With no rule to check the hash by, the first one counts: a stranger must not take an account over.
        if (!checked) return { ok: false, why: 'taken' };
        await kv.remove('tenants', bearerKey(account.bearer));
        account = { ...account, bearer };
        await kv.put('settings', accountKey(account.tenant), JSON.stringify(account), null);
      }
      await open(account);
      return { ok: true, keys: account.keys, tenant: account.tenant };
    },

    async byAuthorization(header) {
      const given = /^Bearer +(\S{1,500})$/i.exec(header ?? '')?.[1];
      if (given === undefined) return null;
      const digest = sha256(given);
      const account = await byBearer.get(digest);
      return account !== null && sameText(account.bearer, digest) ? account : null;
    },

    deactivate: remove,

    async forget(tenant) {
      const account = await read(kv, tenant);
      if (account !== null) await remove(account);
    },
  };
}

const bearerKey = (digest: string): string => `bearer/${digest}`;
const accountKey = (tenant: string): string => `${tenant}/marketplace`;

/** Always the same for a user, so that one who comes back finds the team's settings again. */
function tenantOf(userId: string): string {
  return `m-${sha256(userId).slice(0, 32)}`;
}

async function read(kv: Kv, tenant: string): Promise<MarketplaceAccount | null> {
  const found = await kv.get('settings', accountKey(tenant));
  return found && (JSON.parse(found.value) as MarketplaceAccount);
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** In a time that depends on the lengths only. */
function sameText(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
