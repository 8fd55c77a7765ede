// SPDX-License-Identifier: MIT
import type { WebSocket } from 'ws';
import { contactKey, type SipMessage, serialise } from './message.ts';

/** One WebSocket of a phone. */
export class Connection {
  /** SIP users that proved their password on this socket. */
  readonly users = new Set<string>();
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get alive(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** @returns false when the socket is gone. */
  send(message: SipMessage | '\r\n'): boolean {
    if (!this.alive) return false;
    this.#socket.send(message === '\r\n' ? message : serialise(message));
    return true;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Where a call can be sent: a contact, and who is called by it (extension or `customer`). */
export type Target = { readonly label: string; readonly uri: string };

/** Which socket reaches a contact now. Kept past a lost socket, so that a call goes on after the phone is back. */
export class Contacts {
  readonly #sockets = new Map<string, Connection>();

  learn(uri: string, connection: Connection): void {
    if (uri !== '') this.#sockets.set(contactKey(uri), connection);
  }

  reach(uri: string): Connection | null {
    const connection = this.#sockets.get(contactKey(uri));
    return connection?.alive === true ? connection : null;
  }
}
