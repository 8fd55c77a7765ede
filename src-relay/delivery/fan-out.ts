// SPDX-License-Identifier: MIT
import type { Audience, LoggedEntry } from '../store/api.ts';

/** Who is to hear of an entry: found by its tenant and audience, so that an event costs its recipients and no more. */
export type FanOut<T> = {
  add(tenant: string, audience: Audience, item: T): void;
  remove(tenant: string, audience: Audience, item: T): void;
  recipients(entry: Pick<LoggedEntry, 'tenant' | 'audience'>): ReadonlySet<T>;
  ofTenant(tenant: string): readonly T[];
};

export function createFanOut<T>(): FanOut<T> {
  const tenants = new Map<string, Map<Audience, Set<T>>>();
  const nobody: ReadonlySet<T> = new Set();
  return {
    add(tenant, audience, item) {
      const audiences = tenants.get(tenant) ?? new Map<Audience, Set<T>>();
      tenants.set(tenant, audiences);
      audiences.set(audience, (audiences.get(audience) ?? new Set<T>()).add(item));
    },
    remove(tenant, audience, item) {
      const audiences = tenants.get(tenant);
      const items = audiences?.get(audience);
      items?.delete(item);
      if (items?.size === 0) audiences?.delete(audience);
      if (audiences?.size === 0) tenants.delete(tenant);
    },
    recipients: ({ tenant, audience }) => tenants.get(tenant)?.get(audience) ?? nobody,
    ofTenant: (tenant) => [...(tenants.get(tenant)?.values() ?? [])].flatMap((items) => [...items]),
  };
}
