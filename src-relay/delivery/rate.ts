// SPDX-License-Identifier: MIT
/** How often somebody may do something: so many a second, and so many at once after a quiet time. */
export type Rate = {
  /** False when it is too soon. */
  take(key: string): boolean;
};

type Bucket = { left: number; at: number };

/** So many are remembered before those are looked for that need not be. */
const MANY = 20_000;

/** @param now milliseconds of a clock that is never set */
export function createRate(perSecond: number, atOnce: number, now: () => number = () => performance.now()): Rate {
  const buckets = new Map<string, Bucket>();
  const refill = (bucket: Bucket): number => Math.min(atOnce, bucket.left + ((now() - bucket.at) / 1_000) * perSecond);

  let sweepAt = MANY;

  /** Full ones are as good as none. */
  const sweep = (): void => {
    for (const [key, bucket] of buckets) if (refill(bucket) >= atOnce) buckets.delete(key);
    sweepAt = Math.max(MANY, buckets.size * 2);
  };

  return {
    take(key) {
      if (buckets.size >= sweepAt) sweep();
      const bucket = buckets.get(key) ?? { left: atOnce, at: now() };
      buckets.set(key, bucket);
      bucket.left = refill(bucket);
      bucket.at = now();
      if (bucket.left < 1) return false;
      bucket.left--;
      return true;
    },
  };
}
