// SPDX-License-Identifier: MIT
/** A moment with the wall clock it is written in; a length of time. Everything else is what JSON has. */
export type Moment = { readonly kind: 'moment'; readonly at: number; readonly offsetMs: number };
export type Span = { readonly kind: 'span'; readonly ms: number };
export type Value = string | number | boolean | null | Moment | Span;

export function moment(at: number | null, offsetMs = 0): Moment | null {
  return at === null ? null : { kind: 'moment', at, offsetMs };
}

export function span(ms: number): Span {
  return { kind: 'span', ms };
}

/** A value as templates see it: booleans are `True` and `False`, nothing at all is ''. */
export function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return String(value);
  if (value.kind === 'span') return clock(value.ms);
  return new Date(value.at + value.offsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** What a reply holds, as a value: objects and lists are ''. */
export function fromJson(json: unknown): Value {
  return typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null;
}

export function isTrue(value: Value): boolean {
  return value === true || textOf(value).trim().toLowerCase() === 'true';
}

/** A number, or the number a text reads as; null for anything else. */
export function numberOf(value: Value): number | null {
  const text = textOf(value).trim();
  return /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** `hh:mm:ss`, hours without end. */
function clock(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${ms < 0 ? '-' : ''}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
}
