// SPDX-License-Identifier: MIT
import type { EngineCommand, EngineEvent, SipConfig } from '../../src-shared/engine-protocol.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import { AudioDesk } from './audio-desk.ts';
import { Headsets } from './headset.ts';
import { warmUp } from './media.ts';
import type { OpenLine, SipLine } from './port.ts';
import { RegistrarWatch } from './registrar-watch.ts';
import { Switchboard } from './switchboard.ts';

/** Same line, so calls may go on: only the digest is new. */
function sameLine(a: SipConfig, b: SipConfig): boolean {
  const rest = ({ ha1: _ha1, realm: _realm, ...others }: SipConfig) => JSON.stringify(others);
  return rest(a) === rest(b);
}

/** The SIP engine: commands in, events out. */
export class Engine {
  readonly #emit: (event: EngineEvent) => void;
  readonly #openLine: OpenLine;
  readonly #audio: AudioDesk;
  readonly #headsets = new Headsets((command) => this.command(command));
  readonly #switchboard: Switchboard;
  #ringer = { enabled: DEFAULT_SETTINGS.ringEnabled, volume: DEFAULT_SETTINGS.ringVolume };
  #config: SipConfig | null = null;
  #line: SipLine | null = null;
  #watch: RegistrarWatch | null = null;

  constructor(openLine: OpenLine, emit: (event: EngineEvent) => void) {
    this.#openLine = openLine;
    this.#emit = emit;
    this.#audio = new AudioDesk(emit);
    this.#switchboard = new Switchboard({
      audio: this.#audio,
      emit,
      changed: () => this.#sound(),
      extension: () => this.#config?.extension ?? '',
      line: () => (this.#watch?.state === 'registered' && this.#line?.isConnected() === true ? this.#line : null),
    });
    warmUp().catch(() => {});
  }

  command(command: EngineCommand): void {
    switch (command.type) {
      case 'register':
        this.#register(command.config);
        return;
      case 'unregister':
        this.stop();
        return;
      case 'refresh':
        this.refresh();
        return;
      case 'ringer':
        this.#ringer = { enabled: command.enabled, volume: Math.min(1, Math.max(0, command.volume)) };
        this.#sound();
        return;
      case 'audio':
      case 'levels':
      case 'audio-test':
        this.#audio.command(command);
        return;
      default:
        this.#switchboard.command(command);
    }
  }

  refresh(): void {
    this.#watch?.refresh();
  }

  /** Ends every call and the registration. */
  stop(): void {
    this.#switchboard.hangUpAll();
    // The watch first: it must not mend what is being taken down.
    this.#watch?.stop();
    this.#watch = null;
    this.#line?.stop();
    this.#line = null;
    this.#config = null;
  }

  #register(config: SipConfig): void {
    if (this.#config !== null && this.#line !== null && sameLine(this.#config, config)) {
      this.#config = config;
      this.#line.setCredentials(config.ha1, config.realm);
      this.#watch?.refresh();
      return;
    }
    if (this.#line !== null) this.stop();
    // The listener may hear of the line only after it is ours: connect() is the first call that can cause an event.
    let line: SipLine;
    const watch = new RegistrarWatch({
      line: { connect: () => line.connect(), drop: () => line.drop(), register: () => line.register() },
      report: (event) => this.#emit(event),
      expires: config.registerExpires,
    });
    try {
      line = this.#openLine(config, {
        socketUp: () => watch.socketUp(),
        socketDown: () => {
          this.#switchboard.lineLost();
          watch.socketDown();
        },
        registerSent: () => watch.registerSent(),
        registered: () => watch.registered(),
        suspect: () => watch.refresh(),
        registerFailed: (failure) => watch.registerFailed(failure),
        incoming: (call, caller, offer) => this.#switchboard.incoming(call, caller, offer),
      });
    } catch {
      const error = { code: 'sip.unreachable', params: {} } as const;
      this.#emit({ type: 'registration', state: 'failed', error, realm: null, retryIn: null });
      return;
    }
    this.#line = line;
    this.#config = config;
    this.#watch = watch;
    watch.start();
  }

  /** What must sound, and what a headset shows, follows from the calls alone. */
  #sound(): void {
    const { calls } = this.#switchboard;
    // From the moment the agent answers: the bell must not ring in their ear.
    const talking = calls.some(({ record }) => record.state === 'connected' || record.state === 'connecting');
    const { enabled, volume } = this.#ringer;
    if (enabled && calls.some((call) => call.isRinging)) this.#audio.sound(talking ? 'call-waiting' : 'bell', volume);
    else this.#audio.sound(calls.some((call) => call.needsRingback) ? 'ringback' : null, volume);
    this.#headsets.update(calls.map((call) => call.headsetView));
  }
}
