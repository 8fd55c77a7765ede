// SPDX-License-Identifier: MIT
import type { RTCSession } from 'jssip/lib/RTCSession';
import { internals, type SipMessage } from './jssip-internals.ts';
import type { ReferOutcome } from './port.ts';

/** How long the other side may say nothing at all to a REFER, neither an answer nor a NOTIFY. */
const FIRST_WORD_MS = 15_000;
/** How long a target may ring. */
const LAST_WORD_MS = 180_000;

/** The REFER of one call: at most one at a time, because a NOTIFY need not say which one it is about. */
export class Refer {
  readonly #session: RTCSession;
  #report: ((outcome: ReferOutcome, status: number | null) => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #accepted = false;

  constructor(session: RTCSession) {
    this.#session = session;
    const inside = internals(session);
    const receive = inside.receiveRequest.bind(session);
    inside.receiveRequest = (request) => {
      // JsSIP throws at a NOTIFY without Event, and forgets a REFER only when it is told its end.
      if (request.method === 'NOTIFY') this.#notified(request);
      else receive(request);
    };
  }

  /** Exactly one last outcome; `ringing` any number of times before it. False when one is under way. */
  send(target: string, referredBy: string, report: (outcome: ReferOutcome, status: number | null) => void): boolean {
    if (this.#report !== null) return false;
    this.#report = report;
    this.#accepted = false;
    this.#wait(FIRST_WORD_MS);
    const refused = (response?: SipMessage) => this.#finish('refused', response?.status_code ?? null);
    const eventHandlers = {
      onSuccessResponse: () => {
        this.#accepted = true;
      },
      onErrorResponse: refused,
      onDialogError: refused,
      onTransportError: () => refused(),
      onRequestTimeout: () => this.#finish('unanswered', null),
    };
    const headers = [`Refer-To: <${target}>`, `Referred-By: <${referredBy}>`, `Contact: ${this.#session.contact}`];
    internals(this.#session).sendRequest('REFER', { extraHeaders: headers, eventHandlers });
    return true;
  }

  /** The call is over. A party that took the REFER and then hung up has gone where it was sent. */
  ended(byRemote: boolean): void {
    this.#finish(byRemote && this.#accepted ? 'done' : 'refused', null);
  }

  #notified(request: SipMessage): void {
    const isRefer = /^\s*refer\s*(;|$)/i.test(request.getHeader('event') ?? '');
    if (!isRefer) request.reply?.(489);
    else if (this.#report === null) request.reply?.(481, 'Subscription does not exist');
    else {
      request.reply?.(200);
      this.#accepted = true;
      const status = Number(/^\s*SIP\/2\.0\s+([1-6]\d\d)\b/.exec(request.body ?? '')?.[1] ?? 0);
      const isLast = /^\s*terminated/i.test(request.getHeader('subscription-state') ?? '');
      this.#progress(status, isLast);
    }
  }

  #progress(status: number, isLast: boolean): void {
    if (status >= 300) this.#finish('refused', status);
    else if (status >= 200) this.#finish('done', status);
    else if (isLast) this.#finish('unanswered', null);
    else {
      this.#wait(LAST_WORD_MS);
      if (status > 100) this.#report?.('ringing', status);
    }
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#finish('unanswered', null), ms);
  }

  #finish(outcome: ReferOutcome, status: number | null): void {
    clearTimeout(this.#timer);
    const report = this.#report;
    this.#report = null;
    report?.(outcome, status);
  }
}
