// SPDX-License-Identifier: MIT
const LONGEST_MS = 24 * 60 * 60_000;

/** Milliseconds that a Retry-After header asks for (seconds or a date, RFC 9110), at most a day; null without one. */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_MS);
}
