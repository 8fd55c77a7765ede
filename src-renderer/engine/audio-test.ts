// SPDX-License-Identifier: MIT
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import type { Speaker } from './audio-speaker.ts';
import type { LevelMeter } from './levels.ts';
import { type Microphone, micProblem } from './microphone.ts';

const RECORD_MS = 3_000;
const RING_MS = 2_000;

type State = Extract<EngineEvent, { type: 'audio-test' }>['state'];

type Parts = {
  readonly mic: Microphone;
  readonly speaker: Speaker;
  readonly levels: LevelMeter;
  /** Plays the bell as it is set; false: stops it. */
  readonly ring: (on: boolean) => void;
  readonly emit: (event: EngineEvent) => void;
};

/** The test before any call: hear yourself, hear the bell. One at a time; a new one ends the one before. */
export class AudioTest {
  readonly #parts: Parts;
  #state: State = 'idle';
  #undo: (() => void)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  run(what: 'microphone' | 'ring' | 'stop'): void {
    this.stop();
    if (what === 'microphone') void this.#recordAndPlay();
    else if (what === 'ring') this.#ring();
  }

  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#go('idle');
  }

  #ring(): void {
    this.#parts.ring(true);
    const timer = setTimeout(() => this.stop(), RING_MS);
    this.#undo.push(
      () => clearTimeout(timer),
      () => this.#parts.ring(false),
    );
    this.#go('ringing');
  }

  async #recordAndPlay(): Promise<void> {
    const { mic, speaker, levels, emit } = this.#parts;
    let cancelled = false;
    this.#undo.push(() => {
      cancelled = true;
    });
    const lease = await mic.acquire().catch((error: unknown) => {
      if (!cancelled) emit({ type: 'problem', sessionId: null, code: micProblem(error), params: {} });
      return null;
    });
    if (cancelled) lease?.release();
    if (cancelled || lease === null) return;
    levels.want('test', true);
    this.#undo.push(
      () => lease.release(),
      () => levels.want('test', false),
    );
    this.#go('recording');
    const recording = await this.#record(lease.track);
    if (cancelled) return;
    // The microphone's light goes off before the play-back: it is not listening any more.
    lease.release();
    levels.want('test', false);
    this.#undo.push(speaker.playOnce(recording, () => this.stop()));
    this.#go('playing');
  }

  #record(track: MediaStreamTrack): Promise<Blob> {
    const recorder = new MediaRecorder(new MediaStream([track]));
    const chunks: Blob[] = [];
    const stop = () => {
      if (recorder.state !== 'inactive') recorder.stop();
    };
    const timer = setTimeout(stop, RECORD_MS);
    this.#undo.push(() => clearTimeout(timer), stop);
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    const over = new Promise<Blob>((resolve) => {
      // Also when the device is pulled out: then what there is is played.
      recorder.onstop = () => resolve(new Blob(chunks, { type: recorder.mimeType }));
    });
    recorder.start();
    return over;
  }

  #go(state: State): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#parts.emit({ type: 'audio-test', state });
  }
}
