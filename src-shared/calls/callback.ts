// SPDX-License-Identifier: MIT
import type { SipEvent } from './events.ts';
import type { Direction } from './model.ts';
import { digitsOf, sameNumber } from './same-number.ts';

/** A callback that was asked for: the PBX calls my phone, and `number` once I answer. Times are UTC milliseconds. */
export type AskedCallback = { readonly number: string; readonly askedAt: number; readonly until: number };

/** The PBX's call to my phone comes within this after it was asked for, in milliseconds. */
export const CALLBACK_WINDOW = 60_000;
/** The engine's clock may be a little behind ours. */
const CLOCK_SLACK = 1_000;

/**
 * The callback that an incoming session is the first leg of, or null. The PBX gives no call id (trap 16), and shows
 * as the caller the number that will be called, one of our own, or none (trap 18): the number itself counts most,
 * else the callback that waits longest.
 *
 * @param own extension, SIP login and numbers of the account
 */
export function callbackFor(
  session: Pick<SipEvent, 'direction' | 'number' | 'startedAt'>,
  asked: readonly AskedCallback[],
  own: readonly string[],
): AskedCallback | null {
  if (session.direction !== 'in') return null;
  const inTime = asked
    .filter(({ askedAt, until }) => session.startedAt >= askedAt - CLOCK_SLACK && session.startedAt <= until)
    .sort((a, b) => a.askedAt - b.askedAt);
  const named = inTime.find(({ number }) => sameNumber(number, session.number));
  if (named !== undefined) return named;
  const tellsNothing = digitsOf(session.number) === '' || own.some((number) => sameNumber(number, session.number));
  return tellsNothing ? (inTime[0] ?? null) : null;
}

/** Which way a session goes for a person, and with whom: the first leg of a callback is a call to the number asked for. */
export function partyOf(session: SipEvent): { readonly direction: Direction; readonly number: string } {
  const { direction, number, callbackTo } = session;
  return callbackTo === undefined ? { direction, number } : { direction: 'out', number: callbackTo };
}
