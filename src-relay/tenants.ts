// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import type { TenantConfig } from './config.ts';
import { sha256 } from './keys.ts';
import { listAll } from './list-all.ts';
import type { RelayLog } from './log.ts';
import { createLookup } from './lookup.ts';
import type { Tenant, Tenants } from './parts.ts';
import type { Bucket, Kv } from './store/api.ts';

/**
 * Companies, in the store, so that every node knows the same ones. URL secrets and user ids stand in keys as their
 * SHA-256: keys are seen by whoever runs the store, and the time a look-up takes tells nothing about the text.
 */
type Row = Omit<Tenant, 'id' | keyof Secrets>;
type Secrets = Pick<Tenant, 'urlSecret' | 'apiKey' | 'apiSecret'>;

/** @param now milliseconds of a clock that is never set */
export function createTenants(kv: Kv, now: () => number = () => performance.now()): Tenants {
  const rows = createLookup((id) => load(kv, id), now);
  const indexes = createLookup(async (key) => (await kv.get('tenants', key))?.value ?? null, now);
  const changed = (): void => {
    rows.clear();
    indexes.clear();
  };

  async function byIndex(key: string, matches: (tenant: Tenant) => boolean): Promise<Tenant | null> {
    const id = await indexes.get(key);
    const tenant = id === null ? null : await rows.get(id);
    // An index may be older than its tenant.
    return tenant !== null && matches(tenant) ? tenant : null;
  }

  return {
    get: (id) => rows.get(id),
    byUrlSecret: (secret) => {
      const key = urlKey(secret);
      return byIndex(key, (tenant) => urlKey(tenant.urlSecret) === key);
    },
    byUserId: (zdUserId) => byIndex(userKey(zdUserId), (tenant) => tenant.zdUserId === zdUserId),

    ids: async () => (await listAll(kv, 'tenants', 'id/')).map(({ key }) => key.slice('id/'.length)),

    async save(tenant) {
      const before = await load(kv, tenant.id);
      const { id, urlSecret, apiKey, apiSecret, ...row } = tenant;
      for (const key of indexKeys(tenant)) await claim(kv, key, id);
      await kv.put(
        'settings',
        `${id}/secrets`,
        JSON.stringify({ urlSecret, apiKey, apiSecret } satisfies Secrets),
        null,
      );
      await kv.put('tenants', `id/${id}`, JSON.stringify(row satisfies Row), null);
      const now = new Set(indexKeys(tenant));
      for (const key of before === null ? [] : indexKeys(before)) if (!now.has(key)) await kv.remove('tenants', key);
      changed();
    },

    async setOffset(id, offsetMinutes) {
      await update(kv, 'tenants', `id/${id}`, (row) => ({ ...row, offsetMinutes }));
      rows.clear();
    },

    async remove(id) {
      const before = await load(kv, id);
      for (const key of before === null ? [] : indexKeys(before)) await kv.remove('tenants', key);
      await kv.remove('tenants', `id/${id}`);
      await kv.remove('settings', `${id}/secrets`);
      changed();
    },
  };
}

/** A URL secret nobody finds by trying. */
export function newUrlSecret(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Brings the tenants of the configuration into the store: each once, and again when its entry has changed, so that
 * keys an admin has set since are not lost at the next start. One that was revoked stays so.
 */
export async function applyTenants(kv: Kv, tenants: Tenants, list: readonly TenantConfig[], log: RelayLog) {
  for (const entry of list) {
    const key = `config/${entry.id}`;
    const mark = sha256(JSON.stringify(entry));
    const applied = await kv.get('tenants', key);
    const before = await tenants.get(entry.id);
    if (applied?.value === mark) {
      if (before === null) log.warn('tenant of the configuration was revoked and stays so', { tenant: entry.id });
      continue;
    }
    await tenants.save({
      id: entry.id,
      urlSecret: entry.urlSecret ?? before?.urlSecret ?? newUrlSecret(),
      zdUserId: before?.zdUserId ?? null,
      apiBaseUrl: entry.apiBaseUrl,
      apiKey: entry.apiKey ?? before?.apiKey ?? '',
      apiSecret: entry.apiSecret ?? before?.apiSecret ?? '',
      offsetMinutes: entry.offsetMinutes ?? before?.offsetMinutes ?? 0,
    });
    await kv.put('tenants', key, mark, null);
    log.info('tenant taken from the configuration', { tenant: entry.id });
  }
}

async function load(kv: Kv, id: string): Promise<Tenant | null> {
  const row = await kv.get('tenants', `id/${id}`);
  const secrets = row && (await kv.get('settings', `${id}/secrets`));
  if (!row || !secrets) return null;
  return { id, ...(JSON.parse(row.value) as Row), ...(JSON.parse(secrets.value) as Secrets) };
}

/** Changes a row that another may be changing too. */
async function update(kv: Kv, bucket: Bucket, key: string, change: (row: Row) => Row): Promise<void> {
  for (;;) {
    const found = await kv.get(bucket, key);
    if (found === null) return;
    if (await kv.put(bucket, key, JSON.stringify(change(JSON.parse(found.value))), found.revision)) return;
  }
}

/** @throws Error when the URL secret or the user id is another tenant's */
async function claim(kv: Kv, key: string, id: string): Promise<void> {
  if (await kv.put('tenants', key, id, 0)) return;
  if ((await kv.get('tenants', key))?.value !== id)
    throw new Error(`tenant ${id}: its URL or user is another tenant's`);
}

function indexKeys({ urlSecret, zdUserId }: Tenant): readonly string[] {
  return [urlKey(urlSecret), ...(zdUserId === null ? [] : [userKey(zdUserId)])];
}

const urlKey = (secret: string): string => `url/${sha256(secret)}`;
const userKey = (zdUserId: string): string => `user/${sha256(zdUserId)}`;
