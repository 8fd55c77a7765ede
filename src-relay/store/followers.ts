// SPDX-License-Identifier: MIT
import type { IngressLog } from '../ingress.ts';
import type { LoggedEntry } from './api.ts';

export type Followers = {
  add(listener: (entry: LoggedEntry) => void): () => void;
  tell(entry: LoggedEntry): void;
};

/** Those who hear of every entry. One that throws is logged and keeps nobody else from hearing. */
export function createFollowers(log: Pick<IngressLog, 'error'>): Followers {
  const listeners = new Set<{ readonly listener: (entry: LoggedEntry) => void }>();
  return {
    add(listener) {
      const own = { listener };
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell(entry) {
      for (const { listener } of listeners) {
        try {
          listener(entry);
        } catch (error) {
          log.error('a follower of the log failed', { error });
        }
      }
    },
  };
}
