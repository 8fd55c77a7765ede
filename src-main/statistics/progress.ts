// SPDX-License-Identifier: MIT
import type { StoreApi } from '../store/api.ts';
import type { CallType } from './pages.ts';

export const CALL_TYPES: readonly CallType[] = ['in', 'out'];

/** A time whose rows are still to be fetched, UTC ms. */
export type Gap = { readonly from: number; readonly to: number };

type Way = { until: number | null; gap: Gap | null };

/** How far the statistics of one account have been read, as the store keeps it. */
export type Progress = {
  /** All that had ended by then is told, unless it lies in the gap; null before the first time. UTC ms. */
  until(type: CallType): number | null;
  gap(type: CallType): Gap | null;
  /** When this account's history was filled here first, UTC ms: what was missed before is no news. */
  readonly since: number;
  reached(type: CallType, until: number): Promise<void>;
  /** One more time to be fetched. Two become one that has both and what lies between. */
  missing(type: CallType, gap: Gap): Promise<void>;
  /** Of this gap all before `until` is told. Nothing happens to another one that took its place. */
  filled(type: CallType, gap: Gap, until: number): Promise<void>;
};

/** @param account so that another account, or another extension, begins anew */
export async function loadProgress(cursors: StoreApi['cursors'], account: string, now: number): Promise<Progress> {
  const name = (type: CallType, part: string): string => `statistics.${account}.${type}.${part}`;
  const ways = new Map<CallType, Way>();
  for (const type of CALL_TYPES) {
    const [until, from, to] = await Promise.all(['until', 'from', 'to'].map((part) => cursors.get(name(type, part))));
    ways.set(type, { until: until ?? null, gap: from == null || to == null ? null : { from, to } });
  }
  const sinceName = `statistics.${account}.since`;
  const known = await cursors.get(sinceName);
  if (known === null) await cursors.save({ [sinceName]: now });

  const of = (type: CallType): Way => ways.get(type) ?? { until: null, gap: null };
  const keepGap = async (type: CallType, gap: Gap | null): Promise<void> => {
    await cursors.save({ [name(type, 'from')]: gap?.from ?? null, [name(type, 'to')]: gap?.to ?? null });
  };
  return {
    until: (type) => of(type).until,
    gap: (type) => of(type).gap,
    since: known ?? now,
    async reached(type, until) {
      of(type).until = until;
      await cursors.save({ [name(type, 'until')]: until });
    },
    async missing(type, { from, to }) {
      const way = of(type);
      way.gap = { from: Math.min(from, way.gap?.from ?? from), to: Math.max(to, way.gap?.to ?? to) };
      await keepGap(type, way.gap);
    },
    async filled(type, gap, until) {
      const way = of(type);
      if (way.gap?.from !== gap.from || way.gap.to !== gap.to) return;
      way.gap = until >= gap.to ? null : { from: until, to: gap.to };
      await keepGap(type, way.gap);
    },
  };
}

const WAITING = { from: 'statistics.waiting.from', to: 'statistics.waiting.to' } as const;

/** A time that is missing while there is no account to fetch it for: it is the next one's. Two become one, as above. */
export async function missingLater(cursors: StoreApi['cursors'], { from, to }: Gap): Promise<void> {
  const known = await waiting(cursors);
  await cursors.save({
    ...{ [WAITING.from]: Math.min(from, known?.from ?? from), [WAITING.to]: Math.max(to, known?.to ?? to) },
  });
}

/** There is an account now: what has waited for it is its own, and kept there before it is forgotten here. */
export async function takeUpMissing(cursors: StoreApi['cursors'], progress: Progress): Promise<void> {
  const gap = await waiting(cursors);
  if (gap === null) return;
  for (const type of CALL_TYPES) await progress.missing(type, gap);
  await cursors.save({ [WAITING.from]: null, [WAITING.to]: null });
}

async function waiting(cursors: StoreApi['cursors']): Promise<Gap | null> {
  const [from, to] = [await cursors.get(WAITING.from), await cursors.get(WAITING.to)];
  return from === null || to === null ? null : { from, to };
}
