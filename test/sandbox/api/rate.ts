// SPDX-License-Identifier: MIT
import type { Limits } from './types.ts';

export type Budget = { readonly allowed: boolean; readonly headers: Readonly<Record<string, string>> };

/** A sliding window for each kind of method. Refused requests do not count. */
export class RateLimiter {
  readonly #limits: Limits;
  readonly #taken: Record<'general' | 'statistics', number[]> = { general: [], statistics: [] };

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Header words beyond Limit, Remaining and Reset are not known for sure (section 1.5). */
  take(kind: 'general' | 'statistics', now = Date.now()): Budget {
    const recent = this.#taken[kind].filter((at) => at > now - this.#limits.windowMs);
    const limit = this.#limits[kind];
    const allowed = recent.length < limit;
    if (allowed) recent.push(now);
    this.#taken[kind] = recent;
    const reset = Math.ceil(((recent[0] ?? now) + this.#limits.windowMs) / 1000);
    return {
      allowed,
      headers: {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(limit - recent.length),
        'x-ratelimit-reset': String(reset),
      },
    };
  }
}
