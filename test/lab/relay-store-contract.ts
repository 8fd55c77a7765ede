// SPDX-License-Identifier: MIT
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { entry, newTenant, texts } from './relay-store-entries.ts';
import { kvContract } from './relay-store-kv-contract.ts';
import { logContract } from './relay-store-log-contract.ts';

/** A place where entries and keys are kept, opened as often as a test likes. */
export type StorePlace = {
  /** `now` is the clock for everything that expires, UTC ms. */
  open(now?: () => number): Promise<RelayStore>;
  remove(): Promise<void>;
};

/** What every RelayStore must do (src-relay/store/api.ts). */
export function relayStoreContract(makePlace: () => Promise<StorePlace>): void {
  let place: StorePlace;
  let store: RelayStore;
  let clock = Date.now();
  beforeAll(async () => {
    place = await makePlace();
    store = await place.open(() => clock);
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  describe('the log', () => logContract(() => store));
  describe('the table of keys', () =>
    kvContract(
      () => store,
      (ms) => {
        clock += ms;
      },
    ));

  it('has everything again after it was closed, goes on above, and takes nothing while closed', async () => {
    const tenant = newTenant();
    const own = await makePlace();
    const before = await own.open(() => clock);
    await before.log.append([entry(tenant, '101', 'a'), entry(tenant, '*', 'a')]);
    const revision = await before.kv.put('settings', tenant, 'kept', 0);
    const bounds = await before.log.bounds(tenant);
    await before.close();
    await expect(before.log.append([entry(tenant, '101', 'b')])).rejects.toMatchObject({ code: 'relay.unavailable' });
    await expect(before.kv.put('settings', tenant, 'x', null)).rejects.toMatchObject({ code: 'relay.unavailable' });
    await expect(before.kv.get('settings', tenant)).rejects.toMatchObject({ code: 'relay.unavailable' });
    await expect(before.log.read(tenant, '101', 0, 1)).rejects.toMatchObject({ code: 'relay.unavailable' });
    await before.close();

    const again = await own.open(() => clock);
    expect(await again.kv.get('settings', tenant)).toEqual({ value: 'kept', revision });
    expect(await again.log.bounds(tenant)).toEqual(bounds);
    await again.log.append([entry(tenant, '101', 'a'), entry(tenant, '101', 'b')]);
    const read = await again.log.read(tenant, '101', 0, 10);
    expect(texts(read)).toEqual(['a', 'b']);
    expect(read[1]?.seq).toBeGreaterThan(bounds.newest);
    expect(await again.kv.put('settings', tenant, 'next', revision)).toBeGreaterThan(revision);
    await again.close();
    await own.remove();
  });

  it('writes nothing for nothing', async () => {
    const bounds = await store.log.bounds('nobody');
    await store.log.append([]);
    expect(await store.log.bounds('nobody')).toEqual(bounds);
    expect(await store.kv.list('reminders', 'nobody/', null, 10)).toEqual([]);
  });
}
