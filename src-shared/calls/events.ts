// SPDX-License-Identifier: MIT
import type { Disposition, SessionState } from './model.ts';

/**
 * What the tracker folds. Three sources, one shape each; all times are UTC milliseconds, all numbers text.
 * Facts are only ever added: an event never says that an earlier one was untrue.
 */
export type CallEvent = PbxEvent | SipEvent | RowEvent;

type PbxBase = {
  readonly source: 'pbx';
  readonly pbxCallId: string;
  /** `call_start` of the webhook, converted with the account's offset. */
  readonly callStart: number;
  /** When we received it, by our clock: only used for moments the PBX does not state. */
  readonly receivedAt: number;
};

/** A verified webhook, normalised (numbers already cleaned, ids as text). */
export type PbxEvent =
  | (PbxBase & { readonly type: 'start'; readonly callerId: string; readonly did: string })
  | (PbxBase & {
      readonly type: 'internal';
      readonly callerId: string;
      readonly did: string;
      readonly internal: string | null;
    })
  | (PbxBase & {
      readonly type: 'internal-end';
      readonly callerId: string;
      readonly did: string;
      readonly internal: string | null;
    })
  | (PbxBase & {
      readonly type: 'answer';
      readonly callerId: string;
      readonly destination: string;
      readonly internal: string | null;
    })
  | (PbxBase & {
      readonly type: 'end';
      readonly callerId: string;
      readonly did: string;
      readonly internal: string | null;
      readonly lastInternal: string | null;
      readonly duration: number;
      readonly disposition: Disposition;
      readonly causeCode: number | null;
      readonly isRecorded: boolean;
      readonly recordId: string | null;
    })
  | (PbxBase & {
      readonly type: 'out-start';
      readonly internal: string | null;
      readonly destination: string;
      readonly callerId: string | null;
    })
  | (PbxBase & {
      readonly type: 'out-end';
      readonly internal: string | null;
      readonly destination: string;
      readonly callerId: string | null;
      readonly duration: number;
      readonly disposition: Disposition;
      readonly causeCode: number | null;
      readonly isRecorded: boolean;
      readonly recordId: string | null;
    })
  | {
      readonly source: 'pbx';
      readonly type: 'record';
      readonly pbxCallId: string;
      readonly recordId: string;
      readonly receivedAt: number;
    };

/** A snapshot of one engine session; later snapshots have a higher `seq` and never go back in state. */
export type SipEvent = {
  readonly source: 'sip';
  readonly type: 'session';
  readonly sessionId: string;
  readonly seq: number;
  readonly extension: string;
  readonly direction: 'in' | 'out';
  readonly number: string;
  readonly networkName: string | null;
  readonly state: SessionState;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly endCause: SessionEndCause | null;
  readonly muted: boolean;
  readonly hold: 'none' | 'local' | 'remote' | 'both';
  /** Set by main, never by the engine: this session is the first leg of a callback to that number. */
  readonly callbackTo?: string;
};

/** Why a session ended, from the engine's side. */
export type SessionEndCause =
  | 'hung-up' // either side ended an answered call
  | 'cancelled' // caller gave up before answer (theirs when incoming, ours when outgoing)
  | 'answered-elsewhere' // CANCEL with Reason SIP;cause=200, or Q.850 26
  | 'declined' // we refused
  | 'busy'
  | 'no-answer'
  | 'not-found'
  | 'failed';

/** One row of `/v1/statistics/pbx/`: a leg of a call, after it ended. */
export type RowEvent = {
  readonly source: 'row';
  readonly type: 'row';
  readonly callId: string;
  readonly pbxCallId: string | null;
  readonly direction: 'in' | 'out';
  readonly extension: string | null;
  readonly number: string;
  readonly did: string | null;
  readonly networkName: string | null;
  readonly callStart: number;
  readonly duration: number;
  readonly disposition: Disposition;
  readonly isRecorded: boolean;
};
