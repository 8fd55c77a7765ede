// SPDX-License-Identifier: MIT
import type { EngineCommand, EngineEvent, LinePolicy } from '../../src-shared/engine-protocol.ts';
import { assertNever } from '../../src-shared/errors.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import type { AudioDesk } from './audio-desk.ts';
import { autoAnswer } from './auto-answer.ts';
import { Conference } from './conference.ts';
import type { Identity } from './identity.ts';
import { LiveCall } from './live-call.ts';
import type { CallOffer, SipCall, SipCallListener, SipLine } from './port.ts';

/** More calls than an agent can look at; the rest hears busy. Also what stands between us and a flood of INVITEs. */
const MAX_INCOMING = 8;
const MAX_USED = 100;

export type CallCommand = Extract<
  EngineCommand,
  {
    type:
      | 'dial'
      | 'answer'
      | 'transfer'
      | 'transfer-to'
      | 'deflect'
      | 'conference'
      | 'policy'
      | 'reject'
      | 'hang-up'
      | 'mute'
      | 'hold'
      | 'dtmf';
  }
>;

type Options = {
  readonly audio: AudioDesk;
  readonly emit: (event: EngineEvent) => void;
  /** State or sound of a call changed. */
  readonly changed: () => void;
  readonly extension: () => string;
  /** The line on which a call can be placed now, or null. */
  readonly line: () => SipLine | null;
};

/**
 * All calls of the agent, and the rules between them: at any moment the agent talks in one call or in one conference,
 * everything else is on hold. Holding is silent at once on our side; what the other side says to it only follows.
 */
