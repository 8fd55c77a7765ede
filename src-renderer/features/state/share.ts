// SPDX-License-Identifier: MIT
/**
 * Gives back the parts of `previous` that are equal to those of `next`, so that a selector sees a new object only where
 * something changed. Main pushes the whole state each time, and a clone has no old identities. Plain data only.
 */
export function share<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) {
    const items = next.map((item, index) => share(previous[index], item));
    return (items.length === previous.length && items.every((item, index) => item === previous[index])
      ? previous
      : items) as unknown as T;
  }
  if (isRecord(previous) && isRecord(next)) {
    const keys = Object.keys(next);
    let same = keys.length === Object.keys(previous).length;
    const merged: Record<string, unknown> = {};
    for (const key of keys) {
      merged[key] = share(previous[key], next[key]);
      same &&= Object.hasOwn(previous, key) && merged[key] === previous[key];
    }
    return (same ? previous : merged) as T;
  }
  return next;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
