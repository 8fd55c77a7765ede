// SPDX-License-Identifier: MIT
import type { Sink } from './audio-devices.ts';
import { renderRingtone, ringtoneFile, toWav } from './ringtones.ts';
import { renderTone, type Tone } from './tones.ts';

const SAMPLE_RATE = 24_000;

/** Addresses of sounds inside this page, each rendered once. */
export class SoundStore {
  readonly #urls = new Map<string, string>();
  #own: { readonly source: string; readonly url: string | null } | null = null;

  tone(name: string, tone: Tone): string {
    return this.#keep(`tone:${name}`, () => renderTone(tone, SAMPLE_RATE));
  }

  /** `builtin:<name>` or a data: URL; what is neither is the first of the built-in ones. */
  ringtone(setting: string): string {
    if (setting.startsWith('data:')) {
      if (this.#own?.source !== setting) {
        if (this.#own?.url) URL.revokeObjectURL(this.#own.url);
        const file = ringtoneFile(setting);
        this.#own = { source: setting, url: file === null ? null : URL.createObjectURL(file) };
      }
      if (this.#own.url !== null) return this.#own.url;
    }
    const name = setting.replace(/^builtin:/, '');
    return this.#keep(`ring:${name}`, () => renderRingtone(name, SAMPLE_RATE));
  }

  #keep(key: string, render: () => Float32Array): string {
    let url = this.#urls.get(key);
    if (url === undefined) {
      url = URL.createObjectURL(toWav(render(), SAMPLE_RATE));
      this.#urls.set(key, url);
    }
    return url;
  }
}

/** Plays one sound at a time, in a loop, on any number of devices. Sound cards are let go while nothing sounds. */
export class Ringer {
  readonly #fallback: () => string;
  readonly #playing = new Map<string, HTMLAudioElement>();
  #url: string | null = null;

  /** `fallback` is the sound in the place of a file that cannot be played. */
  constructor(fallback: () => string) {
    this.#fallback = fallback;
  }

  get isPlaying(): boolean {
    return this.#url !== null;
  }

  /** A sound that goes on is not started again; only its volumes and devices change. */
  play(url: string | null, sinks: readonly Sink[]): void {
    const wanted = url === null ? [] : sinks;
    const isNew = url !== this.#url;
    this.#url = url;
    for (const [id, audio] of this.#playing) {
      if (!isNew && wanted.some((sink) => sink.id === id)) continue;
      this.#playing.delete(id);
      audio.onerror = null;
      audio.pause();
      audio.removeAttribute('src');
    }
    for (const { id, volume } of wanted) {
      const audio = this.#playing.get(id);
      if (audio === undefined) void this.#start(url ?? '', id, volume);
      else audio.volume = volume;
    }
  }

  async #start(url: string, sinkId: string, volume: number): Promise<void> {
    const audio = new Audio();
    this.#playing.set(sinkId, audio);
    audio.loop = true;
    audio.volume = volume;
    audio.onerror = () => {
      audio.onerror = null;
      audio.src = this.#fallback();
      audio.play().catch(() => {});
    };
    // First the device, then the sound: not a note on the wrong one. A device that just went is the computer's choice.
    if (sinkId !== '') await audio.setSinkId(sinkId).catch(() => {});
    if (this.#playing.get(sinkId) !== audio) return;
    audio.src = url;
    audio.play().catch(() => {});
  }
}
