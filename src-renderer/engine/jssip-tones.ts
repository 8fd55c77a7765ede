// SPDX-License-Identifier: MIT
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { SipConfig } from '../../src-shared/engine-protocol.ts';
import { internals } from './jssip-internals.ts';
import { toneStretch } from './sdp.ts';

const TONE_MS = 120;
const GAP_MS = 70;
const PAUSE_MS = 2_000;

/**
 * Tones of one call, one after the other. Sent by hand: JsSIP sends nothing, and does not say so, when the sender has
 * no track; it ends the call when an INFO gets no answer; and it forgets the rest when one is refused.
 */
export class ToneSender {
  readonly #session: RTCSession;
  readonly #mode: SipConfig['dtmf'];
  readonly #sender: () => RTCRtpSender | undefined;
  readonly #failed: () => void;
  #queue = '';
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: {
    readonly session: RTCSession;
    readonly mode: SipConfig['dtmf'];
    readonly sender: () => RTCRtpSender | undefined;
    /** The rest of the tones is dropped. */
    readonly failed: () => void;
  }) {
    this.#session = options.session;
    this.#mode = options.mode;
    this.#sender = options.sender;
    this.#failed = options.failed;
  }

  /** 0-9, A-D, *, # and `,` for two seconds of silence; anything else fails as a whole. */
  send(tones: string): void {
    if (!/^[0-9A-D*#,]+$/i.test(tones)) {
      this.#failed();
      return;
    }
    const sender = this.#sender();
    // A tone by RTP needs a far end that takes telephone-event (RFC 4733) and a track to send in the place of.
    const inBand = this.#mode !== 'info' && sender?.dtmf?.canInsertDTMF === true ? sender.dtmf : null;
    if (inBand !== null && sender !== undefined) {
      const duration = TONE_MS * toneStretch(sender.getParameters().codecs);
      // The browser keeps the queue; the same comma is its two seconds.
      inBand.insertDTMF(inBand.toneBuffer + tones, duration, GAP_MS);
    } else if (this.#mode === 'rfc4733') this.#failed();
    else {
      this.#queue += tones;
      if (!this.#busy) this.#next();
    }
  }

  stop(): void {
    this.#queue = '';
    this.#busy = false;
    clearTimeout(this.#timer);
  }

  #next(): void {
    const tone = this.#queue.charAt(0).toUpperCase();
    this.#queue = this.#queue.slice(1);
    this.#busy = tone !== '';
    if (tone === ',') this.#nextAfter(PAUSE_MS);
    else if (tone !== '') this.#inform(tone);
  }

  #nextAfter(ms: number): void {
    this.#timer = setTimeout(() => this.#next(), ms);
  }

  #inform(tone: string): void {
    const failed = () => {
      if (!this.#busy) return;
      this.stop();
      this.#failed();
    };
    const eventHandlers = {
      onSuccessResponse: () => {
        if (this.#busy) this.#nextAfter(TONE_MS + GAP_MS);
      },
      onErrorResponse: failed,
      onTransportError: failed,
      onRequestTimeout: failed,
      onDialogError: failed,
    };
    const body = `Signal=${tone}\r\nDuration=${TONE_MS}`;
    const extraHeaders = ['Content-Type: application/dtmf-relay'];
    internals(this.#session).sendRequest('INFO', { extraHeaders, body, eventHandlers });
  }
}
