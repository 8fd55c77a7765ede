// SPDX-License-Identifier: MIT

import type { SessionEndCause } from '../../src-shared/calls/events.ts';
import type { Direction } from '../../src-shared/calls/model.ts';

/** What the signalling said when a session ended. */
export type EndFacts = {
  readonly by: 'local' | 'remote' | 'system';
  /** SIP status of the final response, or of ours when we ended it by a timer; null for BYE and CANCEL. */
  readonly status: number | null;
  /** Reason header of the CANCEL or response (RFC 3326), as received. */
  readonly reason: string | null;
  /** The session was cut short by the network or the browser, not by a person. */
  readonly broken: boolean;
};

/** What our side did, which the signalling library forgets: it reports a timeout as if we had cancelled. */
export type EndContext = {
  readonly direction: Direction;
  readonly answered: boolean;
  readonly wish: 'reject' | 'hang-up' | 'none';
};

/** RFC 3326: "SIP;cause=200" on a CANCEL means that another phone took the call; Q.850 26 says the same. */
export function isAnsweredElsewhere(reason: string | null): boolean {
  if (reason === null) return false;
  return reason
    .slice(0, 1_000)
    .split(',')
    .some((value) => {
      const protocol = /^\s*([\w.]+)/.exec(value)?.[1]?.toUpperCase();
      const cause = /;\s*cause\s*=\s*"?(\d{1,3})/i.exec(value)?.[1];
      return (protocol === 'SIP' && cause === '200') || (protocol === 'Q.850' && cause === '26');
    });
}

function ofStatus(status: number | null): SessionEndCause {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 404:
    case 410:
    case 484:
    case 604:
      return 'not-found';
    case 408:
    case 480:
      return 'no-answer';
    case 487:
      return 'cancelled';
    case 603:
    case 607:
    case 608:
      return 'declined';
    default:
      return 'failed';
  }
}

/** Why a session ended, in the words of the tracker. */
export function endCause(facts: EndFacts, context: EndContext): SessionEndCause {
  if (context.answered) return facts.broken && context.wish === 'none' ? 'failed' : 'hung-up';
  if (context.direction === 'out') {
    if (context.wish !== 'none') return 'cancelled';
    if (facts.broken || facts.by !== 'remote') return 'failed';
    return ofStatus(facts.status);
  }
  if (context.wish !== 'none') return 'declined';
  if (facts.by === 'remote' && !facts.broken) {
    return isAnsweredElsewhere(facts.reason) ? 'answered-elsewhere' : 'cancelled';
  }
  return facts.status === 408 || facts.status === 487 ? 'no-answer' : 'failed';
}
