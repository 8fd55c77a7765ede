// SPDX-License-Identifier: MIT
import type { EngineCommand, EngineEvent } from '../../src-shared/engine-protocol.ts';
import { Speaker } from './audio-speaker.ts';
import { Microphone } from './microphone.ts';
import { TonePlayer } from './ringer.ts';
import { CALL_WAITING, RING, RINGBACK } from './tones.ts';

export type AudioCommand = Extract<EngineCommand, { type: 'audio' | 'levels' | 'audio-test' }>;
/** What the agent must hear besides voices; `bell` goes to the ring devices, the others to the loudspeaker. */
export type Sound = 'bell' | 'call-waiting' | 'ringback';

const RINGBACK_VOLUME = 0.25;
const CALL_WAITING_VOLUME = 0.3;

/** Everything that is heard or said here: microphone, loudspeaker, bell, their devices, meters and tests. */
export class AudioDesk {
  readonly mic = new Microphone();
  readonly speaker = new Speaker();
  readonly #tones = new TonePlayer();

  constructor(_emit: (event: EngineEvent) => void) {}

  command(_command: AudioCommand): void {}

  /** What must sound now; `volume` is the bell's, 0 to 1. */
  sound(sound: Sound | null, volume: number): void {
    if (sound === 'bell') this.#tones.play(RING, volume);
    else if (sound === 'call-waiting') this.#tones.play(CALL_WAITING, volume * CALL_WAITING_VOLUME);
    else if (sound === 'ringback') this.#tones.play(RINGBACK, RINGBACK_VOLUME);
    else this.#tones.play(null, 0);
  }
}
