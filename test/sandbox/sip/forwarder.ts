// SPDX-License-Identifier: MIT
import type { Connection } from './connections.ts';
import {
  clone,
  header,
  headerValues,
  makeResponse,
  newBranch,
  param,
  popVia,
  prependHeader,
  type SipRequest,
  type SipResponse,
  setHeader,
} from './message.ts';

type Waiting = {
  readonly request: SipRequest;
  readonly connection: Connection;
  readonly onResponse: (response: SipResponse) => void;
  answered: boolean;
};

/** Sends requests under a Via of our own and brings each response back to whoever waits for it. */
export class Forwarder {
  readonly #host: () => string;
  readonly #waiting = new Map<string, Waiting>();

  constructor(host: () => string) {
    this.#host = host;
  }

  /**
   * Sends `request` (changed in place) and calls `onResponse` for each answer, our Via taken off. A socket that
   * closes first answers 503.
   *
   * @returns the branch.
   */
  forward(request: SipRequest, connection: Connection, onResponse: (response: SipResponse) => void): string {
    const branch = newBranch();
    const hops = Number(header(request, 'max-forwards') || 70);
    setHeader(request, 'Max-Forwards', String(hops - 1));
    const before = clone(request);
    prependHeader(request, 'Via', this.via(branch));
    if (request.method !== 'ACK') {
      this.#waiting.set(branch, { request: before, connection, onResponse, answered: false });
    }
    connection.send(request);
    return branch;
  }

  via(branch: string): string {
    return `SIP/2.0/WS ${this.#host()};branch=${branch}`;
  }

  get host(): string {
    return this.#host();
  }

  receive(response: SipResponse): void {
    const branch = param(headerValues(response, 'via')[0] ?? '', 'branch');
    const waiting = this.#waiting.get(branch);
    // An answer to CANCEL shares its branch with the INVITE, and nobody waits for it.
    if (waiting === undefined || / CANCEL$/.test(header(response, 'cseq'))) return;
    const isInvite = / INVITE$/.test(header(response, 'cseq'));
    // Further 2xx of an INVITE are repetitions until the ACK arrives, and must be passed on.
    if (response.status >= 300 || (response.status >= 200 && !isInvite)) this.#waiting.delete(branch);
    if (response.status >= 200) waiting.answered = true;
    popVia(response);
    waiting.onResponse(response);
  }

  /** Fails what was under way on a socket that closed. */
  lost(connection: Connection): void {
    for (const [branch, waiting] of this.#waiting) {
      if (waiting.connection !== connection) continue;
      this.#waiting.delete(branch);
      if (!waiting.answered) waiting.onResponse(makeResponse(waiting.request, 503, 'Service Unavailable'));
    }
  }
}
