// SPDX-License-Identifier: MIT
import { RelayError } from './store/api.ts';

export type Lookup<V> = {
  get(key: string): Promise<V>;
  /** Forgets everything: something was written. */
  clear(): void;
};

/** So long a value counts as fresh; twice as long it is still given while a new one is fetched. */
export const FRESH_MS = 5_000;
/** So long an old value is given while the store cannot be reached. */
export const STALE_MS = 10 * 60_000;
const MOST = 20_000;

/**
 * Remembers what the store said for a few seconds, so that a thousand events a second do not ask a thousand times, and
 * a change at another node is seen soon. Nobody waits for a value that is a little old, and many who ask at once make
 * one question.
 *
 * @param now milliseconds of a clock that is never set, such as `performance.now`
 */
export function createLookup<V>(load: (key: string) => Promise<V>, now: () => number): Lookup<V> {
  const known = new Map<string, { value: V; at: number }>();
  const asked = new Map<string, Promise<V>>();

  const refresh = (key: string): Promise<V> => {
    const running = asked.get(key);
    if (running) return running;
    const question = load(key)
      .then((value) => {
        if (asked.get(key) !== question) return value; // cleared meanwhile: it may be old
        known.delete(key);
        known.set(key, { value, at: now() });
        const oldest = known.size > MOST ? known.keys().next().value : undefined;
        if (oldest !== undefined) known.delete(oldest);
        return value;
      })
      .finally(() => {
        if (asked.get(key) === question) asked.delete(key);
      });
    asked.set(key, question);
    return question;
  };

  return {
    async get(key) {
      const entry = known.get(key);
      const age = entry === undefined ? Number.POSITIVE_INFINITY : now() - entry.at;
      if (entry !== undefined && age < FRESH_MS) return entry.value;
      const fresh = refresh(key);
      if (entry === undefined) return fresh;
      const orOld = fresh.catch((error: unknown) => {
        if (error instanceof RelayError && age < STALE_MS) return entry.value;
        throw error;
      });
      if (age >= 2 * FRESH_MS) return orOld;
      orOld.catch(() => {}); // the next one will meet it again
      return entry.value;
    },
    clear() {
      known.clear();
      asked.clear();
    },
  };
}
