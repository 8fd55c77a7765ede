// SPDX-License-Identifier: MIT
import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { RTCSessionEvent } from 'jssip/lib/UA';
import type { Bridge } from '../../../src-shared/ipc/map.ts';

/** JsSIP used as its own guide shows it, for comparison with the engine. */
let ua: UA | null = null;
let incoming: RTCSession | null = null;

/** As every guide has it: the far end's stream goes to an audio element. */
function play(peer: RTCPeerConnection): void {
  peer.addEventListener('track', ({ streams }) => {
    const audio = new Audio();
    audio.srcObject = streams[0] ?? null;
    audio.play().catch(() => {});
  });
}

const plain = {
  register(url: string, uri: string, password: string): Promise<void> {
    const started = new UA({ sockets: [new WebSocketInterface(url)], uri, password });
    ua = started;
    started.on('newRTCSession', ({ session }: RTCSessionEvent) => {
      if (session.direction === 'incoming') incoming = session;
      if (session.connection) play(session.connection);
      session.on('peerconnection', ({ peerconnection }) => play(peerconnection));
    });
    return new Promise((resolve, reject) => {
      started.on('registered', () => resolve());
      started.on('registrationFailed', ({ cause }) => reject(new Error(cause)));
      started.start();
    });
  },
  isRinging: (): boolean => incoming?.isInProgress() ?? false,
  answer(): void {
    incoming?.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
  },
  hangUp(): void {
    ua?.terminateSessions();
  },
  isRegistered: (): boolean => ua?.isRegistered() ?? false,
  call(target: string, stunUrls: readonly string[]): void {
    const iceServers = stunUrls.map((urls) => ({ urls }));
    ua?.call(target, { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers } });
  },
};

Object.assign(globalThis, { plain });
const { megadial } = globalThis as unknown as { megadial: Bridge };
void megadial.invoke('engine.event', { type: 'ready' });
