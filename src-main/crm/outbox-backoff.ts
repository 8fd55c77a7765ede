// SPDX-License-Identifier: MIT
import type { CrmFailure } from './api.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * After so many tries, which is a day, a reply nobody can read twice in a row is the end: a proxy or a hotel's network may
 * answer for hours in place of the CRM, and that is no fault of the entry. The network is tried without end.
 */
export const GIVE_UP_AFTER = 100;

/** Failures that are not the item's own: the whole connector rests for so long, unless it says how long itself. */
export const PAUSES: Partial<Record<CrmFailure, number>> = {
  auth: 60 * MINUTE,
  scopes: 60 * MINUTE,
  forbidden: 60 * MINUTE,
  quota: 5 * MINUTE,
  network: 5 * SECOND,
};

/** Time to the next try after so many, milliseconds: doubled each time up to a quarter of an hour, with some chance in it. */
export function backoffMs(failure: CrmFailure, tries: number, random: () => number = Math.random): number {
  const first = PAUSES[failure] ?? 5 * SECOND;
  const grown = Math.min(Math.max(first, 15 * MINUTE), first * 2 ** Math.min(tries - 1, 20));
  return Math.round(grown * (0.75 + random() / 2));
}