export class Switchboard {
  readonly #options: Options;
  readonly #calls = new Map<string, LiveCall>();
  readonly #conference: Conference;
  /** The call the agent turned to last. */
  #focus: LiveCall | null = null;
  #policy: LinePolicy = {
    dnd: DEFAULT_SETTINGS.dnd,
    autoAnswer: DEFAULT_SETTINGS.autoAnswer,
    autoAnswerAfter: DEFAULT_SETTINGS.autoAnswerAfter,
    expected: [],
  };
  /** Expected numbers that had their call: each is answered once, also when main sends the same list again. */
  readonly #used = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
    this.#conference = new Conference((sessionIds) => options.emit({ type: 'conference', sessionIds }));
  }

  get calls(): readonly LiveCall[] {
    return [...this.#calls.values()];
  }

  command(command: CallCommand): void {
    switch (command.type) {
      case 'dial':
        this.#dial(command.sessionId, command.number);
        return;
      case 'conference':
        this.#confer(command.sessionIds);
        return;
      case 'policy':
        this.#policy = command.policy;
        return;
      default: {
        const call = this.#calls.get(command.sessionId);
        if (call === undefined) this.#ended(command.sessionId);
        else this.#act(call, command);
      }
    }
  }

  /** A call comes in. null refuses it with 486 and tells nobody. */
  incoming(sip: SipCall, caller: Identity, offer: CallOffer): SipCallListener | null {
    const incoming = this.calls.filter(({ record }) => record.direction === 'in').length;
    if (incoming >= MAX_INCOMING) return null;
    const auto = autoAnswer(
      this.#policy,
      { number: caller.number, answerAfter: offer.answerAfter },
      this.#used,
      Date.now(),
    );
    const call = this.#add(crypto.randomUUID(), 'in', caller);
    call.offer(sip);
    if (!offer.isSecure) call.turnAway(488);
    else if (this.#policy.dnd && auto === null) call.turnAway(486);
    else {
      this.#options.changed();
      if (auto !== null) this.#answerByItself(call, auto.after, auto.expected);
    }
    return call.listener;
  }

  lineLost(): void {
    for (const call of this.calls) call.lineLost();
  }

  hangUpAll(): void {
    for (const call of this.calls) call.hangUp();
  }

  #act(call: LiveCall, command: Exclude<CallCommand, { type: 'dial' | 'conference' | 'policy' }>): void {
    switch (command.type) {
      case 'answer':
        this.#answer(call, command.others);
        return;
      case 'transfer':
        this.#transfer(call, command.target);
        return;
      case 'transfer-to': {
        const other = this.#calls.get(command.otherId);
        if (other === undefined || other === call) this.#ended(command.otherId);
        else this.#transfer(call, other);
        return;
      }
      case 'deflect':
        call.deflect(command.target);
        return;
      case 'reject':
        call.reject(command.status);
        return;
      case 'hang-up':
        call.hangUp();
        return;
      case 'mute':
        for (const one of this.#conference.has(call) ? this.#conference.members : [call]) one.mute(command.on);
        return;
      case 'hold':
        if (this.#conference.has(call)) this.#conference.end();
        if (!command.on) this.#turnTo(call);
        call.hold(command.on);
        return;
      case 'dtmf':
        call.dtmf(command.tones);
        return;
      default:
        assertNever(command);
    }
  }

  #dial(sessionId: string, number: string): void {
    if (this.#calls.has(sessionId)) return;
    const call = this.#add(sessionId, 'out', { number: number.split(',', 1)[0] ?? '', name: null });
    const line = this.#options.line();
    if (line === null) {
      this.#options.emit({ type: 'problem', sessionId, code: 'sip.not-registered', params: {} });
      call.refuse();
      return;
    }
    this.#turnTo(call);
    void call.dial(line, number);
  }

  #answer(call: LiveCall, others: 'hold' | 'end'): void {
    if (!call.isRinging) return;
    if (others === 'end') for (const other of this.calls) if (other !== call && other.isTalking) other.hangUp();
    this.#turnTo(call);
    void call.answer();
  }

  /**
   * Not while the agent talks to somebody, or dials: a voice must not break into a call. A call that the agent asked
   * for is the exception: it holds the others, as dialling does.
   */
  #answerByItself(call: LiveCall, after: number, expected: string | null): void {
    if (expected !== null) {
      this.#used.add(expected);
      for (const oldest of this.#used) if (this.#used.size > MAX_USED) this.#used.delete(oldest);
    }
    setTimeout(() => {
      const busy = this.calls.some((other) => other !== call && (other.isTalking || other.isSettingUp));
      const wanted = expected !== null || (!busy && !this.#policy.dnd && this.#policy.autoAnswer !== 'off');
      if (wanted) this.#answer(call, 'hold');
    }, after);
  }

  #confer(sessionIds: readonly string[]): void {
    const calls = sessionIds.flatMap((id) => this.#calls.get(id) ?? []);
    if (calls.length === 0) {
      const [, ...rest] = this.#conference.members;
      this.#conference.end();
      for (const call of rest) call.setAside();
      return;
    }
    const missing = sessionIds.find((id) => this.#calls.get(id)?.record.state !== 'connected');
    if (missing !== undefined || calls.length < 2 || !this.#conference.start(calls)) {
      this.#ended(missing ?? sessionIds[0] ?? null);
      return;
    }
    this.#focus = calls[0] ?? null;
    for (const other of this.calls) if (!calls.includes(other) && other.isTalking) other.setAside();
    for (const call of calls) call.hold(false);
  }

  #transfer(call: LiveCall, to: string | LiveCall): void {
    const legs = typeof to === 'string' ? [call] : [call, to];
    const unanswered = legs.find(({ record }) => record.state !== 'connected');
    if (unanswered !== undefined) {
      this.#ended(unanswered.record.id);
      return;
    }
    if (this.#conference.has(call)) this.#conference.end();
    call.transfer(typeof to === 'string' ? to.trim() : to, {
      takeBack: () => {
        const busy = this.calls.some((other) => other !== call && (other.isTalking || other.isSettingUp));
        if (busy || call.record.state !== 'connected') return;
        this.#turnTo(call);
        call.hold(false);
      },
      release: () => {
        for (const leg of legs) if (leg.record.state !== 'ended') leg.hangUp();
      },
    });
  }

  /** The agent turns to this call: all that was talked in goes on hold. */
  #turnTo(call: LiveCall): void {
    this.#focus = call;
    this.#conference.end();
    for (const other of this.calls) if (other !== call && other.isTalking) other.setAside();
  }

  /** A call that we made is answered while the agent has turned to another one. */
  #connecting(call: LiveCall): void {
    const other = this.calls.some((one) => one !== call && one.isTalking);
    if (other && this.#focus !== call && !this.#conference.has(call)) call.setAside();
  }

  #add(id: string, direction: 'in' | 'out', identity: Identity): LiveCall {
    const { audio, emit, changed, extension } = this.#options;
    const call: LiveCall = new LiveCall({
      id,
      direction,
      identity,
      extension: extension(),
      mic: audio.mic,
      speaker: audio.speaker,
      emit,
      changed,
      connecting: () => this.#connecting(call),
      gone: () => this.#gone(call),
    });
    this.#calls.set(id, call);
    return call;
  }

  #gone(call: LiveCall): void {
    this.#calls.delete(call.record.id);
    if (this.#focus === call) this.#focus = null;
    // The one that stays goes on as a call like any other.
    if (this.#conference.has(call)) this.#conference.end();
  }

  #ended(sessionId: string | null): void {
    this.#options.emit({ type: 'problem', sessionId, code: 'sip.ended', params: {} });
  }
}
