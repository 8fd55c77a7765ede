// SPDX-License-Identifier: MIT

/** How often a desktop on a spare server looks whether the preferred one is back; ±25 %. */
const RETURN_MS = 300_000;
const TRIAL_MS = 5_000;

/**
 * Which of several servers is used: the first that registers us, in the order of preference. A server that let a
 * connection go is tried once more before the next one; one that never answered is not.
 */
export class ServerList {
  readonly #urls: readonly string[];
  #at = 0;
  #worked = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Throws a TypeError when there is no address or one is unusable. */
  constructor(urls: readonly string[]) {
    if (urls.length === 0) throw new TypeError('no server');
    for (const url of urls) new URL(url);
    this.#urls = urls;
  }

  get current(): string {
    return this.#urls[this.#at] ?? '';
  }

  /** The server answered a REGISTER with success. */
  worked(): void {
    this.#worked = true;
  }

  /** Its connection ended, or never came to be. */
  ended(): void {
    this.stop();
    if (!this.#worked) this.#at = (this.#at + 1) % this.#urls.length;
    this.#worked = false;
  }

  /**
   * While a spare server is used: tries the preferred one now and then, beside the line, and calls `move` when it
   * opens at a `quiet` moment. The next connection goes there.
   */
  watchPreferred(options: { readonly quiet: () => boolean; readonly move: () => void }): void {
    this.stop();
    if (this.#at === 0) return;
    this.#timer = setTimeout(
      () => {
        this.watchPreferred(options);
        if (!options.quiet()) return;
        tryServer(this.#urls[0] ?? '', () => {
          if (this.#timer === null || !options.quiet()) return;
          this.stop();
          this.#at = 0;
          // What ends now is the spare server's connection: it must not count against the preferred one.
          this.#worked = true;
          options.move();
        });
      },
      RETURN_MS * (0.75 + Math.random() / 2),
    );
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function tryServer(url: string, opened: () => void): void {
  try {
    const ws = new WebSocket(url, 'sip');
    const late = setTimeout(() => ws.close(), TRIAL_MS);
    ws.onopen = () => {
      clearTimeout(late);
      ws.close();
      opened();
    };
    ws.onerror = () => clearTimeout(late);
  } catch {
    // The policy of the page forbids it: stay where we are.
  }
}
