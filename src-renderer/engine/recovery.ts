// SPDX-License-Identifier: MIT
import type { RTCSession, TerminateOptions } from 'jssip/lib/RTCSession';
import type { CallLine } from './recovery-line.ts';
import { shieldRequests } from './recovery-requests.ts';

/** Without sound for so long, a call is over. Long enough to walk through a dead spot or to restart a router. */
export const GIVE_UP_MS = 90_000;
/** An ICE restart that worked shows within this time; else the next one follows, each later than the last. */
const SETTLE_MS = 2_500;
const SETTLE_CAP_MS = 8_000;
/** An offer without any answer for so long: is the line dead? */
const ANSWER_MS = 4_000;
const BUSY_RETRY_MS = 150;
/** Both sides notice at the same time: the one that was called waits, so that the offers do not meet. */
const CALLED_WAIT_MS = 300;
const CALLED_SPREAD_MS = 500;

/** Members JsSIP has but does not declare. */
type Internals = {
  _iceReady: boolean;
  _status: number;
  _is_confirmed: boolean;
  _timers: Record<'ackTimer' | 'invite2xxTimer', ReturnType<typeof setTimeout> | null>;
  _dialog: { readonly uac_pending_reply: boolean } | null;
};
const WAITING_FOR_ACK = 6;
const CONFIRMED = 9;

/**
 * Keeps one answered call alive while its socket or the way of its sound is gone. When the sound stops, the line is
 * tested; as soon as it is known to be up, ICE is restarted by a re-INVITE, again and again until the sound is back
 * or 90 s are over. After every new socket a re-INVITE tells the far end where we are now: else its BYE would go to
 * the old one.
 */
export class CallRecovery {
  readonly #session: RTCSession;
  readonly #line: CallLine;
  readonly #reconnecting: (on: boolean) => void;
  readonly #stopListening: () => void;
  #pc: RTCPeerConnection | null = null;
  #wasUp = false;
  #lost = false;
  #stopped = false;
  #offering = false;
  /** The far end does not know our new socket yet. */
  #moved = false;
  #tries = 0;
  #giveUp: ReturnType<typeof setTimeout> | null = null;
  #next: ReturnType<typeof setTimeout> | null = null;

