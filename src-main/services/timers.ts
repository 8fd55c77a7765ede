// SPDX-License-Identifier: MIT
import type { Log } from '../log.ts';
import type { Shell } from '../shell/api.ts';
import type { Account } from './account.ts';
import type { Hub } from './hub.ts';

const CLOCK_EVERY_MS = 60 * 60_000;
const CLOCK_RETRY_MS = 60_000;
const HEARTBEAT_MS = 20_000;

/** Reads the account's offset at the start, each hour and after sleep; each minute until it was read once. */
export function keepClock(parts: { account: Account; hub: Hub; shell: Pick<Shell, 'on'>; log: Log }): void {
  const { account, hub, shell, log } = parts;
  let timer: NodeJS.Timeout;
  const sync = async (): Promise<void> => {
    clearTimeout(timer);
    let next = CLOCK_RETRY_MS;
    try {
      if (hub.get().stage === 'ready') {
        await account.syncClock();
        next = CLOCK_EVERY_MS;
      }
    } catch (error) {
      log.warn('account clock not read', { error });
    }
    timer = setTimeout(() => void sync(), next);
    timer.unref();
  };
  void sync();
  shell.on('resume', () => void sync());
}

/** While a call lives, writes down that we do, so that a call cut off by a crash is not reckoned to the next start. */
export function keepHeartbeat(hub: Hub, save: (aliveAt: number) => Promise<void>, now: () => number): void {
  setInterval(() => {
    // A store that cannot write has told so by its calls.
    if (hub.get().calls.length > 0) save(now()).catch(() => undefined);
  }, HEARTBEAT_MS).unref();
}
