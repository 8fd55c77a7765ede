// SPDX-License-Identifier: MIT
/** Milliseconds to wait before trying again. `random` is in [0, 1) and spreads many desktops over time. */

const QUICK_MS = 100;
const FIRST_MS = 1_000;
const CAP_MS = 30_000;
const REFUSED_FIRST_MS = 60_000;
const REFUSED_CAP_MS = 600_000;

function jitter(ms: number, random: number): number {
  return Math.round(ms * (0.75 + random / 2));
}

/** After a lost or unopened socket, or a server error: the first try at once, then 1, 2, 4 … 30 s, each ±25 %. */
export function retryDelay(attempt: number, random: number): number {
  if (attempt <= 0) return QUICK_MS + Math.round(random * 300);
  return jitter(Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20)), random);
}

/** After a refused login: slow, because a PBX that sees wrong passwords in a row bans the address. */
export function refusedDelay(attempt: number, random: number): number {
  return jitter(Math.min(REFUSED_CAP_MS, REFUSED_FIRST_MS * 2 ** Math.min(Math.max(attempt, 0), 20)), random);
}
