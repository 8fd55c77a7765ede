// SPDX-License-Identifier: MIT
import type { LiveCall } from './live-call.ts';
import { type Mix, type MixLeg, mixLegs } from './mix.ts';

/** The one conference of this desk: the agent and two or more parties, mixed here. */
export class Conference {
  readonly #changed: (sessionIds: readonly string[]) => void;
  #members: readonly LiveCall[] = [];
  #mix: Mix | null = null;

  /** `changed`: who is in it now; [] when it is over. */
  constructor(changed: (sessionIds: readonly string[]) => void) {
    this.#changed = changed;
  }

  get members(): readonly LiveCall[] {
    return this.#members;
  }

  has(call: LiveCall): boolean {
    return this.#members.includes(call);
  }

  /** False when the sound of a call is not there, or cannot be mixed: nothing changes then. */
  start(calls: readonly LiveCall[]): boolean {
    const legs: MixLeg[] = [];
    for (const { mixLeg } of calls) if (mixLeg !== null) legs.push(mixLeg);
    if (legs.length < calls.length) return false;
    let mix: Mix;
    try {
      mix = mixLegs(legs);
    } catch {
      return false;
    }
    this.#stop();
    this.#mix = mix;
    this.#members = calls;
    // A microphone that is off for one of them is off for all: nobody hears what was not meant for them.
    const muted = calls.some(({ record }) => record.muted);
    calls.forEach((call, index) => {
      const track = mix.outputs[index];
      if (track !== undefined) call.join({ track, microphone: (next) => mix.setMicrophone(index, next) });
      call.mute(muted);
    });
    this.#changed(calls.map(({ record }) => record.id));
    return true;
  }

  /** Ends the mix; the calls go on as they are, each with the agent alone. */
  end(): void {
    if (this.#mix === null) return;
    this.#stop();
    this.#changed([]);
  }

  #stop(): void {
    for (const call of this.#members) call.leave();
    this.#members = [];
    this.#mix?.close();
    this.#mix = null;
  }
}
