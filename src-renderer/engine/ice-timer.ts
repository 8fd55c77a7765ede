// SPDX-License-Identifier: MIT
/**
 * When to send an offer or answer, though ICE is still gathering. Left alone, a STUN server that does not answer
 * holds the INVITE back for about 40 s (Chromium's own patience), and even no STUN costs 125 ms.
 */
export type IceReason = 'srflx' | 'host-timeout' | 'complete';

/** How long a host candidate waits for a server-reflexive one. */
export const STUN_WAIT_MS = 500;
/** Without STUN nothing is awaited but the candidates of the other network cards, which come in one burst. */
export const HOST_SETTLE_MS = 2;

/** One gathering: calls `done` once, at the first of the three events. */
export class IceTimer {
  readonly #wait: number;
  readonly #done: (reason: IceReason) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #finished = false;

  constructor(options: { readonly hasStun: boolean; readonly done: (reason: IceReason) => void }) {
    this.#wait = options.hasStun ? STUN_WAIT_MS : HOST_SETTLE_MS;
    this.#done = options.done;
  }

  /** A candidate was gathered; a type the browser does not tell counts as a host candidate. */
  candidate(type: string | null): void {
    if (this.#finished) return;
    if (type === 'srflx' || type === 'relay') this.#finish('srflx');
    else this.#timer ??= setTimeout(() => this.#finish('host-timeout'), this.#wait);
  }

  complete(): void {
    this.#finish('complete');
  }

  /** The call ended first: `done` is not called any more. */
  cancel(): void {
    this.#finished = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #finish(reason: IceReason): void {
    if (this.#finished) return;
    this.cancel();
    this.#done(reason);
  }
}
