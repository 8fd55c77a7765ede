// SPDX-License-Identifier: MIT
import type { EngineCommand, EngineEvent, SipConfig } from '../../src-shared/engine-protocol.ts';
import { assertNever } from '../../src-shared/errors.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import { AudioDesk } from './audio-desk.ts';
import { Headsets } from './headset.ts';
import type { Identity } from './identity.ts';
import { LiveCall } from './live-call.ts';
import { warmUp } from './media.ts';
import type { OpenLine, SipCall, SipLine } from './port.ts';
import { RegistrarWatch } from './registrar-watch.ts';

/** More calls than an agent can look at; the rest hears busy. Also what stands between us and a flood of INVITEs. */
const MAX_INCOMING = 8;

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
  readonly #calls = new Map<string, LiveCall>();
  #ringer = { enabled: DEFAULT_SETTINGS.ringEnabled, volume: DEFAULT_SETTINGS.ringVolume };
  #config: SipConfig | null = null;
  #line: SipLine | null = null;
  #watch: RegistrarWatch | null = null;

  constructor(openLine: OpenLine, emit: (event: EngineEvent) => void) {
    this.#openLine = openLine;
    this.#emit = emit;
    this.#audio = new AudioDesk(emit);
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
      case 'dial':
        this.#dial(command.sessionId, command.number);
        return;
      case 'answer':
        this.#with(command.sessionId, (call) => void call.answer());
        return;
      case 'reject':
        this.#with(command.sessionId, (call) => call.reject(command.status));
        return;
      case 'hang-up':
        this.#with(command.sessionId, (call) => call.hangUp());
        return;
      case 'mute':
        this.#with(command.sessionId, (call) => call.mute(command.on));
        return;
      case 'hold':
        this.#with(command.sessionId, (call) => call.hold(command.on));
        return;
      case 'dtmf':
        this.#with(command.sessionId, (call) => call.dtmf(command.tones));
        return;
      default:
        assertNever(command);
    }
  }

  refresh(): void {
    this.#watch?.refresh();
  }

  /** Ends every call and the registration. */
  stop(): void {
    for (const call of [...this.#calls.values()]) call.hangUp();
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
          for (const call of [...this.#calls.values()]) call.lineLost();
          watch.socketDown();
        },
        registerSent: () => watch.registerSent(),
        registered: () => watch.registered(),
        registerFailed: (failure) => watch.registerFailed(failure),
        incoming: (call, caller) => this.#incoming(call, caller),
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

  #dial(sessionId: string, number: string): void {
    if (this.#calls.has(sessionId)) return;
    const call = this.#add(sessionId, 'out', { number, name: null });
    const line = this.#line;
    if (line === null || this.#watch?.state !== 'registered' || !line.isConnected()) {
      this.#emit({ type: 'problem', sessionId, code: 'sip.not-registered', params: {} });
      call.refuse();
      return;
    }
    void call.dial(line, number);
  }

  #incoming(sip: SipCall, caller: Identity): LiveCall['listener'] | null {
    const incoming = [...this.#calls.values()].filter(({ record }) => record.direction === 'in').length;
    if (incoming >= MAX_INCOMING) return null;
    const call = this.#add(crypto.randomUUID(), 'in', caller);
    call.offer(sip);
    this.#sound();
    return call.listener;
  }

  #add(id: string, direction: 'in' | 'out', identity: Identity): LiveCall {
    const call = new LiveCall({
      id,
      direction,
      identity,
      extension: this.#config?.extension ?? '',
      mic: this.#audio.mic,
      speaker: this.#audio.speaker,
      emit: this.#emit,
      changed: () => this.#sound(),
      gone: () => this.#calls.delete(id),
    });
    this.#calls.set(id, call);
    return call;
  }

  #with(sessionId: string, action: (call: LiveCall) => void): void {
    const call = this.#calls.get(sessionId);
    if (call === undefined) this.#emit({ type: 'problem', sessionId, code: 'sip.ended', params: {} });
    else action(call);
  }

  /** What must sound, and what a headset shows, follows from the calls alone. */
  #sound(): void {
    const calls = [...this.#calls.values()];
    const talking = calls.some(({ record }) => record.state === 'connected');
    const { enabled, volume } = this.#ringer;
    if (enabled && calls.some((call) => call.isRinging)) this.#audio.sound(talking ? 'call-waiting' : 'bell', volume);
    else this.#audio.sound(calls.some((call) => call.needsRingback) ? 'ringback' : null, volume);
    this.#headsets.update(calls.map((call) => call.headsetView));
  }
}
