// SPDX-License-Identifier: MIT
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { FromDesktop, FromRelay } from '../../src-shared/relay/protocol.ts';
import { readRelayMessage } from '../../src-shared/relay/protocol-schemas.ts';
import type { Log } from '../log.ts';

/** One connection to a relay, from opening to its end. */
export type RelaySocket = {
  send(message: FromDesktop): void;
  /** The relay's next messages wait in the network. */
  hold(on: boolean): void;
  /** Is anybody there? The connection ends when nothing is heard within this many milliseconds. */
  probe(ms: number): void;
  close(): void;
};

export type RelaySocketOptions = {
  readonly url: string;
  readonly token: string;
  /** PEM of the authorities to believe. */
  readonly ca: readonly string[];
  readonly onOpen: () => void;
  /** Checked; never called after `onClose`. */
  readonly onMessage: (message: FromRelay) => void;
  /** Once. `code` is the WebSocket's, or the HTTP status of a refused opening; 0 when nothing answered. */
  readonly onClose: (end: { readonly code: number; readonly opened: boolean }) => void;
  readonly log: Log;
};

/** A list of a company's devices or a day's statistics; events are some hundred bytes. */
const MOST_BYTES = 8 * 1024 * 1024;
const OPENING_MS = 10_000;
const PING_EVERY_MS = 20_000;
const ANSWER_WITHIN_MS = 10_000;
const FAREWELL_MS = 1_000;
const NORMAL = 1000;
/** Sent to a relay that says what no relay says. */
const POLICY_VIOLATION = 1008;

export function openRelaySocket(options: RelaySocketOptions): RelaySocket {
  const { log } = options;
  const socket = new WebSocket(options.url, {
    headers: { authorization: `Bearer ${options.token}` },
    ca: [...options.ca],
    maxPayload: MOST_BYTES,
    handshakeTimeout: OPENING_MS,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let opened = false;
  let ended = false;
  let held = false;
  let overdue: NodeJS.Timeout | undefined;
  let beat: NodeJS.Timeout | undefined;

  const end = (code: number, farewell: number | null = null): void => {
    if (ended) return;
    ended = true;
    clearTimeout(overdue);
    clearInterval(beat);
    if (farewell === null) socket.terminate();
    else socket.close(farewell);
    setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
    options.onClose({ code, opened });
  };
  const heard = (): void => {
    clearTimeout(overdue);
    overdue = undefined;
  };
  const send = (message: FromDesktop): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const probe = (ms: number): void => {
    // Whoever is held back cannot be heard.
    if (!opened || ended || held) return;
    send({ type: 'ping' });
    // A probe that is under way has asked already; only a shorter one makes it shorter.
    clearTimeout(overdue);
    overdue = setTimeout(() => {
      log.info('the relay has gone silent');
      end(0);
    }, ms);
  };

  socket.on('open', () => {
    opened = true;
    beat = setInterval(() => probe(ANSWER_WITHIN_MS), PING_EVERY_MS);
    options.onOpen();
  });
  socket.on('message', (data, isBinary) => {
    if (ended) return;
    heard();
    let message: FromRelay | null;
    try {
      if (isBinary) throw new TypeError('a binary frame');
      message = readRelayMessage(String(data));
    } catch (error) {
      log.warn('the relay says what is not understood', { error });
      return end(POLICY_VIOLATION, POLICY_VIOLATION);
    }
    if (message !== null) options.onMessage(message);
  });
  socket.on('unexpected-response', (_request, response: IncomingMessage) => {
    response.resume();
    end(response.statusCode ?? 0);
  });
  // A close follows; without a listener an error would end the program.
  socket.on('error', (error) => log.debug('the relay was not reached', { error }));
  socket.on('close', (code) => end(opened ? code : 0));

  return {
    send,
    hold(on) {
      if (ended || !opened) return;
      held = on;
      heard();
      if (on) socket.pause();
      else socket.resume();
    },
    probe,
    close: () => end(NORMAL, opened ? NORMAL : null),
  };
}
