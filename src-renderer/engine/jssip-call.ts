// SPDX-License-Identifier: MIT
import type { IncomingEvent, OutgoingEvent, RTCSession } from 'jssip/lib/RTCSession';
import { type IceReason, IceTimer } from './ice-timer.ts';
import type { SipCall, SipCallListener } from './port.ts';
import { remoteDtlsRole, settleDtlsRole, toneStretch } from './sdp.ts';

/** Causes with which JsSIP ends a session by itself when the network or the browser failed. */
const BROKEN = new Set([
  'Connection Error',
  'Request Timeout',
  'Internal Error',
  'WebRTC Error',
  'RTP Timeout',
  'No ACK',
  'Dialog Error',
  'Bad Media Description',
  'Missing SDP',
]);
/** With these phrases JsSIP hangs up because a re-INVITE was refused; the call itself is well. */
const REOFFER_FAILURES = new Set(['Hold Failed', 'Unhold Failed', 'Media Renegotiation Failed']);
const HOLD_RETRY_MS = 100;
const HOLD_TRIES = 100;
const MEDIA_TRIES = 30;
const TONE_MS = 120;
const TONE_GAP_MS = 70;
const IDLE: SipCallListener = {
  sent() {},
  ringing() {},
  accepted() {},
  hold() {},
  remoteTrack() {},
  problem() {},
  ended() {},
};

/** Members JsSIP has but does not declare; used to take a refused hold back. */
type Internals = { _localHold: boolean; _setLocalMediaStatus(): void };

/** One JsSIP session behind our port. */
export class JsSipCall implements SipCall {
  readonly #hasStun: boolean;
  #listener: SipCallListener = IDLE;
  #session: RTCSession | null = null;
  #pc: RTCPeerConnection | null = null;
  #track: MediaStreamTrack | null = null;
  #ice: { timer: IceTimer; ready: () => void } | null = null;
  #iceReason: IceReason | null = null;
  #confirmed = false;
  #ended = false;
  #muted = false;
  #wantHold: boolean | null = null;
  #holdBusy = false;
  /** What the other side agreed to. */
  #localHold = false;
  readonly #pcConfig: RTCConfiguration;

  constructor(stunUrls: readonly string[]) {
    this.#hasStun = stunUrls.length > 0;
    // No bundlePolicy: with 'max-bundle' Chromium refuses the answer of a phone that does not know BUNDLE.
    this.#pcConfig = { iceServers: this.#hasStun ? [{ urls: [...stunUrls] }] : [] };
  }

  listen(listener: SipCallListener): void {
    this.#listener = listener;
  }

  /** The options for UA.call(); the microphone's track may come later, the offer does not wait for it. */
  callOptions(track: MediaStreamTrack | null) {
    this.#track = track;
    return {
      pcConfig: this.#pcConfig,
      mediaConstraints: { audio: false, video: false },
      eventHandlers: {
        peerconnection: ({ peerconnection }: { peerconnection: RTCPeerConnection }) => {
          this.#usePeer(peerconnection);
          const { sender } = peerconnection.addTransceiver('audio', { streams: [new MediaStream()] });
          if (track !== null) void sender.replaceTrack(track).catch(() => {});
        },
      },
    };
  }

