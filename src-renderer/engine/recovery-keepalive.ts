// SPDX-License-Identifier: MIT

/** Silence after which the connection is asked; routers forget connections after 30 s (RFC 5626 section 4.4.1). */
const IDLE_MS = 12_000;
const ANSWER_MS = 5_000;
const PING = '\r\n\r\n';
const PONG = '\r\n';

/** What the keep-alive needs of the connection. */
export type KeepAliveOptions = {
  readonly send: (text: string) => void;
  /** Our address in SIP, for OPTIONS: `user@domain`, and the transport's name in Via. */
  readonly from: string;
  readonly domain: string;
  readonly viaTransport: () => string;
  /** Neither ping was answered: only a REGISTER, which every server answers, can tell now. */
  readonly silent: () => void;
};

/**
 * Finds a dead connection within 30 s of its last sign of life, with any server: first a CRLF ping, which costs nothing
 * but which not every server answers; then OPTIONS, which some ignore; then whoever owns the line sends a REGISTER and
 * gives it 3 s. Any message from the server counts as a sign of life.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #ponged = false;
  #pings = 0;
  readonly #id = crypto.randomUUID();

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  start(): void {
    this.#ponged = false;
    this.#listen();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A message came in. True when it is the answer to a ping of ours, and nobody else's business. */
  heard(text: string): boolean {
    if (text === PONG) this.#ponged = true;
    this.#listen();
    return text.startsWith('SIP/2.0 ') && text.includes(`\r\nCall-ID: ${this.#id}\r\n`);
  }

  #listen(): void {
    this.#after(IDLE_MS, () => {
      this.#options.send(PING);
      // A server that answered pings before and stopped has no need to be asked a second time.
      this.#after(ANSWER_MS, () => (this.#ponged ? this.#silent() : this.#askOptions()));
    });
  }

  #askOptions(): void {
    this.#options.send(this.#optionsRequest());
    this.#after(ANSWER_MS, () => this.#silent());
  }

  #silent(): void {
    this.#listen();
    this.#options.silent();
  }

  #optionsRequest(): string {
    const { from, domain, viaTransport } = this.#options;
    this.#pings += 1;
    return [
      `OPTIONS sip:${domain} SIP/2.0`,
      `Via: SIP/2.0/${viaTransport()} ${this.#id}.invalid;branch=z9hG4bK${this.#id}${this.#pings}`,
      'Max-Forwards: 70',
      `From: <sip:${from}>;tag=${this.#pings}`,
      `To: <sip:${domain}>`,
      `Call-ID: ${this.#id}`,
      `CSeq: ${this.#pings} OPTIONS`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  }

  #after(ms: number, action: () => void): void {
    this.stop();
    this.#timer = setTimeout(action, ms);
  }
}
