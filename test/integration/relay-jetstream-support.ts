// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Entry, LoggedEntry, RelayStore } from '../../src-relay/store/api.ts';

export const DAY_MS = 24 * 3600_000;
export const UNAVAILABLE = { code: 'relay.unavailable' };

/** A caller that repeats what was refused, as the PBX does. */
export async function appendUntilKept(store: RelayStore, entries: readonly Entry[]): Promise<void> {
  for (;;) {
    try {
      return await store.log.append(entries);
    } catch (error) {
      expect(error).toMatchObject(UNAVAILABLE);
      await sleep(20);
    }
  }
}

/** What a store tells its followers of one tenant. */
export function hearing(store: RelayStore, tenant: string): LoggedEntry[] {
  const heard: LoggedEntry[] = [];
  store.log.follow((logged) => {
    if (logged.tenant === tenant) heard.push(logged);
  });
  return heard;
}
