// SPDX-License-Identifier: MIT
import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { RTCSessionEvent } from 'jssip/lib/UA';

/**
 * Another WebRTC phone: answers, plays a tone of its own, lets itself be transferred. Unlike JsSIP as it comes it
 * takes the tags of Replaces at their word (RFC 3891 section 3): the wrong way round is another dialog.
 */
const MEDIA = { audio: true, video: false };
const ringing: RTCSession[] = [];
const sessions: RTCSession[] = [];
const offers: string[] = [];
const analysers = new WeakMap<RTCSession, AnalyserNode>();
let ua: UA | null = null;
let tone: MediaStreamTrack | null = null;
let domain = '';
let isAuto = true;
let context: AudioContext | null = null;

type Request = {
  readonly replaces?: { readonly call_id: string; readonly from_tag: string; readonly to_tag: string };
  reply(status: number): void;
};
type Inside = { readonly _dialog?: { readonly id: { readonly local_tag: string; readonly remote_tag: string } } };

/** A track for each call: JsSIP switches it off when one of them is held. */
function voice(): { mediaStream?: MediaStream } {
  return tone === null ? {} : { mediaStream: new MediaStream([tone.clone()]) };
}

function listenTo(session: RTCSession, pc: RTCPeerConnection): void {
  pc.addEventListener('track', ({ track }) => {
    if (context === null) return;
    // Chromium lets a received track flow only into an element.
    const element = new Audio();
    element.muted = true;
    element.srcObject = new MediaStream([track]);
    element.play().catch(() => {});
    const analyser = context.createAnalyser();
    analyser.fftSize = 8_192;
    analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    analysers.set(session, analyser);
  });
}

function adopt(session: RTCSession): void {
  sessions.push(session);
  session.on('peerconnection', ({ peerconnection }) => listenTo(session, peerconnection));
  if (session.connection) listenTo(session, session.connection);
  session.on('refer', ({ accept }) => accept((next: RTCSession) => next, { mediaConstraints: MEDIA, ...voice() }));
  session.on('replaces', (event) => {
    const request = event.request as unknown as Request;
    const ours = (session as unknown as Inside)._dialog?.id;
    const right = request.replaces?.to_tag === ours?.local_tag && request.replaces?.from_tag === ours?.remote_tag;
    if (right) event.accept((next: RTCSession) => setTimeout(() => answer(next)));
    else request.reply(481);
  });
}

function answer(session: RTCSession): void {
  session.answer({ mediaConstraints: MEDIA, ...voice() });
}

function live(): RTCSession | undefined {
  return sessions.findLast((session) => session.isEstablished());
}

const party = {
  offers,
  async start(options: { url: string; user: string; password: string; domain: string; hertz: number; auto: boolean }) {
    isAuto = options.auto;
    context = new AudioContext();
    const source = context.createOscillator();
    source.frequency.value = options.hertz;
    const output = context.createMediaStreamDestination();
    const gain = context.createGain();
    gain.gain.value = 0.3;
    source.connect(gain).connect(output);
    source.start();
    tone = output.stream.getAudioTracks()[0] ?? null;
    domain = options.domain;
    const uri = `sip:${options.user}@${options.domain}`;
    const started = new UA({
      sockets: [new WebSocketInterface(options.url)],
      uri,
      password: options.password,
      session_timers: false,
    });
    ua = started;
    started.on('newRTCSession', ({ session, request }: RTCSessionEvent) => {
      adopt(session);
      if (session.direction !== 'incoming') return;
      offers.push((request as { body?: string }).body ?? '');
      const replaces = (request as unknown as Request).replaces;
      if (replaces !== undefined) return;
      if (isAuto) setTimeout(() => answer(session));
      else ringing.push(session);
    });
    await new Promise<void>((resolve, reject) => {
      started.on('registered', () => resolve());
      started.on('registrationFailed', ({ cause }) => reject(new Error(cause)));
      started.start();
    });
  },
  dial(number: string, extraHeaders: string[] = []) {
    const options = { mediaConstraints: MEDIA, extraHeaders, ...voice() };
    ua?.call(`sip:${number}@${domain}`, options);
  },
  auto(on: boolean) {
    isAuto = on;
  },
  answer() {
    const session = ringing.shift();
    if (session !== undefined) answer(session);
  },
  refuse(status: number) {
    ringing.shift()?.terminate({ status_code: status });
  },
  hold: () => live()?.hold(),
  resume: () => live()?.unhold(),
  hangUp() {
    for (const session of sessions) if (!session.isEnded()) session.terminate();
  },
  /** Calls that are not over. */
  calls: () => sessions.filter((session) => !session.isEnded()).length,
  ringing: () => ringing.length,
  established: () => sessions.filter((session) => session.isEstablished()).length,
  isHeld: () => live()?.isOnHold().remote ?? false,
  ended: () => sessions.filter((session) => session.isEnded()).length,
  async rtpStats() {
    let [sent, received] = [0, 0];
    const report = await live()?.connection.getStats();
    for (const entry of report?.values() ?? []) {
      if (entry.type === 'outbound-rtp') sent += entry.packetsSent;
      if (entry.type === 'inbound-rtp') received += entry.packetsReceived;
    }
    return { sent, received };
  },
  /** How loud each frequency is in what this phone hears now, in dB; -1000 for silence. */
  hears(hertz: readonly number[]): readonly number[] {
    const session = live();
    const analyser = session === undefined ? undefined : analysers.get(session);
    if (analyser === undefined || context === null) return hertz.map(() => -1_000);
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const width = context.sampleRate / analyser.fftSize;
    return hertz.map((frequency) => {
      const at = Math.round(frequency / width);
      return Math.max(-1_000, ...bins.slice(at - 1, at + 2));
    });
  },
};
Object.assign(globalThis, { party });
const { megadial } = globalThis as unknown as { megadial: { invoke(name: string, event: unknown): Promise<unknown> } };
void megadial.invoke('engine.event', { type: 'ready' });

export type PartyPage = typeof party;
