// SPDX-License-Identifier: MIT
import type { Kv } from './store/api.ts';

/** A time in which no node could take events: UTC ms. */
export type Gap = { readonly from: number; readonly to: number };

/**
 * When the relay, all its nodes together, was down or had no store: the PBX may have told of calls in vain then, and
 * desktops fetch those from the statistics. Known from a sign of life that any node renews.
 */
export type Downtime = {
  /** Renews the sign of life; a long silence before it is noted as a gap. Rejects while the store is away. */
  tick(): Promise<void>;
  /** As of the last tick, oldest first. */
  gaps(): readonly Gap[];
};

export const TICK_MS = 30_000;
/** Two signs may be missed. */
const SILENCE_MS = 3 * TICK_MS;
const KEY = '_alive';
const MOST_GAPS = 50;

type Alive = { readonly at: number; readonly gaps: readonly Gap[] };

export function createDowntime(kv: Kv, retentionMs: number, now: () => number): Downtime {
  let gaps: readonly Gap[] = [];
  return {
    async tick() {
      const found = await kv.get('settings', KEY);
      const before = found === null ? null : (JSON.parse(found.value) as Alive);
      const at = now();
      const silent = before !== null && at - before.at > SILENCE_MS ? [{ from: before.at, to: at }] : [];
      const known = (before?.gaps ?? []).filter(({ to }) => to > at - retentionMs);
      const next: Alive = { at, gaps: [...known, ...silent].slice(-MOST_GAPS) };
      // Another node was quicker: its word is read at the next tick.
      const isWritten = (await kv.put('settings', KEY, JSON.stringify(next), found?.revision ?? 0)) !== 0;
      gaps = isWritten ? next.gaps : known;
    },
    gaps: () => gaps,
  };
}
