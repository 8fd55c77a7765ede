// SPDX-License-Identifier: MIT
import type { Call } from '../../src-shared/calls/model.ts';

/** Of more calls at once, the popup is prepared for the newest ones. */
const MOST_ANNOUNCED = 3;

/**
 * Calls that the PBX has told of (NOTIFY_START, or ringing at a colleague's) and that may ring at `extension` next. One
 * with a media session of this computer, or that has rung here, is none of them: it is shown, or was.
 *
 * @param calls oldest first
 */
export function announcedFor(calls: readonly Call[], extension: string): readonly Call[] {
  return calls
    .filter(
      ({ direction, phase, session, legs }) =>
        direction === 'in' &&
        phase === 'ringing' &&
        session === null &&
        legs.every((leg) => leg.extension !== extension),
    )
    .slice(-MOST_ANNOUNCED);
}