  /** `reconnecting` is told when the sound is gone and the call is kept, and when it is back. */
  constructor(session: RTCSession, line: CallLine, reconnecting: (on: boolean) => void) {
    this.#session = session;
    this.#line = line;
    this.#reconnecting = reconnecting;
    shieldRequests(session, line, { isOurs: () => this.#offering, offerLost: () => this.#offerLost() });
    const terminate = session.terminate.bind(session);
    session.terminate = (options) => {
      if (!this.#absorbs(options)) terminate(options);
    };
    if (session.connection) this.#watch(session.connection);
    session.on('peerconnection', ({ peerconnection }) => this.#watch(peerconnection));
    session.on('ended', () => this.#stop());
    session.on('failed', () => this.#stop());
    // JsSIP refuses an offer that meets ours with 491, and then takes it all the same.
    session.on('reinvite', ({ reject }) => {
      if (this.#internals._dialog?.uac_pending_reply) reject({ status_code: 491 });
    });
    this.#stopListening = line.listen({ up: (fresh) => this.#up(fresh), down: () => this.#down() });
  }

  #watch(pc: RTCPeerConnection): void {
    if (this.#pc === pc) return;
    this.#pc = pc;
    pc.addEventListener('iceconnectionstatechange', () => {
      const { iceConnectionState } = pc;
      if (iceConnectionState === 'connected' || iceConnectionState === 'completed') this.#soundBack();
      else if (iceConnectionState === 'disconnected' || iceConnectionState === 'failed') this.#soundLost();
    });
  }

  /** True when JsSIP is about to end the call for a reason that may pass; `options` are those of its `terminate`. */
  #absorbs(options: TerminateOptions | undefined): boolean {
    if (this.#stopped || !this.#session.isEstablished()) return false;
    if (options?.cause === 'RTP Timeout' && this.#wasUp) return true;
    if (options?.reason_phrase !== 'Media Renegotiation Failed' || !this.#offering) return false;
    // Our own re-INVITE was refused.
    this.#offering = false;
    this.#rollBack();
    if (this.#lost) this.#again();
    return true;
  }

  /** The call is over. */
  #stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#clear();
    if (this.#lost) this.#reconnecting(false);
  }

  get #internals(): Internals {
    return this.#session as unknown as Internals;
  }

  #soundLost(): void {
    if (!this.#wasUp || this.#lost || this.#stopped || !this.#session.isEstablished()) return;
    this.#lost = true;
    this.#tries = 0;
    this.#giveUp = setTimeout(() => this.#end(), GIVE_UP_MS);
    this.#reconnecting(true);
    this.#line.suspect();
  }

  #soundBack(): void {
    this.#wasUp = true;
    if (!this.#lost) return;
    this.#lost = false;
    this.#clear();
    this.#reconnecting(false);
    // The way is open again: no need to wait for the next try.
    if (!this.#line.isUp()) this.#line.suspect();
  }

  #up(fresh: boolean): void {
    if (this.#stopped || !this.#session.isEstablished()) return;
    if (fresh) this.#moved = true;
    if (this.#lost || this.#moved) this.#offerSoon();
  }

  #down(): void {
    const internals = this.#internals;
    // The far end's ACK to our answer in mid-call is lost with the socket: JsSIP would hang up over it after 32 s.
    if (internals._is_confirmed && internals._status === WAITING_FOR_ACK) {
      for (const timer of [internals._timers.ackTimer, internals._timers.invite2xxTimer]) {
        if (timer !== null) clearTimeout(timer);
      }
      internals._status = CONFIRMED;
    }
  }

  #offerSoon(): void {
    const called = this.#session.direction === 'incoming';
    this.#after(called ? CALLED_WAIT_MS + Math.random() * CALLED_SPREAD_MS : 0, () => this.#offer());
  }

  #offer(): void {
    if (this.#stopped || this.#session.isEnded() || !(this.#lost || this.#moved)) return;
    // The next `up` calls us again.
    if (!this.#line.isUp()) return;
    const iceRestart = this.#lost;
    // Left over from the last offer, it would let this one go without any candidate.
    this.#internals._iceReady = false;
    this.#offering = true;
    const asked = this.#session.renegotiate({ rtcOfferConstraints: { iceRestart } }, () => this.#agreed());
    if (!asked) {
      this.#offering = false;
      this.#after(BUSY_RETRY_MS, () => this.#offer());
      return;
    }
    this.#after(ANSWER_MS, () => {
      if (this.#offering) this.#line.suspect();
    });
  }

  #agreed(): void {
    this.#offering = false;
    this.#moved = false;
    if (this.#lost) this.#again();
    else this.#clearNext();
  }

  #again(): void {
    this.#tries += 1;
    this.#after(Math.min(SETTLE_CAP_MS, SETTLE_MS * this.#tries), () => {
      if (this.#lost) this.#line.suspect();
    });
  }

  #offerLost(): void {
    if (this.#stopped) return;
    this.#offering = false;
    this.#moved = true;
    this.#rollBack();
    // On a live socket the offer timed out; on a dead one `up` will come.
    if (this.#line.isUp()) this.#line.suspect();
  }

  #rollBack(): void {
    if (this.#pc?.signalingState !== 'have-local-offer') return;
    this.#pc.setLocalDescription({ type: 'rollback' }).catch(() => {});
  }

  #end(): void {
    if (this.#stopped) return;
    this.#stop();
    this.#session.terminate({ cause: 'RTP Timeout', status_code: 408, reason_phrase: 'RTP Timeout' });
  }

  #after(ms: number, action: () => void): void {
    this.#clearNext();
    this.#next = setTimeout(action, ms);
  }

  #clearNext(): void {
    if (this.#next !== null) clearTimeout(this.#next);
    this.#next = null;
  }

  #clear(): void {
    if (this.#giveUp !== null) clearTimeout(this.#giveUp);
    this.#giveUp = null;
    // A new address must still be told.
    if (!this.#moved || this.#stopped) this.#clearNext();
  }
}
