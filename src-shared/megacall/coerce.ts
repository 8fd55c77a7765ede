// SPDX-License-Identifier: MIT
/**
 * One set of tolerant readers for what the PBX sends: the same field is a number, a text or a boolean depending on
 * the method and the day (megacall-api.md, traps 10 and 11). None of them throws.
 */

/** true, "true", "1", 1, "on", "yes" and their opposites; null for anything else. */
export function toBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  const text = toText(value).toLowerCase();
  if (['true', '1', 'on', 'yes'].includes(text)) return true;
  if (['false', '0', 'off', 'no'].includes(text)) return false;
  return null;
}

/** Text or number as trimmed text; '' for everything else. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** A finite number from a number or a plain decimal text; null for everything else. */
export function toNumber(value: unknown): number | null {
  const text = toText(value);
  return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** Whole seconds, never negative; 0 for everything else. */
export function toSeconds(value: unknown): number {
  return Math.max(0, Math.trunc(toNumber(value) ?? 0));
}

/** An identifier as text: printable, without spaces, at most 200 characters; null otherwise, and for '' and '0'. */
export function toId(value: unknown): string | null {
  const text = toText(value);
  return /^[\x21-\x7e]{1,200}$/.test(text) && text !== '0' ? text : null;
}

/** Own enumerable fields of a plain object; an empty object for anything else. */
export function toFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The elements of an array; an empty one for anything else. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A Q.850 cause, 1 to 127; null otherwise. */
export function toCause(value: unknown): number | null {
  const cause = toNumber(value);
  return cause !== null && Number.isInteger(cause) && cause >= 1 && cause <= 127 ? cause : null;
}
