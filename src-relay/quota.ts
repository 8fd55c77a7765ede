// SPDX-License-Identifier: MIT
import { WireFailure } from './parts.ts';

/** How often one device may ask for one thing. */
export type Quota = {
  /** @throws WireFailure `api.rate-limited` with the seconds until it may ask again */
  take(device: string): void;
};

/**
 * So many in any stretch of `windowMs`, for each device.
 *
 * @param now milliseconds of a clock that is never set
 */
export function createQuota(most: number, windowMs: number, now: () => number): Quota {
  const taken = new Map<string, readonly number[]>();
  let tidyAt = now() + windowMs;

  const tidy = (at: number): void => {
    tidyAt = at + windowMs;
    for (const [device, times] of taken) if ((times.at(-1) ?? 0) <= at - windowMs) taken.delete(device);
  };

  return {
    take(device) {
      const at = now();
      if (at >= tidyAt) tidy(at);
      const recent = (taken.get(device) ?? []).filter((time) => time > at - windowMs);
      const oldest = recent[0];
      if (oldest !== undefined && recent.length >= most) {
        const seconds = Math.ceil((oldest + windowMs - at) / 1000);
        throw new WireFailure('api.rate-limited', 'too many requests of this device', { seconds });
      }
      taken.set(device, [...recent, at]);
    },
  };
}
