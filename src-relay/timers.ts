// SPDX-License-Identifier: MIT
import { readAccountClocks } from './account-clocks.ts';
import type { RelayConfig } from './config.ts';
import { TICK_MS } from './downtime.ts';
import type { RelayLog } from './log.ts';
import type { RelayParts } from './relay-parts.ts';
import type { RelayStore } from './store/api.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * What a relay does by itself every hour, and once at its start: drops what is older than the retention, reads the
 * accounts' clocks; and every half minute: a sign of life. Resolves, when stopped, once what is under way has ended.
 */
export function startTimers(
  config: Pick<RelayConfig, 'retentionDays'>,
  store: Pick<RelayStore, 'log'>,
  parts: Pick<RelayParts, 'tenants' | 'pbx' | 'downtime'>,
  log: RelayLog,
  now: () => number = Date.now,
): () => Promise<void> {
  const warn = (what: string) => (error: unknown) => log.warn(what, { error });
  const run = async (): Promise<void> => {
    await Promise.all([
      store.log.prune(now() - config.retentionDays * DAY_MS).catch(warn('old events not dropped')),
      readAccountClocks({ ...parts, log }).catch(warn('clocks of the accounts not read')),
    ]);
  };
  const tick = async (): Promise<void> => {
    await parts.downtime.tick().catch(warn('no sign of life written'));
  };
  let running: Promise<unknown> = Promise.all([run(), tick()]);
  const alive = setInterval(() => {
    running = running.then(tick);
  }, TICK_MS);
  alive.unref();
  const timer = setInterval(() => {
    running = running.then(run);
  }, HOUR_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    clearInterval(alive);
    await Promise.race([running, patience()]);
  };
}

/** The PBX may take its time to tell a clock; nobody waits for that at the end. */
function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500).unref());
}
