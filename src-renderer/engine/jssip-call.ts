// SPDX-License-Identifier: MIT
import type { IncomingEvent, OutgoingEvent, RTCSession } from 'jssip/lib/RTCSession';
import type { SipConfig } from '../../src-shared/engine-protocol.ts';
import { type IceReason, IceTimer } from './ice-timer.ts';
import { holdAnswer, prepareAnswer } from './jssip-answer.ts';
import { Holder } from './jssip-hold.ts';
import { internals } from './jssip-internals.ts';
import { Refer } from './jssip-refer.ts';
import { ToneSender } from './jssip-tones.ts';
import type { SipCall, SipCallListener } from './port.ts';
import { addressOf, type DialogEnds, replacing } from './refer-to.ts';
import { heldAnswer, remoteDtlsRole, settleDtlsRole } from './sdp.ts';

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
const IDLE: SipCallListener = {
  sent() {},
  ringing() {},
  accepted() {},
  hold() {},
  remoteTrack() {},
  reconnecting() {},
  problem() {},
  tonesFailed() {},
  referred() {},
  ended() {},
};

/** What JsSIP and we hang on one session. */
type Parts = {
  readonly session: RTCSession;
  readonly holder: Holder;
  readonly refer: Refer;
  readonly tones: ToneSender;
};
type Config = Pick<SipConfig, 'stunUrls' | 'domain' | 'user' | 'dtmf'>;

/** One JsSIP session behind our port. */
export class JsSipCall implements SipCall {
  readonly #config: Config;
  readonly #pcConfig: RTCConfiguration;
  #listener: SipCallListener = IDLE;
  #parts: Parts | null = null;
  #pc: RTCPeerConnection | null = null;
  #track: MediaStreamTrack | null = null;
  #ice: { timer: IceTimer; ready: () => void } | null = null;
  #iceReason: IceReason | null = null;
  #ended = false;
  /** Sends the answer that waits for the microphone. */
  #release: (() => void) | null = null;
  #muted = false;

  constructor(config: Config) {
    this.#config = config;
    // No bundlePolicy: with 'max-bundle' Chromium refuses the answer of a phone that does not know BUNDLE.
    this.#pcConfig = { iceServers: config.stunUrls.length > 0 ? [{ urls: [...config.stunUrls] }] : [] };
  }

  listen(listener: SipCallListener): void {
    this.#listener = listener;
  }

