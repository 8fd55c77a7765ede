// SPDX-License-Identifier: MIT
import type { SipConfig } from '../../src-shared/engine-protocol.ts';
import type { EndFacts } from './causes.ts';
import type { IceReason } from './ice-timer.ts';
import type { Identity } from './identity.ts';
import type { RegisterFailure } from './registrar-watch.ts';

/**
 * What the engine needs of a SIP library. Only jssip-*.ts know which one it is. Nothing here throws: a step that
 * fails ends in `ended` or `problem`.
 */
export type SipLine = {
  connect(): void;
  drop(): void;
  register(): void;
  isConnected(): boolean;
  /** A new digest for the same user, e.g. after the server named its realm. */
  setCredentials(ha1: string, realm: string): void;
  /** Sends the INVITE as soon as ICE allows. `track` may follow by `setTrack` when the microphone is slower. */
  dial(number: string, track: MediaStreamTrack | null, listener: SipCallListener): SipCall;
  /** Hangs up everything, unregisters, closes the socket. */
  stop(): void;
};

export type SipLineListener = {
  socketUp(): void;
  socketDown(): void;
  registerSent(): void;
  registered(): void;
  registerFailed(failure: RegisterFailure): void;
  /** Something speaks for a dead socket: test it. */
  suspect(): void;
  /** A call comes in. null refuses it with 486. */
  incoming(call: SipCall, caller: Identity, offer: CallOffer): SipCallListener | null;
};

/** What an INVITE says besides who calls. */
export type CallOffer = {
  /** Seconds after which it asks to be answered by itself; null when it does not. */
  readonly answerAfter: number | null;
  /** False when the voice would travel unencrypted, or the description cannot be read. */
  readonly isSecure: boolean;
};

export type SipCall = {
  /** Without a track the answer is made at once and sent when `setTrack` brings one. */
  answer(track: MediaStreamTrack | null): void;
  /** The microphone's track, or another one in its place. */
  setTrack(track: MediaStreamTrack): void;
  reject(status: number): void;
  /** Cancels, refuses or says BYE, whichever the state asks for. */
  hangUp(): void;
  mute(on: boolean): void;
  /** May be called at any time and in any order: the last wish wins. */
  hold(on: boolean): void;
  /** Queued; `,` is a pause of two seconds. What cannot be sent ends in `tonesFailed`. */
  dtmf(tones: string): void;
  /** Sends the other party to a number, or to the party of another answered call. Ends in `referred`. */
  refer(to: string | SipCall): void;
  /** Answers an incoming call with 302. */
  deflect(number: string): void;
  /** The peer connection's statistics; null while there is none. Never rejects. */
  stats(): Promise<RTCStatsReport | null>;
};

export type SipCallListener = {
  sent(what: 'invite' | 'answer', reason: IceReason | null): void;
  /** 18x: `hasMedia` when the other side sends its own ringing tone or announcement. */
  ringing(hasMedia: boolean): void;
  accepted(): void;
  hold(state: { readonly local: boolean; readonly remote: boolean }): void;
  remoteTrack(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  /** The sound's way is gone and is being mended; false when it is back or the call is over. */
  reconnecting(on: boolean): void;
  /** Something asked for did not work; the call goes on. */
  problem(status: number, reason: string): void;
  tonesFailed(): void;
  /** What became of the last `refer`: any number of `ringing`, then one of the others. */
  referred(outcome: ReferOutcome, status: number | null): void;
  /** Exactly once. */
  ended(facts: EndFacts): void;
};

/** `unanswered`: no word came, or no last one. */
export type ReferOutcome = 'ringing' | 'done' | 'refused' | 'unanswered';

export type OpenLine = (config: SipConfig, listener: SipLineListener) => SipLine;
