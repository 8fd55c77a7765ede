// SPDX-License-Identifier: MIT
export type Lru<V> = {
  /** Also makes it the one used last. */
  get(key: string): V | undefined;
  set(key: string, value: V, size: number): void;
  delete(key: string): void;
};

/** Remembers values up to a sum of sizes; the one not used for longest goes first. */
export function createLru<V>(most: number): Lru<V> {
  const entries = new Map<string, { value: V; size: number }>();
  let sum = 0;
  const remove = (key: string): void => {
    sum -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, size) {
      remove(key);
      entries.set(key, { value, size });
      sum += size;
      // Not even begun below the limit: it would pass over everything deleted since the map was last made anew.
      if (sum <= most) return;
      for (const oldest of entries.keys()) {
        if (sum <= most) break;
        remove(oldest);
      }
    },
    delete: remove,
  };
}
