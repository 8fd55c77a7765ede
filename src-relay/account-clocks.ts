// SPDX-License-Identifier: MIT
import type { RelayLog } from './log.ts';
import type { Tenants } from './parts.ts';
import type { Pbx } from './pbx.ts';

export type ClockOptions = {
  readonly tenants: Pick<Tenants, 'ids' | 'get'>;
  readonly pbx: Pick<Pbx, 'syncClock'>;
  readonly log: Pick<RelayLog, 'warn'>;
};

/**
 * Asks the PBX for the wall clock of every account that has keys: notifications tell local time, and summer time comes
 * and goes. One that does not answer keeps what was known.
 */
export async function readAccountClocks({ tenants, pbx, log }: ClockOptions): Promise<void> {
  for (const id of await tenants.ids()) {
    try {
      const tenant = await tenants.get(id);
      if (tenant !== null && tenant.apiKey !== '') await pbx.syncClock(id);
    } catch (error) {
      log.warn('clock of the account not read', { tenant: id, error });
    }
  }
}
