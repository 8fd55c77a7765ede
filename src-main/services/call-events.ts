// SPDX-License-Identifier: MIT
import { partyOf } from '../../src-shared/calls/callback.ts';
import type { CallEvent } from '../../src-shared/calls/events.ts';
import type { Call, SessionLink } from '../../src-shared/calls/model.ts';

/** When the call began, as this event tells it, UTC ms; for ever ago when it does not tell. */
export function startOf(event: CallEvent): number {
  if (event.source === 'sip') return event.startedAt;
  return 'callStart' in event ? event.callStart : Number.NEGATIVE_INFINITY;
}

/** The other party's number in this event, '' when it has none. */
export function numberOf(event: CallEvent): string {
  if (event.source === 'sip') return partyOf(event).number;
  if (event.source === 'row') return event.number;
  switch (event.type) {
    case 'start':
    case 'internal':
    case 'internal-end':
    case 'end':
      return event.callerId;
    case 'out-start':
    case 'out-end':
      return event.destination;
    case 'answer':
    case 'record':
      return '';
  }
}

/** A media session that is over because its program or its page is: UTC ms at the latest. */
export function cutOff(call: Call, session: SessionLink, extension: string, at: number): CallEvent {
  return {
    ...{ source: 'sip', type: 'session', sessionId: session.sessionId, seq: Number.MAX_SAFE_INTEGER, extension },
    ...{ direction: session.direction, number: call.number, networkName: call.networkName, state: 'ended' },
    ...{ startedAt: call.startedAt, answeredAt: session.answeredAt, endCause: 'failed', muted: false, hold: 'none' },
    endedAt: Math.max(at, session.answeredAt ?? call.startedAt),
  };
}
