// SPDX-License-Identifier: MIT
import type { RTCSession } from 'jssip/lib/RTCSession';
import { internals } from './jssip-internals.ts';

/**
 * Holds the 200 of an incoming call back until the microphone is open, so that it opens while the answer is made and
 * not before, and nobody is answered by somebody who cannot speak. Returns the function that lets the 200 go.
 */
export function holdAnswer(session: RTCSession): () => void {
  const request = internals(session)._request;
  const reply = request.reply.bind(request);
  let open = false;
  let waiting: (() => void) | null = null;
  request.reply = (status, ...rest) => {
    if (status >= 300 || open) return reply(status, ...rest);
    waiting = () => reply(status, ...rest);
  };
  return () => {
    open = true;
    // Cancelled meanwhile: there is nobody to answer.
    if (!session.isEnded()) waiting?.();
    waiting = null;
  };
}

/** The answer's transceivers: audio both ways though no track is there yet, no video. */
export function prepareAnswer(pc: RTCPeerConnection): void {
  let hasAudio = false;
  for (const transceiver of pc.getTransceivers()) {
    const isAudio = transceiver.receiver.track.kind === 'audio';
    hasAudio ||= isAudio;
    transceiver.direction = isAudio ? 'sendrecv' : 'inactive';
    if (isAudio) transceiver.sender.setStreams(new MediaStream());
  }
  // An INVITE without an offer: ours must have a voice in it.
  if (!hasAudio) pc.addTransceiver('audio', { streams: [new MediaStream()] });
}
