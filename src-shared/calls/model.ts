// SPDX-License-Identifier: MIT
/**
 * The call as everything after the tracker sees it. Times are UTC milliseconds, durations seconds.
 */

export type Direction = 'in' | 'out';

/**
 * How a call ended. Webhooks, statistics and the zcrm API spell these in three ways
 * (megacall-api.md sections 2.9, 3.4, trap 31); `megacall/disposition.ts` maps them all to this list.
 */
export const DISPOSITIONS = [
  'answered',
  'busy',
  'cancelled', // the caller gave up
  'no-answer',
  'failed',
  'rejected', // blacklist, or declined
  'no-money',
  'unallocated',
  'limit', // no limit, no day limit, line limit
  'unknown',
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

export type CallPhase = 'ringing' | 'talking' | 'ended';

/** One extension's part in a call: it rang, perhaps answered, stopped. */
export type Leg = {
  readonly extension: string;
  readonly ringingAt: number | null;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
};

/** One media session of the engine that belongs to the call (there is one unless the call was re-dialed). */
export type SessionLink = {
  readonly sessionId: string;
  /** `in`: our phone rang; also in an outgoing call, when the PBX calls us back first. */
  readonly direction: Direction;
  readonly state: SessionState;
  readonly muted: boolean;
  /** `local`: we hold; `remote`: they hold; `both`. */
  readonly hold: 'none' | 'local' | 'remote' | 'both';
  /** Start of media at our side, by our own clock. */
  readonly answeredAt: number | null;
};

/** State of a SIP session in the engine. */
export type SessionState = 'dialing' | 'ringing' | 'connecting' | 'connected' | 'ended';

/**
 * A call, joined from everything known about it.
 *
 * `key` is `pbx:<pbx_call_id>` once the PBX's id is known, `row:<call_id>` for a statistics row without one, else
 * `sip:<sessionId>`. It may change once, from `sip:` to `pbx:`; `formerKeys` names what it was.
 */
export type Call = {
  readonly key: string;
  readonly formerKeys: readonly string[];
  readonly pbxCallId: string | null;
  readonly direction: Direction;
  /** The other party as best received: E.164 with `+` where that is certain, else digits; '' when withheld. */
  readonly number: string;
  /** Name sent by the PBX or the SIP From header: hostile text, shown as text only. Contacts win over it. */
  readonly networkName: string | null;
  /** Our own number that was called (in) or shown (out), when known. */
  readonly did: string | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  /** Talk time in seconds: as the PBX reports it, else endedAt - answeredAt; 0 when not answered. */
  readonly duration: number;
  readonly disposition: Disposition | null;
  /** The extension that handled the call, when one did. */
  readonly answeredBy: string | null;
  readonly legs: readonly Leg[];
  readonly session: SessionLink | null;
  /** Q.850 cause from the PBX, when sent. */
  readonly causeCode: number | null;
  readonly isRecorded: boolean;
  /** Ids for `pbx/record/request?call_id=`: text, never numbers (trap 9). */
  readonly recordIds: readonly string[];
  readonly phase: CallPhase;
};

/** Incoming and nobody answered: the only definition of a missed call (trap 25). */
export function isMissed(call: Pick<Call, 'direction' | 'phase' | 'answeredAt' | 'disposition'>): boolean {
  return (
    call.direction === 'in' && call.phase === 'ended' && call.answeredAt === null && call.disposition !== 'answered'
  );
}
