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
  /** A call comes in. null refuses it with 486. */
  incoming(call: SipCall, caller: Identity): SipCallListener | null;
};

export type SipCall = {
  answer(track: MediaStreamTrack): void;
  /** The microphone's track, or another one in its place. */
  setTrack(track: MediaStreamTrack): void;
  reject(status: number): void;
  /** Cancels, refuses or says BYE, whichever the state asks for. */
  hangUp(): void;
  mute(on: boolean): void;
  /** May be called at any time and in any order: the last wish wins. */
  hold(on: boolean): void;
  /** False when the call cannot carry tones now. */
  dtmf(tones: string): boolean;
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
  /** Something asked for did not work; the call goes on. */
  problem(status: number, reason: string): void;
  /** Exactly once. */
  ended(facts: EndFacts): void;
};

export type OpenLine = (config: SipConfig, listener: SipLineListener) => SipLine;
