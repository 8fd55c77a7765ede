// SPDX-License-Identifier: MIT

/** What a call may know and ask of the line it runs on. */
export type CallLine = {
  isUp(): boolean;
  /** A call lost its sound: test the line now. Ends in `up` or, when it is dead, in `down` and later `up`. */
  suspect(): void;
  /** Returns the function that ends the listening. */
  listen(listener: CallLineListener): () => void;
};

export type CallLineListener = {
  /** The socket opened (`fresh`), or proved that it is alive after somebody suspected it. */
  up(fresh: boolean): void;
  down(): void;
};

/** Tells the calls of one line what happens to its socket. */
export class LineHealth implements CallLine {
  readonly #test: () => void;
  readonly #listeners = new Set<CallLineListener>();
  #up = false;
  #suspected = false;

  /** `test` must cause traffic on a live socket, and the end of a dead one. */
  constructor(test: () => void) {
    this.#test = test;
  }

  isUp(): boolean {
    return this.#up;
  }

  suspect(): void {
    this.#suspected = true;
    this.#test();
  }

  listen(listener: CallLineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  opened(): void {
    this.#up = true;
    this.#suspected = false;
    for (const listener of [...this.#listeners]) listener.up(true);
  }

  heard(): void {
    if (!this.#suspected || !this.#up) return;
    this.#suspected = false;
    for (const listener of [...this.#listeners]) listener.up(false);
  }

  closed(): void {
    this.#up = false;
    for (const listener of [...this.#listeners]) listener.down();
  }
}
