// SPDX-License-Identifier: MIT
import { createByKey } from '../src-shared/by-key.ts';
import { type Arrival, type CallRecord, joinCall, NEW_CALL, readRecord, writeRecord } from './call-record.ts';
import { keyPart } from './keys.ts';
import { createLru } from './lru.ts';
import { RelayError, type RelayStore } from './store/api.ts';

/** The calls of the last day: which extensions each has met, and its events for those who come late. */
export type Calls = {
  get(tenant: string, callId: string): Promise<CallRecord>;
  /**
   * Adds an arrival: every entry it asks for is durable when this resolves. May be called again with the same one, at
   * any node.
   *
   * @throws RelayError: not all of it is kept; the same arrival again makes it whole
   */
  add(tenant: string, callId: string, arrival: Arrival): Promise<{ before: CallRecord; after: CallRecord }>;
};

const KEPT_MS = 24 * 3600 * 1000;
/**
 * Characters of events remembered at this node: some three thousand calls that are going on. More would be read from the
 * store less often, and cost the collector of garbage more than that.
 */
const REMEMBERED = 8 * 1024 * 1024;
/** Of some nodes that write the same call at once, each try lets one of them through. */
const TRIES = 100;

type Known = { readonly record: CallRecord; readonly revision: number };

/** @param remembered characters of calls held in memory, so that the next event of a call reads nothing */
export function createCalls(store: Pick<RelayStore, 'kv' | 'appendAndPut'>, remembered = REMEMBERED): Calls {
  const cache = createLru<Known>(remembered);
  /** Events of one call go one after the other at this node. */
  const inTurn = createByKey<string>();

  async function read(key: string): Promise<Known> {
    const found = await store.kv.get('calls', key);
    return found === null
      ? { record: NEW_CALL, revision: 0 }
      : { record: readRecord(found.value), revision: found.revision };
  }

  /**
   * The log first, the record after it: whatever a record says is in the log. After a failure in between, the same
   * event does both again, and the log passes over what it has.
   */
  async function add(tenant: string, key: string, arrival: Arrival) {
    for (let tries = 0; tries < TRIES; tries++) {
      const known = cache.get(key) ?? (await read(key));
      const before = known.record;
      const { after, entries } = joinCall(before, arrival);
      if (after === before) return { before, after };
      const value = writeRecord(after);
      const revision = await store.appendAndPut(
        entries.map(({ audience, event }) => ({ tenant, audience, ...event })),
        { bucket: 'calls', key, value, revision: known.revision, ttlMs: KEPT_MS },
      );
      if (revision === 0) {
        cache.delete(key); // another node was quicker
        continue;
      }
      // After its end hardly anything comes: what does, is read.
      if (arrival.isOver) cache.delete(key);
      else cache.set(key, { record: after, revision }, value.length);
      if (!after.owed) return { before, after };
    }
    throw new RelayError('relay.unavailable');
  }

  return {
    async get(tenant, callId) {
      const key = keyOf(tenant, callId);
      return (cache.get(key) ?? (await read(key))).record;
    },
    add(tenant, callId, arrival) {
      const key = keyOf(tenant, callId);
      return inTurn(key, () => add(tenant, key, arrival));
    },
  };
}

function keyOf(tenant: string, callId: string): string {
  return `${tenant}/${keyPart(callId)}`;
}
