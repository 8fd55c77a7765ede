// SPDX-License-Identifier: MIT
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import type { Speaker } from './audio-speaker.ts';
import { levelOf } from './level-scale.ts';
import { type MicLease, type Microphone, micProblem } from './microphone.ts';

const PERIOD_MS = 100;
/** 85 ms at 48 kHz: nearly all of what happened since the last look. */
const WINDOW = 4_096;

/**
 * Meters of the microphone and of the voices heard, about ten times a second while somebody looks. The microphone is
 * open only for that long, unless a call holds it.
 */
export class LevelMeter {
  readonly #mic: Microphone;
  readonly #speaker: Speaker;
  readonly #emit: (event: EngineEvent) => void;
  readonly #reasons = new Set<string>();
  #run: { stop(): void } | null = null;

  constructor(mic: Microphone, speaker: Speaker, emit: (event: EngineEvent) => void) {
    this.#mic = mic;
    this.#speaker = speaker;
    this.#emit = emit;
  }

  /** Several may want the meters; they stop with the last. */
  want(reason: 'window' | 'test', on: boolean): void {
    if (on) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    if (this.#reasons.size === 0) {
      this.#run?.stop();
      this.#run = null;
    } else this.#run ??= this.#start();
  }

  #start(): { stop(): void } {
    // No sound card: a meter only looks, and must not stop when the loudspeaker is pulled out.
    const context = new AudioContext({ sinkId: { type: 'none' } } as AudioContextOptions);
    const heard = meter(context);
    const said = meter(context);
    let lease: MicLease | null = null;
    let stopped = false;
    const hear = () => heard.listen([...this.#speaker.tracks]);
    const say = (track: MediaStreamTrack) => said.listen([track]);
    this.#mic.acquire({ track: say, lost: () => {} }).then(
      (acquired) => {
        if (stopped) {
          acquired.release();
          return;
        }
        lease = acquired;
        say(acquired.track);
      },
      (error: unknown) => {
        if (!stopped) this.#emit({ type: 'problem', sessionId: null, code: micProblem(error), params: {} });
      },
    );
    hear();
    const unsubscribe = this.#speaker.onChange(hear);
    const timer = setInterval(() => {
      this.#emit({ type: 'levels', microphone: said.level(), speaker: heard.level() });
    }, PERIOD_MS);
    return {
      stop: () => {
        stopped = true;
        clearInterval(timer);
        unsubscribe();
        lease?.release();
        void context.close();
      },
    };
  }
}

function meter(context: AudioContext) {
  const analyser = context.createAnalyser();
  analyser.fftSize = WINDOW;
  const samples = new Float32Array(WINDOW);
  let sources: MediaStreamAudioSourceNode[] = [];
  return {
    listen(tracks: readonly MediaStreamTrack[]): void {
      for (const source of sources) source.disconnect();
      sources = tracks.map((track) => context.createMediaStreamSource(new MediaStream([track])));
      for (const source of sources) source.connect(analyser);
    },
    level(): number {
      if (sources.length === 0) return 0;
      analyser.getFloatTimeDomainData(samples);
      return levelOf(samples);
    },
  };
}
