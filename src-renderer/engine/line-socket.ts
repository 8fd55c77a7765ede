// SPDX-License-Identifier: MIT
import { KeepAlive } from './recovery-keepalive.ts';
import { ServerList } from './recovery-servers.ts';

/** Bigger than any SIP message; a server that sends more is ignored. */
const MAX_MESSAGE = 256 * 1024;

export type LineSocketWatch = {
  registerSent(): void;
  registerAnswered(): void;
  /** Any message came in. */
  heard(): void;
  /** No answer to our pings: a REGISTER must tell whether the connection is dead. */
  silent(): void;
  /** No call would notice if the line went away for a moment. */
  quiet(): boolean;
};

/**
 * JsSIP's Socket interface over a WebSocket, with what its own has not: it tells of every REGISTER and its answer
 * (JsSIP tells only of changes), it can be dropped at once when it is dead, it finds out when it is, and it knows
 * several servers.
 */
export class LineSocket {
  onconnect: () => void = () => {};
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {};
  ondata: (data: unknown) => void = () => {};
  readonly #servers: ServerList;
  readonly #watch: LineSocketWatch;
  readonly #keepAlive: KeepAlive;
  #ws: WebSocket | null = null;

  /** Throws a TypeError when no address is usable. `from` is our address in SIP, `user@domain`. */
  constructor(urls: readonly string[], from: string, watch: LineSocketWatch) {
    this.#servers = new ServerList(urls);
    this.#watch = watch;
    this.#keepAlive = new KeepAlive({
      send: (text) => this.send(text),
      from,
      domain: from.slice(from.lastIndexOf('@') + 1),
      viaTransport: () => this.via_transport,
      silent: () => watch.silent(),
    });
  }

  get url(): string {
    return this.#servers.current;
  }

  get sip_uri(): string {
    return `sip:${new URL(this.url).host};transport=ws`;
  }

  get via_transport(): string {
    return new URL(this.url).protocol === 'wss:' ? 'WSS' : 'WS';
  }

  isConnected(): boolean {
    return this.#ws?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.#ws?.readyState === WebSocket.CONNECTING;
  }

  connect(): void {
    if (this.isConnected() || this.isConnecting()) return;
    this.disconnect();
    try {
      const ws = new WebSocket(this.url, 'sip');
      this.#ws = ws;
      ws.binaryType = 'arraybuffer';
      ws.onopen = () => {
        this.#keepAlive.start();
        this.onconnect();
      };
      ws.onmessage = ({ data }) => this.#received(data);
      ws.onclose = ({ wasClean, code, reason }) => this.#lost(!wasClean, code, reason);
    } catch {
      setTimeout(() => this.#lost(true, 1006, 'not opened'));
    }
  }

  disconnect(): void {
    const ws = this.#ws;
    this.#ws = null;
    this.#keepAlive.stop();
    this.#servers.stop();
    if (ws === null) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  }

  /** Gives a silent connection up now: its closing handshake would wait for an answer that never comes. */
  drop(): void {
    if (this.#ws !== null) this.#lost(true, 1006, 'dropped');
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (typeof message !== 'string' || this.#ws?.readyState !== WebSocket.OPEN) return false;
    this.#ws.send(message);
    if (message.startsWith('REGISTER ')) this.#watch.registerSent();
    return true;
  }

  #lost(error: boolean, code: number, reason: string): void {
    this.disconnect();
    this.#servers.ended();
    this.ondisconnect(error, code, reason);
  }

  #received(data: unknown): void {
    const text = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : data;
    if (typeof text !== 'string' || text.length > MAX_MESSAGE) return;
    const ours = this.#keepAlive.heard(text);
    this.#watch.heard();
    if (ours) return;
    this.ondata(text);
    if (/^SIP\/2\.0 2\d\d /.test(text) && /^CSeq:[ \t]*\d+[ \t]+REGISTER[ \t]*\r?$/im.test(text)) this.#registered();
  }

  #registered(): void {
    this.#servers.worked();
    this.#servers.watchPreferred({ quiet: () => this.#watch.quiet(), move: () => this.drop() });
    this.#watch.registerAnswered();
  }
}
