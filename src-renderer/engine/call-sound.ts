// SPDX-License-Identifier: MIT
import type { MicLease, MicProblem, Microphone } from './microphone.ts';
import type { MixLeg } from './mix.ts';
import type { SipCall } from './port.ts';

/** A place in the mix: what the party hears, and where the agent's voice goes in. */
export type Seat = { readonly track: MediaStreamTrack; microphone(track: MediaStreamTrack): void };

type Options = {
  readonly mic: Microphone;
  readonly sip: () => SipCall | null;
  readonly lost: (on: boolean, problem: MicProblem) => void;
};

/** What one call says and hears: its microphone, its party's voice, and who of them is silenced. */
export class CallSound {
  readonly #options: Options;
  #lease: MicLease | null = null;
  #remote: MediaStreamTrack | null = null;
  #seat: Seat | null = null;
  #muted = false;
  #silent = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get microphone(): MediaStreamTrack | null {
    return this.#lease?.track ?? null;
  }

  get mixLeg(): MixLeg | null {
    return this.#remote === null ? null : { remote: this.#remote, microphone: this.microphone };
  }

  /** Rejects with the browser's error: see `micProblem`. */
  async openMicrophone(): Promise<void> {
    this.#lease?.release();
    this.#lease = await this.#options.mic.acquire({
      track: (track) => this.#send(track),
      lost: this.#options.lost,
    });
    this.#send(this.#lease.track);
  }

  remote(track: MediaStreamTrack): void {
    this.#remote = track;
    track.enabled = !this.#silent;
  }

  mute(on: boolean): void {
    this.#muted = on;
    this.apply();
  }

  /** Neither side hears the other, whatever the signalling says. */
  silence(on: boolean): void {
    this.#silent = on;
    if (this.#remote !== null) this.#remote.enabled = !on;
    this.apply();
  }

  /** Takes a seat in the mix, or leaves it: the party hears the others too, or the agent alone. */
  sit(seat: Seat | null): void {
    if (seat === this.#seat) return;
    this.#seat = seat;
    const track = seat?.track ?? this.microphone;
    if (track !== null) this.#options.sip()?.setTrack(track);
    this.apply();
  }

  apply(): void {
    const track = this.microphone;
    // In a mix the party must go on hearing the others: only the agent's voice is taken out.
    if (this.#seat !== null && track !== null) track.enabled = !this.#muted;
    this.#options.sip()?.mute(this.#seat === null && (this.#muted || this.#silent));
  }

  close(): void {
    this.#lease?.release();
    this.#lease = null;
    this.#remote = null;
    this.#seat = null;
  }

  #send(track: MediaStreamTrack): void {
    if (this.#seat === null) this.#options.sip()?.setTrack(track);
    else this.#seat.microphone(track);
  }
}