  reconnecting(on: boolean): void {
    this.#listener.reconnecting(on);
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
    const holder = new Holder(session, {
      peer: () => this.#pc,
      held: (state) => {
        if (!this.#ended) this.#listener.hold(state);
      },
      touched: () => this.#applyMute(),
      problem: (status, reason) => this.#listener.problem(status, reason),
    });
    const tones = new ToneSender({
      session,
      mode: this.#config.dtmf,
      sender: () => this.#pc?.getSenders().find(({ track }) => track?.kind === 'audio'),
      failed: () => this.#listener.tonesFailed(),
    });
    this.#parts = { session, holder, refer: new Refer(session), tones };
    session.on('icecandidate', ({ candidate, ready }) => this.#candidate(candidate.type, ready));
    session.on('sdp', (event) => this.#described(event, session, holder));
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
    // Nobody but our agent transfers our calls.
    session.on('refer', ({ reject }) => reject());
    session.on('replaces', ({ reject }) => reject());
    session.on('ended', (event) => this.#end(event));
    session.on('failed', (event) => this.#end(event));
  }

  answer(track: MediaStreamTrack | null): void {
    const session = this.#parts?.session;
    if (session === undefined || this.#ended) return;
    this.#track = track;
    session.on('peerconnection', ({ peerconnection }) => this.#usePeer(peerconnection));
    session.on('connecting', () => {
      if (this.#pc !== null) prepareAnswer(this.#pc);
      this.#applyTrack();
    });
    if (track === null) this.#release = holdAnswer(session);
    try {
      session.answer({ mediaStream: new MediaStream(), pcConfig: this.#pcConfig });
    } catch {
      this.#abort();
    }
  }

  setTrack(track: MediaStreamTrack): void {
    this.#track = track;
    this.#applyTrack();
    this.#release?.();
    this.#release = null;
  }

  reject(status: number): void {
    this.#terminate({ status_code: status });
  }

  deflect(number: string): void {
    const contact = `Contact: <${addressOf(number, this.#config.domain)}>`;
    this.#terminate({ status_code: 302, reason_phrase: 'Moved Temporarily', extraHeaders: [contact] });
  }

  hangUp(): void {
    const session = this.#parts?.session;
    const unanswered = session?.direction === 'incoming' && !session.isEstablished();
    this.#terminate(unanswered ? { status_code: 603 } : {});
  }

  mute(on: boolean): void {
    this.#muted = on;
    this.#applyMute();
  }

  hold(on: boolean): void {
    this.#parts?.holder.wish(on);
  }

  dtmf(tones: string): void {
    if (this.#parts?.holder.isConfirmed === true && !this.#ended) this.#parts.tones.send(tones);
    else this.#listener.tonesFailed();
  }

  refer(to: string | SipCall): void {
    const { user, domain } = this.#config;
    const ends = to instanceof JsSipCall ? to.#dialog() : null;
    const target = typeof to === 'string' ? addressOf(to, domain) : ends === null ? null : replacing(ends, domain);
    if (this.#parts === null || this.#ended || !this.#parts.holder.isConfirmed || target === null) {
      this.#listener.referred('refused', null);
      return;
    }
    this.#parts.refer.send(target, addressOf(user, domain), (outcome, status) => {
      this.#listener.referred(outcome, status);
    });
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

  #terminate(options: { status_code?: number; reason_phrase?: string; extraHeaders?: string[] }): void {
    if (this.#parts === null || this.#ended) return;
    try {
      this.#parts.session.terminate(options);
    } catch {
      this.fail();
    }
  }

  #dialog(): DialogEnds | null {
    const session = this.#parts?.session;
    const dialog = session === undefined || this.#ended ? null : internals(session)._dialog;
    if (dialog === null || dialog === undefined) return null;
    const { call_id: callId, local_tag: localTag, remote_tag: remoteTag } = dialog.id;
    const [remoteUri, remoteTarget] = [dialog._remote_uri.toString(), dialog._remote_target.toString()];
    return { callId, localTag, remoteTag, remoteUri, remoteTarget };
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
      this.#ice = { timer: new IceTimer({ hasStun: this.#config.stunUrls.length > 0, done }), ready };
    }
    this.#ice.timer.candidate(type);
  }

  /** A description goes out or came in. JsSIP uses what the event says after its listeners had it. */
  #described(event: { originator: string; type: string; sdp: string }, session: RTCSession, holder: Holder): void {
    if (event.originator === 'local') {
      // Ready by our timer, or because gathering ended before it.
      this.#ice?.timer.cancel();
      this.#iceReason ??= 'complete';
      if (event.type === 'answer' && session.isOnHold().local) event.sdp = heldAnswer(event.sdp);
    } else if (event.type === 'answer') {
      event.sdp = settleDtlsRole(event.sdp, this.#remoteDtlsRole());
      holder.lateAnswer(event.sdp);
    }
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
    const session = this.#parts?.session;
    if (session === undefined || this.#ended || this.#pc === null) return;
    if (this.#muted) session.mute({ audio: true, video: false });
    else session.unmute({ audio: true, video: false });
    // JsSIP switches only the track the sender has now; a track that comes later must obey as well.
    const held = session.isOnHold();
    if (this.#track !== null) this.#track.enabled = !this.#muted && !held.local && !held.remote;
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
    this.#parts?.holder.stop();
    this.#parts?.tones.stop();
    // JsSIP leaves it open when it refuses the answer to our own call.
    this.#pc?.close();
    this.#parts?.refer.ended(facts.by === 'remote' && !facts.broken);
    this.#listener.ended(facts);
  }
}
