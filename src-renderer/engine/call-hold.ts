// SPDX-License-Identifier: MIT
import type { CallSound } from './call-sound.ts';
import type { SipCall } from './port.ts';
import type { SessionRecord } from './session.ts';

/** How long a transfer waits for the party to be on hold. */
const SETTLE_MS = 3_500;
const LOOK_MS = 20;

type Options = {
  readonly record: SessionRecord;
  readonly sound: CallSound;
  readonly sip: () => SipCall | null;
  readonly changed: () => void;
};

/** Who holds one call: what the agent wants, what the other side agreed to, and what is silent meanwhile. */
export class CallHold {
  readonly #options: Options;
  /** The agent wants this call on hold. */
  #wanted = false;
  /** Silent both ways by our own doing, whether or not the other side agrees to be on hold. */
  #aside = false;
  #agreed = { local: false, remote: false };

  constructor(options: Options) {
    this.#options = options;
  }

  get isWanted(): boolean {
    return this.#wanted;
  }

  wish(on: boolean): void {
    this.#wanted = on;
    if (!on) this.#silence(false);
    this.#options.sip()?.hold(on);
  }

  /** Makes room for another call: silent at once, on hold as soon as the other side agrees. */
  setAside(): void {
    this.#wanted = true;
    this.#silence(true);
    this.#options.sip()?.hold(true);
  }

  /** The same; resolves when the other side agreed, or will not any more. */
  async settledAside(): Promise<void> {
    this.setAside();
    const until = performance.now() + SETTLE_MS;
    const { record } = this.#options;
    while (!this.#agreed.local && record.state === 'connected' && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  agreed(state: { readonly local: boolean; readonly remote: boolean }): void {
    this.#agreed = state;
    this.#tell();
  }

  /** A hold that was refused or could not be asked for: what is, is what the agent has. */
  refused(): void {
    this.#wanted = this.#aside || this.#agreed.local;
  }

  #silence(on: boolean): void {
    if (this.#aside === on) return;
    this.#aside = on;
    this.#options.sound.silence(on);
    this.#tell();
  }

  #tell(): void {
    this.#options.record.hold({ local: this.#agreed.local || this.#aside, remote: this.#agreed.remote });
    this.#options.changed();
  }
}
