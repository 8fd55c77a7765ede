// SPDX-License-Identifier: MIT
import type { EngineEvent, RegistrationState } from '../../src-shared/engine-protocol.ts';
import { refusedDelay, retryDelay, silentDelay } from './backoff.ts';

/** What the watch may do to the line. */
export type WatchedLine = {
  /** Opens the socket; ends in `socketUp` or `socketDown`. */
  connect(): void;
  /** Closes the socket without waiting for the other side; ends in `socketDown`. */
  drop(): void;
  /** Sends a REGISTER now, unless one is on its way. */
  register(): void;
};

export type RegisterFailure = {
  /** Final SIP status, 0 when there was no usable answer. */
  readonly status: number;
  readonly reason: string;
  /** Realm of the challenge when it is not ours. */
  readonly realm: string | null;
};

type RegistrationEvent = Extract<EngineEvent, { type: 'registration' }>;

/** Long enough for three packets of a TCP handshake, at 0, 1 and 3 s: the next try begins two seconds later. */
const CONNECT_MS = 5_000;
/** A slow network may need longer; it gets it when quick tries led nowhere for a minute and a half. */
const SLOW_CONNECT_MS = 20_000;
const SLOW_AFTER = 18;
const ANSWER_MS = 8_000;
/** After sleep or a network change the socket is suspect: it gets less time to prove itself. */
const PROBE_MS = 3_000;
const STALE_CONNECT_MS = 500;

/**
 * Keeps us registered. JsSIP gives up after a failed REGISTER on a live socket, ignores a 200 without our contact,
 * waits 32 s on a dead socket and never hears that the network is back; so connecting and retrying are ours alone.
 */
export class RegistrarWatch {
  readonly #line: WatchedLine;
  readonly #report: (event: RegistrationEvent) => void;
  readonly #random: () => number;
  readonly #expiresMs: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running = false;
  #up = false;
  /** Down and between two tries. */
  #waiting = false;
  /** Nobody answered the connection that just ended, not even by refusing it. */
  #silent = false;
  #connectingSince = 0;
  #attempts = 0;
  #refusals = 0;
  #state: RegistrationState = 'off';
  #last = '';

  constructor(options: {
    readonly line: WatchedLine;
    readonly report: (event: RegistrationEvent) => void;
    /** Seconds asked for in REGISTER. */
    readonly expires: number;
    readonly random?: () => number;
  }) {
    this.#line = options.line;
    this.#report = options.report;
    this.#expiresMs = options.expires * 1_000;
    this.#random = options.random ?? Math.random;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  start(): void {
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#clear();
    this.#set('off');
  }

  socketUp(): void {
    if (!this.#running) return;
    this.#up = true;
    this.#clear();
    this.#set('registering');
    this.#line.register();
  }

  socketDown(): void {
    if (!this.#running) return;
    this.#up = false;
    this.#waiting = true;
    const wasLive = this.#state === 'registered' || this.#state === 'registering';
    const delay = this.#silent ? silentDelay : retryDelay;
    this.#silent = false;
    const retryIn = delay(this.#attempts, this.#random());
    this.#attempts += 1;
    this.#after(retryIn, () => this.#connect());
    // A blip that the quick retry will mend is not worth an alarm; an unopened socket is.
    if (wasLive && this.#attempts === 1) this.#set('connecting', null, null, retryIn);
    else this.#set('failed', { code: 'sip.unreachable', params: {} }, null, retryIn);
  }

  /** A REGISTER left, ours or the library's own refresh: no answer in time means a dead socket. */
  registerSent(): void {
    if (this.#running) this.#after(ANSWER_MS, () => this.#line.drop());
  }

  registered(): void {
    if (!this.#running) return;
    this.#attempts = 0;
    this.#refusals = 0;
    // The library refreshes at 32 s or more before the end; this only fires when it forgot.
    const margin = this.#expiresMs > 64_000 ? 16_000 : 2_000;
    this.#after(Math.max(5_000, this.#expiresMs - margin), () => this.#line.register());
    this.#set('registered');
  }

  registerFailed(failure: RegisterFailure): void {
    if (!this.#running || !this.#up) return;
    const { status, reason, realm } = failure;
    if (realm !== null) {
      // Waiting mends nothing: main has to make an ha1 for this realm and register again.
      this.#clear();
      this.#set('failed', { code: 'sip.rejected', params: { status } }, realm, null);
      return;
    }
    const refused = status === 401 || status === 403 || status === 407 || status === 404;
    const retryIn = refused
      ? refusedDelay(this.#refusals, this.#random())
      : retryDelay(this.#attempts + 1, this.#random());
    if (refused) this.#refusals += 1;
    else this.#attempts += 1;
    this.#after(retryIn, () => this.#registerAgain());
    const code = !refused ? 'sip.server' : status === 404 ? 'sip.not-found' : 'sip.rejected';
    this.#set('failed', { code, params: { status, reason } }, null, retryIn);
  }

  /**
   * The computer woke, the network changed, a call lost its sound or a person asked: find out now whether the line
   * still works.
   */
  refresh(): void {
    if (!this.#running) return;
    this.#attempts = 0;
    if (this.#up) {
      this.#registerAgain();
      this.#after(PROBE_MS, () => this.#line.drop());
    } else if (this.#waiting) {
      this.#connect();
    } else if (performance.now() - this.#connectingSince > STALE_CONNECT_MS) {
      // Begun on the network that was: its packets are sent again at ever longer intervals.
      this.#line.drop();
      this.#connect();
    }
  }

  #registerAgain(): void {
    if (this.#state !== 'registered') this.#set('registering');
    this.#line.register();
  }

  #connect(): void {
    this.#waiting = false;
    this.#connectingSince = performance.now();
    this.#after(this.#attempts > SLOW_AFTER ? SLOW_CONNECT_MS : CONNECT_MS, () => {
      this.#silent = true;
      this.#line.drop();
    });
    this.#set('connecting');
    this.#line.connect();
  }

  #after(ms: number, action: () => void): void {
    this.#clear();
    this.#timer = setTimeout(action, ms);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #set(
    state: RegistrationState,
    error: RegistrationEvent['error'] = null,
    realm: string | null = null,
    retryIn: number | null = null,
  ): void {
    this.#state = state;
    const key = `${state}|${JSON.stringify(error)}|${realm}|${retryIn === null ? '' : 'wait'}`;
    // A failure is told every time, for its new waiting time; the rest only when it changes.
    if (key === this.#last && state !== 'failed') return;
    this.#last = key;
    this.#report({ type: 'registration', state, error, realm, retryIn });
  }
}
