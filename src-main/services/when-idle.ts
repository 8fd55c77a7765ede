// SPDX-License-Identifier: MIT
import type { Hub } from './hub.ts';

/** Runs it at once when there is no call, else when the last one is over. */
export function whenIdle(hub: Hub, run: () => void): void {
  if (hub.get().calls.length === 0) {
    run();
    return;
  }
  const stop = hub.subscribe(({ calls }) => {
    if (calls.length > 0) return;
    stop();
    run();
  });
}
