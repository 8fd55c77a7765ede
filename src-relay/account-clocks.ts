// SPDX-License-Identifier: MIT
import type { RelayLog } from './log.ts';
import type { Tenants } from './parts.ts';
import type { Accounts } from './pbx-accounts.ts';

export type ClockOptions = {
  readonly tenants: Pick<Tenants, 'ids' | 'get' | 'setOffset'>;
  readonly accounts: Pick<Accounts, 'of'>;
  readonly log: Pick<RelayLog, 'warn'>;
};

/**
 * Asks the PBX for the wall clock of every account that has keys, and keeps what has changed: notifications tell local
 * time, and summer time comes and goes. One that does not answer keeps what was known.
 */
export async function readAccountClocks({ tenants, accounts, log }: ClockOptions): Promise<void> {
  for (const id of await tenants.ids()) {
    try {
      const tenant = await tenants.get(id);
      if (tenant === null || tenant.apiKey === '') continue;
      const { offsetMs } = await (await accounts.of(id)).client.timezone('background');
      const offsetMinutes = Math.round(offsetMs / 60_000);
      if (offsetMinutes !== tenant.offsetMinutes) await tenants.setOffset(id, offsetMinutes);
    } catch (error) {
      log.warn('clock of the account not read', { tenant: id, error });
    }
  }
}
