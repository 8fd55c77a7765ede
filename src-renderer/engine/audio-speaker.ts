// SPDX-License-Identifier: MIT

/** Where voices sound: every element that plays one follows the chosen output, also in the middle of a call. */
export class Speaker {
  readonly #elements = new Set<HTMLAudioElement>();
  readonly #tracks = new Set<MediaStreamTrack>();
  readonly #changed = new Set<() => void>();
  #sinkId = '';

  /** Device id; '' follows the computer. */
  get sinkId(): string {
    return this.#sinkId;
  }

  /** What is heard now, for the meter. */
  get tracks(): ReadonlySet<MediaStreamTrack> {
    return this.#tracks;
  }

  use(sinkId: string): void {
    this.#sinkId = sinkId;
    for (const element of this.#elements) route(element, sinkId);
  }

  /** Told when a voice comes or goes. Returns the function that stops it. */
  onChange(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  /** Plays the far end of a call. Returns the function that ends it. */
  playTrack(track: MediaStreamTrack): () => void {
    const audio = this.#element();
    audio.srcObject = new MediaStream([track]);
    audio.play().catch(() => {});
    this.#tracks.add(track);
    this.#tell();
    return () => {
      this.#drop(audio);
      audio.srcObject = null;
      this.#tracks.delete(track);
      this.#tell();
    };
  }

  /** Plays a recording once; `ended` is called when it is over or cannot be played. Returns the function that stops it. */
  playOnce(recording: Blob, ended: () => void): () => void {
    const audio = this.#element();
    const url = URL.createObjectURL(recording);
    let over = false;
    const stop = () => {
      if (over) return;
      over = true;
      this.#drop(audio);
      audio.removeAttribute('src');
      URL.revokeObjectURL(url);
    };
    const finish = () => {
      if (over) return;
      stop();
      ended();
    };
    audio.onended = finish;
    audio.onerror = finish;
    audio.src = url;
    audio.play().catch(finish);
    return stop;
  }

  #element(): HTMLAudioElement {
    const audio = new Audio();
    this.#elements.add(audio);
    if (this.#sinkId !== '') route(audio, this.#sinkId);
    return audio;
  }

  #drop(audio: HTMLAudioElement): void {
    audio.pause();
    this.#elements.delete(audio);
  }

  #tell(): void {
    for (const changed of [...this.#changed]) changed();
  }
}

/** A device that went in the meantime must not silence the voice: the computer's own choice takes its place. */
function route(element: HTMLAudioElement, sinkId: string): void {
  element.setSinkId(sinkId).catch(() => element.setSinkId('').catch(() => {}));
}
