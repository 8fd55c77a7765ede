// SPDX-License-Identifier: MIT
import type { CrmRecord } from '../../../../src-shared/crm/model.ts';

const KEPT_MS = 60 * 60_000;
const MOST = 200;

/** Records we made ourselves within the last hour: the search index has them only after a while. */
export type Recent = {
  add(key: string, record: CrmRecord): void;
  /** The record made with this idempotency key. */
  byKey(key: string): CrmRecord | null;
  all(): readonly CrmRecord[];
};

export function createRecent(now: () => number): Recent {
  const kept = new Map<string, { readonly at: number; readonly record: CrmRecord }>();
  const fresh = () => [...kept].filter(([, { at }]) => now() - at < KEPT_MS);
  return {
    add(key, record) {
      kept.set(key, { at: now(), record });
      for (const [old] of [...kept].slice(0, Math.max(0, kept.size - MOST))) kept.delete(old);
    },
    byKey: (key) => fresh().find(([one]) => one === key)?.[1].record ?? null,
    all: () => fresh().map(([, { record }]) => record),
  };
}
