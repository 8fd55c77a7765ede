// SPDX-License-Identifier: MIT
import type { Call } from '../calls/model.ts';

/**
 * Work that is due once for a call in a whole company: a contact, a reminder, an entry in the CRM. Done under a lease
 * with this name, so that two desktops never do it both.
 */
export type Job = `${'contact' | 'reminder' | 'journal'}:${string}`;

/** Time others wait before they take over from the one whose turn it is, milliseconds. */
export const TAKE_OVER_AFTER_MS = 20_000;

/**
 * Whose turn it is: the extension that took the call, else the default responsible's, else anybody's it rang at.
 * Answers how long this desktop waits before it asks for the lease (0: its turn), or null when it is none of its.
 */
export function dutyDelay(call: Call, extension: string, defaultResponsible: string | null): number | null {
  const taker = takerOf(call);
  if (taker !== null) return taker === extension ? 0 : involved(call, extension) ? TAKE_OVER_AFTER_MS : null;
  if (defaultResponsible === extension) return 0;
  return involved(call, extension) ? TAKE_OVER_AFTER_MS : null;
}

/** The extension that spoke with the caller last, or that dialled. */
export function takerOf(call: Call): string | null {
  const answered = call.legs.filter((leg) => leg.answeredAt !== null);
  const last = answered.toSorted((a, b) => (a.answeredAt ?? 0) - (b.answeredAt ?? 0)).at(-1);
  if (last !== undefined) return last.extension;
  return call.direction === 'out' ? (call.legs[0]?.extension ?? null) : null;
}

function involved(call: Call, extension: string): boolean {
  return call.legs.some((leg) => leg.extension === extension);
}
