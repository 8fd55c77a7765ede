// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { role } from '../src-shared/relay/protocol-schemas.ts';
import { tenantId } from './config.ts';
import type { RelayLog } from './log.ts';
import type { MarketplaceAccounts } from './marketplace-accounts.ts';
import type { Devices, Tenant, Tenants } from './parts.ts';
import { BUCKETS, type Kv } from './store/api.ts';
import { newUrlSecret } from './tenants.ts';

/** What the relay's operator may ask of it, from the command line. */
export const adminCommand = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('list') }),
  z.strictObject({
    command: z.literal('add'),
    id: tenantId,
    apiBaseUrl: z.url({ protocol: /^https?$/ }).optional(),
    apiKey: z.string().optional(),
    apiSecret: z.string().optional(),
  }),
  z.strictObject({ command: z.literal('revoke'), id: z.string(), erase: z.boolean() }),
  z.strictObject({
    command: z.literal('pair'),
    id: z.string(),
    extension: z.string().regex(/^\d{2,6}$/, { error: 'must be an extension of 2 to 6 digits' }),
    role,
    name: z.string().max(100),
  }),
]);
export type AdminCommand = z.output<typeof adminCommand>;

/** Runs a command and answers the lines to print. */
export type Admin = (command: AdminCommand) => Promise<readonly string[]>;

/** A command that cannot be done; the message is for the person who typed it. */
export class AdminError extends Error {}

export type AdminOptions = {
  readonly kv: Kv;
  readonly tenants: Tenants;
  readonly devices: Pick<Devices, 'code' | 'list' | 'revoke'>;
  readonly accounts: Pick<MarketplaceAccounts, 'forget'>;
  /** Address the PBX reaches the relay at; undefined: only the path is printed. */
  readonly publicUrl: string | undefined;
  readonly log: Pick<RelayLog, 'info'>;
};

/** Tenants listed, added and revoked, and codes for their first desktops. */
export function createAdmin(options: AdminOptions): Admin {
  const { kv, tenants, devices, accounts, publicUrl, log } = options;

  const hookOf = ({ urlSecret }: Tenant): string => `${(publicUrl ?? '').replace(/\/+$/, '')}/hook/${urlSecret}`;

  async function existing(id: string): Promise<Tenant> {
    const tenant = await tenants.get(id);
    if (tenant === null) throw new AdminError(`there is no tenant ${id}`);
    return tenant;
  }

  async function list(): Promise<readonly string[]> {
    const all = await Promise.all((await tenants.ids()).map((id) => tenants.get(id)));
    const lines = all
      .filter((tenant) => tenant !== null)
      .map((tenant) => {
        const keys = tenant.apiKey === '' ? 'no API keys' : 'API keys set';
        const origin = tenant.zdUserId === null ? '' : `, marketplace user ${tenant.zdUserId}`;
        return `${tenant.id}  ${hookOf(tenant)}  ${keys}${origin}`;
      });
    return lines.length === 0 ? ['no tenants'] : lines;
  }

  async function add({ id, apiBaseUrl, apiKey, apiSecret }: Extract<AdminCommand, { command: 'add' }>) {
    if ((await tenants.get(id)) !== null) throw new AdminError(`there is a tenant ${id} already`);
    const keys = { apiKey: apiKey ?? '', apiSecret: apiSecret ?? '' };
    const rest = { zdUserId: null, apiBaseUrl: apiBaseUrl ?? 'https://api.zadarma.com', offsetMinutes: 0 };
    const tenant = { id, urlSecret: newUrlSecret(), ...keys, ...rest };
    await tenants.save(tenant);
    log.info('tenant added', { tenant: id });
    return [`${id} added; its address for notifications: ${hookOf(tenant)}`];
  }

  async function revoke(id: string, erase: boolean): Promise<readonly string[]> {
    await existing(id);
    await revokeDevices(devices, id);
    await accounts.forget(id);
    await tenants.remove(id);
    if (erase) await eraseAll(kv, id);
    log.info('tenant revoked', { tenant: id });
    return [`${id} revoked${erase ? ' and erased; its events go with the retention' : ''}`];
  }

  return async (command) => {
    if (command.command === 'list') return list();
    if (command.command === 'add') return add(command);
    if (command.command === 'revoke') return revoke(command.id, command.erase);
    await existing(command.id);
    const { code, expiresAt } = await devices.code(command.id, command.extension, command.role, command.name);
    return [`pairing code ${code}, valid until ${new Date(expiresAt).toISOString()}`];
  };
}

/** Ends every pairing of a tenant; its desktops are cut off at once. */
export async function revokeDevices(devices: Pick<Devices, 'list' | 'revoke'>, tenant: string): Promise<void> {
  for (const { id } of await devices.list(tenant)) await devices.revoke(tenant, id);
}

/** Takes away what a tenant has in the store. Its entries in the log have no key; they go with the retention. */
async function eraseAll(kv: Kv, tenant: string): Promise<void> {
  await kv.remove('settings', tenant);
  for (const bucket of BUCKETS) {
    // In these a key's first part is no tenant.
    if (bucket === 'tenants' || bucket === 'pairing') continue;
    await kv.removeAll(bucket, `${tenant}/`);
  }
}
