// SPDX-License-Identifier: MIT
import type {
  AudioPreferences,
  DevicePreference,
  EngineCommand,
  EngineEvent,
} from '../../src-shared/engine-protocol.ts';
import { assertNever } from '../../src-shared/errors.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import { choose, type Plugged, pluggedIn, ringSinks, type Sink } from './audio-devices.ts';
import { Speaker } from './audio-speaker.ts';
import { AudioTest } from './audio-test.ts';
import { LevelMeter } from './levels.ts';
import { Microphone } from './microphone.ts';
import { Ringer, SoundStore } from './ringer.ts';
import { CALL_WAITING, RINGBACK } from './tones.ts';

export type AudioCommand = Extract<EngineCommand, { type: 'audio' | 'levels' | 'audio-test' }>;
/** What the agent must hear besides voices; `bell` goes to the ring devices, the others to the loudspeaker. */
export type Sound = 'bell' | 'call-waiting' | 'ringback';

const RINGBACK_VOLUME = 0.25;
const CALL_WAITING_VOLUME = 0.3;
const NOTHING: Plugged = { devices: [], system: null };
const DEFAULTS: AudioPreferences = {
  inputs: DEFAULT_SETTINGS.audioInputs,
  outputs: DEFAULT_SETTINGS.audioOutputs,
  ring: DEFAULT_SETTINGS.audioRing,
  echoCancellation: DEFAULT_SETTINGS.echoCancellation,
  noiseSuppression: DEFAULT_SETTINGS.noiseSuppression,
  autoGainControl: DEFAULT_SETTINGS.autoGainControl,
  ringtone: DEFAULT_SETTINGS.ringtone,
};

/** Everything that is heard or said here: microphone, loudspeaker, bell, their devices, meters and tests. */
export class AudioDesk {
  readonly mic: Microphone;
  readonly speaker = new Speaker();
  readonly #emit: (event: EngineEvent) => void;
  readonly #sounds = new SoundStore();
  readonly #ringer = new Ringer(() => this.#sounds.ringtone(''));
  readonly #levels: LevelMeter;
  readonly #test: AudioTest;
  #preferences = DEFAULTS;
  #inputs = NOTHING;
  #outputs = NOTHING;
  #sound: Sound | null = null;
  #testRing = false;
  #volume = DEFAULT_SETTINGS.ringVolume;
  #looks = 0;
  #told = '';

  constructor(emit: (event: EngineEvent) => void) {
    this.#emit = emit;
    // The first time a microphone is opened may be when the browser begins to tell the devices' names.
    this.mic = new Microphone(() => void this.#look());
    this.#levels = new LevelMeter(this.mic, this.speaker, emit);
    const ring = (on: boolean) => {
      this.#testRing = on;
      this.#play();
    };
    this.#test = new AudioTest({ mic: this.mic, speaker: this.speaker, levels: this.#levels, ring, emit });
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#look());
    void this.#look();
  }

  command(command: AudioCommand): void {
    switch (command.type) {
      case 'audio':
        this.#preferences = command.preferences;
        this.#apply(false);
        return;
      case 'levels':
        this.#levels.want('window', command.on);
        return;
      case 'audio-test':
        this.#test.run(command.what);
        return;
      default:
        assertNever(command);
    }
  }

  /** What must sound now; `volume` is the bell's, 0 to 1. */
  sound(sound: Sound | null, volume: number): void {
    // A call is more important than a test.
    if (sound !== null && this.#sound === null) this.#test.stop();
    this.#sound = sound;
    this.#volume = volume;
    this.#play();
  }

  #play(): void {
    const voice = (volume: number): Sink[] => [{ id: this.speaker.sinkId, volume }];
    const { ring, ringtone } = this.#preferences;
    if (this.#sound === 'call-waiting') {
      this.#ringer.play(this.#sounds.tone('call-waiting', CALL_WAITING), voice(this.#volume * CALL_WAITING_VOLUME));
    } else if (this.#sound === 'ringback') {
      this.#ringer.play(this.#sounds.tone('ringback', RINGBACK), voice(RINGBACK_VOLUME));
    } else if (this.#sound === 'bell' || this.#testRing) {
      const sinks = ringSinks(ring, this.#outputs.devices, this.#volume);
      this.#ringer.play(this.#sounds.ringtone(ringtone), sinks);
    } else this.#ringer.play(null, []);
  }

  /** Which devices are there now. Plugging fires several times in a row: the last answer counts. */
  async #look(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const infos = await navigator.mediaDevices?.enumerateDevices().catch(() => null);
    if (!infos || look !== this.#looks) return;
    const systemBefore = this.#inputs.system;
    this.#inputs = pluggedIn(infos, 'audioinput');
    this.#outputs = pluggedIn(infos, 'audiooutput');
    this.#apply(systemBefore !== null && systemBefore.id !== this.#inputs.system?.id);
  }

  /** `systemMoved`: who follows the computer must open its new choice. */
  #apply(systemMoved: boolean): void {
    const { inputs, outputs, echoCancellation, noiseSuppression, autoGainControl } = this.#preferences;
    const deviceId = choose(inputs, this.#inputs.devices)?.id ?? '';
    this.speaker.use(choose(outputs, this.#outputs.devices)?.id ?? '');
    this.mic.use({ deviceId, echoCancellation, noiseSuppression, autoGainControl }, systemMoved && deviceId === '');
    this.#play();
    this.#tell();
  }

  #tell(): void {
    const named = ({ devices, system }: Plugged, id: string): DevicePreference | null =>
      devices.find((device) => device.id === id) ?? system;
    const chosen = choose(this.#preferences.inputs, this.#inputs.devices)?.id ?? '';
    const event: EngineEvent = {
      type: 'devices',
      inputs: this.#inputs.devices,
      outputs: this.#outputs.devices,
      input: named(this.#inputs, this.mic.deviceId ?? chosen),
      output: named(this.#outputs, this.speaker.sinkId),
    };
    const told = JSON.stringify(event);
    if (told === this.#told) return;
    this.#told = told;
    this.#emit(event);
  }
}