  /** Takes the session over: all of its events, and its habit of hanging up on a refused hold. */
  adopt(session: RTCSession, direction: 'in' | 'out'): void {
    this.#session = session;
    const terminate = session.terminate.bind(session);
    session.terminate = (options) => {
      if (!session.isEnded() && REOFFER_FAILURES.has(options?.reason_phrase ?? '')) this.#reofferRefused();
      else terminate(options);
    };
    session.on('icecandidate', ({ candidate, ready }) => this.#candidate(candidate.type, ready));
    session.on('sdp', (event) => {
      // JsSIP uses what the event says after its listeners had it.
      if ((event.originator as string) === 'local') this.#gathered();
      else if (event.type === 'answer') event.sdp = settleDtlsRole(event.sdp, this.#remoteDtlsRole());
    });
    session.on('sending', () => this.#listener.sent('invite', this.#iceReason));
    session.on('progress', (event: IncomingEvent | OutgoingEvent) => {
      if (direction !== 'out') return;
      const body = 'response' in event ? (event.response?.body ?? '') : '';
      this.#listener.ringing(body !== '');
    });
    session.on('accepted', () => {
      if (direction === 'in') this.#listener.sent('answer', this.#iceReason);
      this.#applyTrack();
      this.#listener.accepted();
    });
    session.on('confirmed', () => {
      this.#confirmed = true;
      this.#settleHold(HOLD_TRIES);
    });
    session.on('hold', (event) => this.#heldBy(event.originator));
    session.on('unhold', (event) => this.#heldBy(event.originator));
    // Nobody but our agent transfers our calls.
    session.on('refer', ({ reject }) => reject());
    session.on('replaces', ({ reject }) => reject());
    session.on('ended', (event) => this.#end(event));
    session.on('failed', (event) => this.#end(event));
  }

  answer(track: MediaStreamTrack): void {
    const session = this.#session;
    if (session === null || this.#ended) return;
    this.#track = track;
    session.on('peerconnection', ({ peerconnection }) => this.#usePeer(peerconnection));
    session.on('connecting', () => {
      for (const transceiver of this.#pc?.getTransceivers() ?? []) {
        if (transceiver.receiver.track.kind === 'video') transceiver.direction = 'inactive';
      }
    });
    try {
      session.answer({ mediaStream: new MediaStream([track]), pcConfig: this.#pcConfig });
    } catch {
      this.#abort();
    }
  }

  setTrack(track: MediaStreamTrack): void {
    this.#track = track;
    this.#applyTrack();
  }

  reject(status: number): void {
    this.#terminate({ status_code: status });
  }

  hangUp(): void {
    const unanswered = this.#session?.direction === 'incoming' && !this.#session.isEstablished();
    this.#terminate(unanswered ? { status_code: 603 } : {});
  }

  mute(on: boolean): void {
    this.#muted = on;
    this.#applyMute();
  }

  hold(on: boolean): void {
    this.#wantHold = on;
    this.#settleHold(HOLD_TRIES);
  }

  dtmf(tones: string): boolean {
    const session = this.#session;
    if (session === null || !this.#confirmed || this.#ended) return false;
    const sender = this.#pc?.getSenders().find(({ track }) => track?.kind === 'audio');
    try {
      // RFC 4733 when the far end negotiated telephone-event, else SIP INFO; JsSIP would send nothing and not say so.
      const inBand = sender?.dtmf?.canInsertDTMF === true;
      const duration = TONE_MS * (inBand ? toneStretch(sender.getParameters().codecs) : 1);
      const transportType = (inBand ? 'RFC2833' : 'INFO') as never;
      session.sendDTMF(tones, { duration, interToneGap: TONE_GAP_MS, transportType });
      return true;
    } catch {
      return false;
    }
  }

  async stats(): Promise<RTCStatsReport | null> {
    return (await this.#pc?.getStats().catch(() => null)) ?? null;
  }

  /** Ends a session that could not be started or answered. */
  #abort(): void {
    this.#terminate({ status_code: 480 });
    this.fail();
  }

  /** For a session that JsSIP refused to make. */
  fail(): void {
    this.#finish({ by: 'system', status: null, reason: null, broken: true });
  }

  #terminate(options: { status_code?: number }): void {
    if (this.#session === null || this.#ended) return;
    try {
      this.#session.terminate(options);
    } catch {
      this.fail();
    }
  }

  #usePeer(pc: RTCPeerConnection): void {
    this.#pc = pc;
    pc.addEventListener('track', ({ track, receiver }) => {
      if (track.kind === 'audio') this.#listener.remoteTrack(track, receiver);
    });
  }

  #candidate(type: string | null, ready: () => void): void {
    if (this.#ice?.ready !== ready) {
      this.#ice?.timer.cancel();
      this.#iceReason = null;
      const done = (reason: IceReason) => {
        this.#iceReason = reason;
        ready();
      };
      this.#ice = { timer: new IceTimer({ hasStun: this.#hasStun, done }), ready };
    }
    this.#ice.timer.candidate(type);
  }

  /** A local description is ready: by our timer, or because gathering ended before it. */
  #gathered(): void {
    this.#ice?.timer.cancel();
    this.#iceReason ??= 'complete';
  }

  #remoteDtlsRole() {
    const [local, remote] = [this.#pc?.currentLocalDescription, this.#pc?.currentRemoteDescription];
    return local && remote ? remoteDtlsRole(local.sdp, remote.sdp) : null;
  }

  #applyTrack(): void {
    const sender = this.#pc?.getTransceivers().find(({ receiver }) => receiver.track.kind === 'audio')?.sender;
    if (sender === undefined || this.#track === null || this.#ended) return;
    if (sender.track !== this.#track) void sender.replaceTrack(this.#track).catch(() => {});
    this.#applyMute();
  }

  #applyMute(): void {
    const session = this.#session;
    if (session === null || this.#ended || this.#pc === null) return;
    if (this.#muted) session.mute({ audio: true, video: false });
    else session.unmute({ audio: true, video: false });
    // JsSIP switches only the track the sender has now; a track that comes later must obey as well.
    const held = session.isOnHold();
    if (this.#track !== null) this.#track.enabled = !this.#muted && !held.local && !held.remote;
  }

  #settleHold(tries: number): void {
    const session = this.#session;
    const want = this.#wantHold;
    if (session === null || want === null || this.#ended || !this.#confirmed || this.#holdBusy) return;
    if (session.isOnHold().local === want) return;
    const again = () => setTimeout(() => this.#settleHold(tries - 1), HOLD_RETRY_MS);
    // A re-INVITE in the middle of the first DTLS handshake leaves some phones with the wrong keys: no more audio.
    if (this.#pc?.connectionState !== 'connected' && tries > HOLD_TRIES - MEDIA_TRIES) {
      again();
      return;
    }
    const done = () => {
      this.#holdBusy = false;
      this.#tellHold();
      this.#settleHold(HOLD_TRIES);
    };
    this.#holdBusy = true;
    if (want ? session.hold({}, done) : session.unhold({}, done)) return;
    // Another offer is on its way: try again shortly.
    this.#holdBusy = false;
    if (tries > 0) again();
    else this.#listener.problem(491, 'busy');
  }

  /** The other side refused to be put on hold, or to come back: the call goes on as it was. */
  #reofferRefused(): void {
    const session = this.#session;
    if (session === null) return;
    const internals = session as unknown as Internals;
    internals._localHold = !internals._localHold;
    internals._setLocalMediaStatus();
    if (this.#pc?.signalingState === 'have-local-offer') {
      void this.#pc.setLocalDescription({ type: 'rollback' }).catch(() => {});
    }
    this.#holdBusy = false;
    this.#wantHold = null;
    this.#tellHold();
    this.#listener.problem(488, 'hold');
  }

  /** JsSIP tells of our own hold before the other side agreed: that is not worth telling yet. */
  #heldBy(originator: string): void {
    this.#applyMute();
    if (originator === 'remote') this.#tellHold();
  }

  #tellHold(): void {
    const held = this.#session?.isOnHold();
    if (held === undefined || this.#ended) return;
    this.#applyMute();
    if (!this.#holdBusy) this.#localHold = held.local;
    this.#listener.hold({ local: this.#localHold, remote: held.remote });
  }

  #end(event: { originator: string; message: unknown; cause: string }): void {
    const message = event.message as { status_code?: number; getHeader?(name: string): string | undefined } | null;
    const by = event.originator === 'remote' ? 'remote' : event.originator === 'local' ? 'local' : 'system';
    this.#finish({
      by,
      status: message?.status_code ?? (event.cause === 'No Answer' || event.cause === 'Expires' ? 408 : null),
      reason: message?.getHeader?.('reason') ?? null,
      broken: BROKEN.has(event.cause),
    });
  }

  #finish(facts: Parameters<SipCallListener['ended']>[0]): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ice?.timer.cancel();
    this.#listener.ended(facts);
  }
}
