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
    const entries = Object.entries(next).map(([key, value]) => [key, share(own(previous, key), value)] as const);
    const same =
      entries.length === Object.keys(previous).length &&
      entries.every(([key, value]) => Object.hasOwn(previous, key) && value === previous[key]);
    return (same ? previous : Object.fromEntries(entries)) as T;
  }
  return next;
}

/** Inherited members (`__proto__`, `toString`) are nobody's data. */
function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
