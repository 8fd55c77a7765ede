// SPDX-License-Identifier: MIT
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import type { Speaker } from './audio-speaker.ts';
import { CallHold } from './call-hold.ts';
import { CallSound, type Seat } from './call-sound.ts';
import { type EndFacts, endCause } from './causes.ts';
import type { HeadsetCall } from './headset.ts';
import { onFirstPacket } from './media.ts';
import { type MicProblem, type Microphone, micProblem } from './microphone.ts';
import type { MixLeg } from './mix.ts';
import type { SipCall, SipCallListener, SipLine } from './port.ts';
import { watchQuality } from './quality-watch.ts';
import { SessionRecord } from './session.ts';
import { Transfer } from './transfer.ts';

/** A call that nobody answers, refuses or cancels for so long is given up: queues ring long, but not for ever. */
const UNANSWERED_MS = 300_000;

type Options = Omit<ConstructorParameters<typeof SessionRecord>[0], 'report'> & {
  readonly mic: Microphone;
  readonly speaker: Speaker;
  readonly emit: (event: EngineEvent) => void;
  /** State or sound changed. */
  readonly changed: () => void;
  readonly gone: () => void;
  /** Answered by whichever side, but not told yet. */
  readonly connecting: () => void;
};

/** One call with all that hangs on it: its record, its SIP session, its microphone track and its loudspeaker. */
export class LiveCall {
  readonly record: SessionRecord;
  readonly listener: SipCallListener;
  readonly #options: Options;
  #sip: SipCall | null = null;
  readonly #sound: CallSound;
  readonly #hold: CallHold;
  #cleanups: (() => void)[] = [];
  #wish: 'reject' | 'hang-up' | 'none' = 'none';
  #commandAt = performance.now();
  #hasEarlyMedia = false;
  #answering = false;
  #transfer: Transfer | null = null;
  #micIsLost = false;
  /** To be sent as tones after the answer. */
  #suffix = '';

