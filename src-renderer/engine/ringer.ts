// SPDX-License-Identifier: MIT
import { renderTone, type Tone } from './tones.ts';

/** Plays one tone at a time, in a loop. The sound card is let go while nothing sounds. */
export class TonePlayer {
  #context: AudioContext | null = null;
  #gain: GainNode | null = null;
  #source: AudioBufferSourceNode | null = null;
  #tone: Tone | null = null;

  /** What sounds now. */
  get tone(): Tone | null {
    return this.#tone;
  }

  play(tone: Tone | null, volume: number): void {
    if (tone === this.#tone) {
      if (this.#gain !== null) this.#gain.gain.value = volume;
      return;
    }
    this.#source?.stop();
    this.#source = null;
    this.#tone = tone;
    try {
      if (tone === null) void this.#context?.suspend();
      else this.#start(tone, volume);
    } catch {
      // A sound card that fails must not take the call with it.
      this.#tone = null;
    }
  }

  #start(tone: Tone, volume: number): void {
    const context = this.#open();
    const samples = renderTone(tone, context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = true;
    if (this.#gain !== null) {
      this.#gain.gain.value = volume;
      source.connect(this.#gain);
    }
    source.start();
    this.#source = source;
    void context.resume();
  }

  #open(): AudioContext {
    if (this.#context === null) {
      this.#context = new AudioContext();
      this.#gain = this.#context.createGain();
      this.#gain.connect(this.#context.destination);
    }
    return this.#context;
  }
}
