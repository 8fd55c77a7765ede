// SPDX-License-Identifier: MIT

/** Bigger than any SIP message; a server that sends more is ignored. */
const MAX_MESSAGE = 256 * 1024;
/** RFC 5626 section 4.4.1: shorter than the 30 s after which the first routers forget a connection. */
const PING_MS = 25_000;
const PONG_MS = 6_000;
const PING = '\r\n\r\n';
const PONG = '\r\n';

/**
 * JsSIP's Socket interface over a WebSocket, with three things its own has not: it tells of every REGISTER and its
 * answer (JsSIP tells only of changes), it can be dropped at once when it is dead, and it pings.
 */
export class LineSocket {
  readonly url: string;
  readonly sip_uri: string;
  via_transport: string;
  onconnect: () => void = () => {};
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {};
  ondata: (data: unknown) => void = () => {};
  readonly #watch: { registerSent(): void; registerAnswered(): void };
  #ws: WebSocket | null = null;
  #pinger: ReturnType<typeof setInterval> | null = null;
  #pong: ReturnType<typeof setTimeout> | null = null;
  /** Not every server answers pings, so silence counts only after one did. */
  #ponged = false;

  constructor(url: string, watch: { registerSent(): void; registerAnswered(): void }) {
    const { protocol, host } = new URL(url);
    this.url = url;
    this.sip_uri = `sip:${host};transport=ws`;
    this.via_transport = protocol === 'wss:' ? 'WSS' : 'WS';
    this.#watch = watch;
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
      ws.onopen = () => this.#opened();
      ws.onmessage = ({ data }) => this.#received(data);
      ws.onclose = ({ wasClean, code, reason }) => {
        this.disconnect();
        this.ondisconnect(!wasClean, code, reason);
      };
    } catch {
      setTimeout(() => this.ondisconnect(true, 1006, 'not opened'));
    }
  }

  disconnect(): void {
    const ws = this.#ws;
    this.#ws = null;
    if (this.#pinger !== null) clearInterval(this.#pinger);
    this.#stopPong();
    if (ws === null) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  }

  /** Gives a silent connection up now: its closing handshake would wait for an answer that never comes. */
  drop(): void {
    if (this.#ws === null) return;
    this.disconnect();
    this.ondisconnect(true, 1006, 'dropped');
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (typeof message !== 'string' || this.#ws?.readyState !== WebSocket.OPEN) return false;
    this.#ws.send(message);
    if (message.startsWith('REGISTER ')) this.#watch.registerSent();
    return true;
  }

  #opened(): void {
    this.#ponged = false;
    this.#pinger = setInterval(() => {
      if (this.send(PING) && this.#ponged) this.#pong ??= setTimeout(() => this.drop(), PONG_MS);
    }, PING_MS);
    this.onconnect();
  }

  #received(data: unknown): void {
    const text = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : data;
    if (typeof text !== 'string' || text.length > MAX_MESSAGE) return;
    this.#stopPong();
    if (text === PONG) this.#ponged = true;
    this.ondata(text);
    if (/^SIP\/2\.0 2\d\d /.test(text) && /^CSeq:[ \t]*\d+[ \t]+REGISTER[ \t]*\r?$/im.test(text)) {
      this.#watch.registerAnswered();
    }
  }

  #stopPong(): void {
    if (this.#pong !== null) clearTimeout(this.#pong);
    this.#pong = null;
  }
}
