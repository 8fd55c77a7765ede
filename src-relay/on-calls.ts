// SPDX-License-Identifier: MIT
import type { RelayEvent } from '../src-shared/relay/protocol.ts';
import { readNamed } from './audience.ts';
import { createLru } from './lru.ts';
import { EVERYTHING, type EventLog } from './store/api.ts';

/** Which extensions are on a call, as the events of all nodes tell it. */
export type OnCalls = {
  isBusy(tenant: string, extension: string): Promise<boolean>;
  busy(tenant: string): Promise<ReadonlySet<string>>;
  close(): void;
};

/** A call whose end never came is given up. Milliseconds. */
const LONGEST_CALL_MS = 4 * 3600_000;
/** So many ended calls are known, for an ANSWER that was overtaken by its END. */
const ENDED = 10_000;
/** So far back the log is read when a tenant is first asked about: calls that began before this node did. */
const BACKWARDS = 2_000;

/** Only these can change a line; everything else is not even parsed. */
const TELLING = /^\{"kind":"notification".*NOTIFY_(ANSWER|END|OUT_START|OUT_END)\b/is;

type Live = { readonly tenant: string; readonly since: number; readonly extensions: Set<string> };

/**
 * Follows the log rather than the intake of this node: what another node took in counts too. Nothing is stored, since
 * all of it follows from the log.
 *
 * @param now UTC ms
 */
export function createOnCalls(log: EventLog, now: () => number = Date.now): OnCalls {
  /** In order of their first event. */
  const live = new Map<string, Live>();
  /** Number of live calls of an extension. */
  const counts = new Map<string, Map<string, number>>();
  const ended = createLru<true>(ENDED);
  const readBack = new Map<string, Promise<void>>();

  const count = (tenant: string, extension: string, by: 1 | -1): void => {
    const ofTenant = counts.get(tenant) ?? new Map<string, number>();
    counts.set(tenant, ofTenant);
    const calls = (ofTenant.get(extension) ?? 0) + by;
    if (calls > 0) ofTenant.set(extension, calls);
    else ofTenant.delete(extension);
  };

  const end = (key: string): void => {
    const call = live.get(key);
    live.delete(key);
    for (const extension of call?.extensions ?? []) count(call?.tenant ?? '', extension, -1);
  };

  const forgetOld = (): void => {
    for (const [key, { since }] of live) {
      if (since + LONGEST_CALL_MS > now()) break;
      end(key);
    }
  };

  const take = (tenant: string, body: string): void => {
    if (!TELLING.test(body)) return;
    const event = JSON.parse(body) as Extract<RelayEvent, { kind: 'notification' }>;
    const { callId, extensions, lines } = readNamed(event, event.receivedAt);
    if (callId === null || lines === null) return;
    const key = `${tenant}/${callId}`;
    if (lines === 'free') {
      ended.set(key, true, 1);
      end(key);
      return;
    }
    if (ended.get(key) || event.receivedAt + LONGEST_CALL_MS <= now()) return;
    const call = live.get(key) ?? { tenant, since: event.receivedAt, extensions: new Set() };
    live.set(key, call);
    for (const extension of extensions) {
      if (call.extensions.has(extension)) continue;
      call.extensions.add(extension);
      count(tenant, extension, 1);
    }
    forgetOld();
  };

  const unfollow = log.follow(({ tenant, audience, body }) => {
    if (audience === EVERYTHING) take(tenant, body);
  });

  /** Once for each tenant; again at the next question when the log could not be read. */
  function known(tenant: string): Promise<void> {
    const before = readBack.get(tenant);
    if (before) return before;
    const reading = (async () => {
      const { newest } = await log.bounds(tenant);
      const entries = await log.read(tenant, EVERYTHING, Math.max(0, newest - BACKWARDS), BACKWARDS);
      for (const { body } of entries) take(tenant, body);
    })().catch(() => void readBack.delete(tenant));
    readBack.set(tenant, reading);
    return reading;
  }

  const busy = async (tenant: string): Promise<ReadonlySet<string>> => {
    await known(tenant);
    forgetOld();
    return new Set(counts.get(tenant)?.keys());
  };

  return {
    async isBusy(tenant, extension) {
      await known(tenant);
      forgetOld();
      return counts.get(tenant)?.has(extension) ?? false;
    },
    busy,
    close: unfollow,
  };
}
