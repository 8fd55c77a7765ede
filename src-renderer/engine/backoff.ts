// SPDX-License-Identifier: MIT
/** Milliseconds to wait before trying again. `random` is in [0, 1) and spreads many desktops over time. */

const QUICK_MS = 20;
const QUICK_SPREAD_MS = 200;
const FIRST_MS = 500;
/**
 * So many tries, about thirteen seconds of them, stay close together: a server that restarts is back by then, and the
 * agent reachable within two seconds of it.
 */
const NEAR_TRIES = 14;
const NEAR_CAP_MS = 1_000;
const CAP_MS = 30_000;
/** Tries into silence last five seconds each and reach nobody, so they need no pause for two minutes. */
const SILENT_TRIES = 24;
const SILENT_SPREAD_MS = 250;
const REFUSED_FIRST_MS = 60_000;
const REFUSED_CAP_MS = 600_000;

function jitter(ms: number, random: number): number {
  return Math.round(ms * (0.75 + random / 2));
}

/**
 * After a lost or refused socket, or a server error: the first try at once, then 0.5, 1, 1 … s, after fourteen of them
 * 2, 4, 8, 16, 30 s, each ±25 %.
 */
export function retryDelay(attempt: number, random: number): number {
  if (attempt <= 0) return QUICK_MS + Math.round(random * QUICK_SPREAD_MS);
  const near = Math.min(NEAR_CAP_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20));
  const far = NEAR_CAP_MS * 2 ** Math.min(attempt - NEAR_TRIES, 20);
  return jitter(attempt <= NEAR_TRIES ? near : Math.min(CAP_MS, far), random);
}

/** After a connection that nobody answered: the path is cut, and no server is spared by waiting. */
export function silentDelay(attempt: number, random: number): number {
  if (attempt <= SILENT_TRIES) return Math.round(random * SILENT_SPREAD_MS);
  return retryDelay(NEAR_TRIES + attempt - SILENT_TRIES, random);
}

/** After a refused login: slow, because a PBX that sees wrong passwords in a row bans the address. */
export function refusedDelay(attempt: number, random: number): number {
  return jitter(Math.min(REFUSED_CAP_MS, REFUSED_FIRST_MS * 2 ** Math.min(Math.max(attempt, 0), 20)), random);
}
