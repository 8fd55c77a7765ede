// SPDX-License-Identifier: MIT
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import type { Speaker } from './audio-speaker.ts';
import { type EndFacts, endCause } from './causes.ts';
import type { HeadsetCall } from './headset.ts';
import { onFirstPacket } from './media.ts';
import { type MicLease, type MicProblem, type Microphone, micProblem } from './microphone.ts';
import type { SipCall, SipCallListener, SipLine } from './port.ts';
import { watchQuality } from './quality-watch.ts';
import { SessionRecord } from './session.ts';

type Options = Omit<ConstructorParameters<typeof SessionRecord>[0], 'report'> & {
  readonly mic: Microphone;
  readonly speaker: Speaker;
  readonly emit: (event: EngineEvent) => void;
  /** State or sound changed. */
  readonly changed: () => void;
  readonly gone: () => void;
};

/** One call with all that hangs on it: its record, its SIP session, its microphone track and its loudspeaker. */
export class LiveCall {
  readonly record: SessionRecord;
  readonly listener: SipCallListener;
  readonly #options: Options;
  #sip: SipCall | null = null;
  #lease: MicLease | null = null;
  #cleanups: (() => void)[] = [];
  #wish: 'reject' | 'hang-up' | 'none' = 'none';
  #commandAt = performance.now();
  #hasEarlyMedia = false;
  #answering = false;

  constructor(options: Options) {
    this.#options = options;
    const report = (session: Extract<EngineEvent, { type: 'session' }>['session']) => {
      options.emit({ type: 'session', session });
    };
    this.record = new SessionRecord({ ...options, report });
    this.listener = this.#listen();
  }

  get isRinging(): boolean {
    return this.record.direction === 'in' && this.record.state === 'ringing' && !this.#answering;
  }

  get needsRingback(): boolean {
    return this.record.direction === 'out' && this.record.state === 'ringing' && !this.#hasEarlyMedia;
  }

  get headsetView(): HeadsetCall {
    const { id, direction, state, muted, held } = this.record;
    return { id, direction, state, isRinging: this.isRinging, muted, held: held !== 'none' };
  }

  /** Places the call. The INVITE waits for the microphone only when it may be refused. */
  async dial(line: SipLine, number: string): Promise<void> {
    this.#commandAt = performance.now();
    if (this.#options.mic.likely) {
      this.#sip = line.dial(number, null, this.listener);
      if (await this.#openMic()) return;
      this.#sip.hangUp();
      this.#end('failed');
      return;
    }
    if (!(await this.#openMic())) this.#end('failed');
    else if (this.record.state !== 'ended') this.#sip = line.dial(number, this.#lease?.track ?? null, this.listener);
  }

  offer(sip: SipCall): void {
    this.#sip = sip;
  }

  /** Without a microphone the call stays ringing: the person may plug one in and try again. */
  async answer(): Promise<void> {
    if (!this.isRinging) return;
    this.#commandAt = performance.now();
    this.#answering = true;
    this.#options.changed();
    const open = await this.#openMic();
    this.#answering = false;
    if (open && this.record.state === 'ringing' && this.#lease !== null) {
      this.record.advance('connecting');
      this.#sip?.answer(this.#lease.track);
    }
    this.#options.changed();
  }

  reject(status: 486 | 603): void {
    if (this.record.direction === 'out' || this.record.state !== 'ringing') {
      this.hangUp();
      return;
    }
    this.#wish = 'reject';
    this.#sip?.reject(status);
  }

  hangUp(): void {
    this.#wish = 'hang-up';
    if (this.#sip === null) this.#end('cancelled');
    else this.#sip.hangUp();
  }

  mute(on: boolean): void {
    this.#sip?.mute(on);
    this.record.mute(on);
    this.#options.changed();
  }

  hold(on: boolean): void {
    this.#sip?.hold(on);
  }

  dtmf(tones: string): void {
    if (this.#sip?.dtmf(tones) !== true) this.#problem('sip.server', {});
  }

  /**
   * The socket is gone. A call that is not answered yet can be neither answered nor cancelled any more: its INVITE
   * came by that socket, and JsSIP drops the answer without a word.
   */
  lineLost(): void {
    const { direction, state } = this.record;
    if (direction === 'in' && (state === 'ringing' || state === 'connecting')) this.#sip?.reject(480);
  }

  /** Ends a call that never got to the line. */
  refuse(): void {
    this.#end('failed');
  }

  #listen(): SipCallListener {
    const { record } = this;
    const { emit, changed } = this.#options;
    return {
      sent: (what, iceReason) => {
        const ms = performance.now() - this.#commandAt;
        emit({ type: 'timing', sessionId: record.id, name: `${what}-sent`, ms, iceReason });
      },
      ringing: (hasMedia) => {
        if (hasMedia) this.#hasEarlyMedia = true;
        record.advance('ringing');
        changed();
      },
      accepted: () => {
        record.advance('connected');
        // Muted while it rang: JsSIP had no track to switch off then.
        if (record.muted) this.#sip?.mute(true);
        this.#watchQuality();
        changed();
      },
      hold: (state) => {
        record.hold(state);
        changed();
      },
      remoteTrack: (track, receiver) => {
        const arrived = () => {
          const ms = performance.now() - this.#commandAt;
          emit({ type: 'timing', sessionId: record.id, name: 'media', ms, iceReason: null });
        };
        this.#cleanups.push(this.#options.speaker.playTrack(track), onFirstPacket(receiver, arrived));
      },
      problem: (status, reason) => this.#problem('sip.server', { status, reason }),
      ended: (facts) => this.#ended(facts),
    };
  }

  #ended(facts: EndFacts): void {
    const { direction, state } = this.record;
    this.#end(endCause(facts, { direction, answered: state === 'connected', wish: this.#wish }));
  }

  #end(cause: ReturnType<typeof endCause>): void {
    if (this.record.state === 'ended') return;
    this.record.end(cause);
    for (const cleanup of this.#cleanups) cleanup();
    this.#cleanups = [];
    this.#lease?.release();
    this.#lease = null;
    this.#options.gone();
    this.#options.changed();
  }

  /** False when there is no microphone; the reason was told. */
  async #openMic(): Promise<boolean> {
    let lease: MicLease;
    try {
      lease = await this.#options.mic.acquire({
        track: (track) => this.#sip?.setTrack(track),
        lost: (on, problem) => this.#micLost(on, problem),
      });
    } catch (error) {
      if (this.record.state !== 'ended') this.#problem(micProblem(error), {});
      return this.record.state === 'ended';
    }
    if (this.record.state === 'ended') {
      lease.release();
      return true;
    }
    this.#lease = lease;
    this.#sip?.setTrack(lease.track);
    return true;
  }

  /** The device was pulled out; the microphone sends another track when there is one. */
  #micLost(on: boolean, problem: MicProblem): void {
    this.#options.emit({ type: 'warning', sessionId: this.record.id, warning: 'mic-lost', on });
    if (on && problem === 'mic.denied') this.#problem(problem, {});
  }

  #watchQuality(): void {
    const { record } = this;
    const stop = watchQuality({
      sessionId: record.id,
      stats: async () => (await this.#sip?.stats()) ?? null,
      isMuted: () => record.muted,
      isHeld: () => record.held !== 'none',
      emit: this.#options.emit,
    });
    this.#cleanups.push(stop);
  }

  #problem(code: Extract<EngineEvent, { type: 'problem' }>['code'], params: Record<string, string | number>): void {
    this.#options.emit({ type: 'problem', sessionId: this.record.id, code, params });
  }
}
