// SPDX-License-Identifier: MIT
import type { RTCSession, TerminateOptions } from 'jssip/lib/RTCSession';
import { internals } from './jssip-internals.ts';
import { holds } from './sdp.ts';

/** With these phrases JsSIP hangs up because a re-INVITE was refused; the call itself is well. */
const REFUSED = new Set(['Hold Failed', 'Unhold Failed', 'Media Renegotiation Failed']);
/** And with these because a request inside a call got no answer or lost its socket: a BYE for a passing trouble. */
const LOST = new Set(['Connection Error', 'Request Timeout']);
const RETRY_MS = 100;
const TRIES = 100;
const MEDIA_TRIES = 30;

type Watcher = {
  readonly peer: () => RTCPeerConnection | null;
  /** Who holds changed, as both sides agreed. */
  readonly held: (state: { readonly local: boolean; readonly remote: boolean }) => void;
  /** JsSIP switched the track on or off by its own lights. */
  readonly touched: () => void;
  readonly problem: (status: number, reason: string) => void;
};

/** Hold and resume of one JsSIP session: the last wish wins, and a refusal costs no call. */
export class Holder {
  readonly #session: RTCSession;
  readonly #watcher: Watcher;
  #want: boolean | null = null;
  #busy = false;
  /** What the other side agreed to. */
  #local = false;
  #confirmed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: RTCSession, watcher: Watcher) {
    this.#session = session;
    this.#watcher = watcher;
    const terminate = session.terminate.bind(session);
    session.terminate = (options) => {
      if (!this.#keeps(options)) terminate(options);
    };
    session.on('confirmed', () => {
      this.#confirmed = true;
      this.#settle(TRIES);
    });
    session.on('hold', ({ originator }) => this.#heldBy(originator));
    session.on('unhold', ({ originator }) => this.#heldBy(originator));
  }

  get isConfirmed(): boolean {
    return this.#confirmed;
  }

  wish(on: boolean): void {
    this.#want = on;
    this.#settle(TRIES);
  }

  stop(): void {
    this.#want = null;
    clearTimeout(this.#timer);
  }

  /** The answer to an offer that the other side asked for (a re-INVITE without SDP): JsSIP does not see a hold in it. */
  lateAnswer(sdp: string): void {
    const inside = internals(this.#session);
    if (!inside._late_sdp || !this.#confirmed || inside._remoteHold === holds(sdp)) return;
    inside._remoteHold = holds(sdp);
    inside._setLocalMediaStatus();
    this.#tell();
  }

  #settle(tries: number): void {
    const session = this.#session;
    const want = this.#want;
    if (want === null || session.isEnded() || !this.#confirmed || this.#busy) return;
    if (session.isOnHold().local === want) return;
    clearTimeout(this.#timer);
    const again = () => {
      this.#timer = setTimeout(() => this.#settle(tries - 1), RETRY_MS);
    };
    // A re-INVITE in the middle of the first DTLS handshake leaves some phones with the wrong keys: no more audio.
    if (this.#watcher.peer()?.connectionState !== 'connected' && tries > TRIES - MEDIA_TRIES) {
      again();
      return;
    }
    const done = () => {
      this.#busy = false;
      this.#tell();
      this.#settle(TRIES);
    };
    this.#busy = true;
    if (want ? session.hold({}, done) : session.unhold({}, done)) return;
    // Another offer is on its way: try again shortly.
    this.#busy = false;
    if (tries > 0) again();
    else this.#watcher.problem(491, 'busy');
  }

  /** Whether the call goes on although JsSIP would end it. */
  #keeps(options: TerminateOptions | undefined): boolean {
    const phrase = options?.reason_phrase ?? '';
    if (this.#session.isEnded() || !(REFUSED.has(phrase) || (LOST.has(phrase) && this.#confirmed))) return false;
    if (this.#watcher.peer()?.signalingState === 'have-local-offer') {
      void this.#watcher
        .peer()
        ?.setLocalDescription({ type: 'rollback' })
        .catch(() => {});
    }
    if (this.#busy) this.#takeBack(phrase);
    return true;
  }

  /** The other side was not put on hold, or did not come back. */
  #takeBack(phrase: string): void {
    const inside = internals(this.#session);
    inside._localHold = !inside._localHold;
    inside._setLocalMediaStatus();
    this.#busy = false;
    this.#want = null;
    this.#tell();
    this.#watcher.problem(LOST.has(phrase) ? 408 : 488, 'hold');
  }

  /** JsSIP tells of our own hold before the other side agreed: that is not worth telling yet. */
  #heldBy(originator: string): void {
    this.#watcher.touched();
    if (originator === 'remote') this.#tell();
  }

  #tell(): void {
    const held = this.#session.isOnHold();
    if (!this.#busy) this.#local = held.local;
    this.#watcher.touched();
    this.#watcher.held({ local: this.#local, remote: held.remote });
  }
}
