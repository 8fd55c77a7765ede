// SPDX-License-Identifier: MIT
/** Stand-ins for tests of a relay's parts: a store that is slow in any order, or fails at any step; a silent log. */

import type { RelayLog } from '../src-relay/log.ts';
import type { RelayStore } from '../src-relay/store/api.ts';

export const silentRelayLog: RelayLog = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * One node's view of a store that others use too: `step` runs before and after each operation. When it rejects before,
 * nothing was done; after, it was done and the node does not know.
 */
export function throughSteps({ kv, log, close }: RelayStore, step: () => Promise<void>): RelayStore {
  const stepped =
    <A extends readonly unknown[], R>(operation: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await step();
      const result = await operation(...args);
      await step();
      return result;
    };
  const append = stepped(log.append);
  const put = stepped(kv.put);
  return {
    async appendAndPut(entries, { bucket, key, value, revision, ttlMs }) {
      await append(entries);
      return put(bucket, key, value, revision, ttlMs);
    },
    log: {
      append,
      read: stepped(log.read),
      bounds: stepped(log.bounds),
      follow: log.follow,
      prune: stepped(log.prune),
    },
    kv: {
      get: stepped(kv.get),
      put,
      putMany: stepped(kv.putMany),
      remove: stepped(kv.remove),
      removeAll: stepped(kv.removeAll),
      list: stepped(kv.list),
    },
    close,
  };
}