  constructor(options: Options) {
    this.#options = options;
    const report = (session: Extract<EngineEvent, { type: 'session' }>['session']) => {
      options.emit({ type: 'session', session });
    };
    this.#sound = new CallSound({
      mic: options.mic,
      sip: () => this.#sip,
      lost: (on, problem) => this.#micLost(on, problem),
    });
    this.record = new SessionRecord({ ...options, report });
    const { record } = this;
    this.#hold = new CallHold({ record, sound: this.#sound, sip: () => this.#sip, changed: options.changed });
    this.listener = this.#listen();
  }

  get isRinging(): boolean {
    return this.record.direction === 'in' && this.record.state === 'ringing' && !this.#answering;
  }

  /** The agent speaks and listens here, or is about to. */
  get isTalking(): boolean {
    const { state } = this.record;
    return (state === 'connecting' || state === 'connected') && !this.#hold.isWanted;
  }

  get isSettingUp(): boolean {
    return this.record.direction === 'out' && (this.record.state === 'dialing' || this.record.state === 'ringing');
  }

  get mixLeg(): MixLeg | null {
    return this.record.state === 'connected' ? this.#sound.mixLeg : null;
  }

  get sip(): SipCall | null {
    return this.#sip;
  }

  get needsRingback(): boolean {
    return this.record.direction === 'out' && this.record.state === 'ringing' && !this.#hasEarlyMedia;
  }

  get headsetView(): HeadsetCall {
    const { id, direction, state, muted, held } = this.record;
    return { id, direction, state, isRinging: this.isRinging, muted, held: held !== 'none' };
  }

  /**
   * Places the call. The INVITE waits for the microphone only when it may be refused. What follows a `,` in the number
   * is sent as tones when the call is answered.
   */
  async dial(line: SipLine, dialled: string): Promise<void> {
    this.#commandAt = performance.now();
    const [number = ''] = dialled.split(',', 1);
    this.#suffix = dialled.slice(number.length);
    const late = setTimeout(() => {
      if (this.isSettingUp) this.#giveUp();
    }, UNANSWERED_MS);
    this.#cleanups.push(() => clearTimeout(late));
    if (this.#options.mic.likely) {
      this.#sip = line.dial(number, null, this.listener);
      if (await this.#openMic()) return;
      this.#sip.hangUp();
      this.#end('failed');
      return;
    }
    if (!(await this.#openMic())) this.#end('failed');
    else if (this.record.state !== 'ended') this.#sip = line.dial(number, this.#sound.microphone, this.listener);
  }

  offer(sip: SipCall): void {
    this.#sip = sip;
  }

  /**
   * Without a microphone the call stays ringing: the person may plug one in and try again. One that is there and does
   * not open ends the call.
   */
  async answer(): Promise<void> {
    if (!this.isRinging) return;
    this.#commandAt = performance.now();
    this.#answering = true;
    this.#options.changed();
    if (this.#options.mic.likely) {
      this.record.advance('connecting');
      this.#answering = false;
      this.#sip?.answer(null);
      if (!(await this.#openMic())) this.#sip?.reject(480);
      this.#options.changed();
      return;
    }
    const open = await this.#openMic();
    this.#answering = false;
    const track = this.#sound.microphone;
    if (open && this.record.state === 'ringing' && track !== null) {
      this.record.advance('connecting');
      this.#sip?.answer(track);
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

  deflect(number: string): void {
    if (this.record.direction === 'out' || this.record.state !== 'ringing') {
      this.#problem('sip.ended', {});
      return;
    }
    this.#wish = 'reject';
    this.#sip?.deflect(number);
  }

  /** Refuses a call that must not ring; it is told as a call that was and is over. */
  turnAway(status: 486 | 488): void {
    this.#sip?.reject(status);
    this.#end(status === 486 ? 'busy' : 'failed');
  }

  hangUp(): void {
    this.#wish = 'hang-up';
    this.#transfer?.abandon();
    if (this.#sip === null) this.#end('cancelled');
    else this.#sip.hangUp();
  }

  mute(on: boolean): void {
    this.record.mute(on);
    this.#sound.mute(on);
    this.#options.changed();
  }

  hold(on: boolean): void {
    this.#hold.wish(on);
  }

  /** Makes room for another call: silent at once, on hold as soon as the other side agrees. */
  setAside(): void {
    this.#hold.setAside();
  }

  dtmf(tones: string): void {
    if (this.#sip === null) this.#problem('dtmf.failed', {});
    else this.#sip.dtmf(tones);
  }

  /**
   * Sends the party to a number or to the party of another call. `takeBack` resumes this call after a failure;
   * `release` ends both after success.
   */
  transfer(to: string | LiveCall, ends: { readonly takeBack: () => void; readonly release: () => void }): void {
    if (this.#transfer !== null) return;
    const transfer = new Transfer(
      {
        id: this.record.id,
        setAside: () => this.#hold.settledAside(),
        refer: () => {
          const target = typeof to === 'string' ? to : to.sip;
          if (this.#sip === null || target === null) this.listener.referred('refused', null);
          else this.#sip.refer(target);
        },
        ...ends,
      },
      this.#options.emit,
    );
    this.#transfer = transfer;
    void transfer.start();
  }

  /** Takes a seat in the mix: the party hears the others too. */
  join(seat: Seat): void {
    this.#sound.sit(seat);
  }

  /** Leaves the mix: the party hears the agent alone. */
  leave(): void {
    this.#sound.sit(null);
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
        this.#options.connecting();
        record.advance('connected');
        // Muted while it rang: JsSIP had no track to switch off then.
        this.#sound.apply();
        this.#watchQuality();
        // The port takes tones from the end of this turn on.
        if (this.#suffix !== '') queueMicrotask(() => this.dtmf(this.#suffix));
        changed();
      },
      hold: (state) => this.#hold.agreed(state),
      remoteTrack: (track, receiver) => {
        const arrived = () => {
          const ms = performance.now() - this.#commandAt;
          emit({ type: 'timing', sessionId: record.id, name: 'media', ms, iceReason: null });
        };
        this.#sound.remote(track);
        this.#cleanups.push(this.#options.speaker.playTrack(track), onFirstPacket(receiver, arrived));
      },
      reconnecting: (on) => emit({ type: 'warning', sessionId: record.id, warning: 'reconnecting', on }),
      problem: (status, reason) => {
        this.#hold.refused();
        this.#problem('sip.server', { status, reason });
      },
      tonesFailed: () => this.#problem('dtmf.failed', {}),
      referred: (outcome, status) => {
        if (this.#transfer?.outcome(outcome, status) === true) this.#transfer = null;
      },
      ended: (facts) => this.#ended(facts),
    };
  }

  #giveUp(): void {
    this.#end('no-answer');
    this.#sip?.hangUp();
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
    this.#sound.close();
    this.#options.gone();
    this.#options.changed();
  }

  /** False when there is no microphone; the reason was told. */
  async #openMic(): Promise<boolean> {
    try {
      await this.#sound.openMicrophone();
    } catch (error) {
      if (this.record.state !== 'ended') this.#problem(micProblem(error), {});
      return this.record.state === 'ended';
    }
    if (this.record.state === 'ended') this.#sound.close();
    return true;
  }

  /** The device was pulled out; the microphone sends another track when there is one. */
  #micLost(on: boolean, problem: MicProblem): void {
    this.#micIsLost = on;
    this.#options.emit({ type: 'warning', sessionId: this.record.id, warning: 'mic-lost', on });
    if (on && problem === 'mic.denied') this.#problem(problem, {});
  }

  #watchQuality(): void {
    const { record } = this;
    const stop = watchQuality({
      sessionId: record.id,
      stats: async () => (await this.#sip?.stats()) ?? null,
      // A microphone that is gone is silent for a reason that was told already.
      isMuted: () => record.muted || this.#micIsLost,
      isHeld: () => record.held !== 'none',
      emit: this.#options.emit,
    });
    this.#cleanups.push(stop);
  }

  #problem(code: Extract<EngineEvent, { type: 'problem' }>['code'], params: Record<string, string | number>): void {
    this.#options.emit({ type: 'problem', sessionId: this.record.id, code, params });
  }
}
