// SPDX-License-Identifier: MIT
import type { SessionEndCause, SipEvent } from '../../src-shared/calls/events.ts';
import type { Direction, SessionState } from '../../src-shared/calls/model.ts';
import type { Identity } from './identity.ts';

const ORDER: readonly SessionState[] = ['dialing', 'ringing', 'connecting', 'connected', 'ended'];

type Facts = Pick<SipEvent, 'state' | 'answeredAt' | 'endedAt' | 'endCause' | 'muted' | 'hold'>;

/**
 * What one SIP session looks like from outside: a row of snapshots with rising `seq` that never go back in state and
 * end with exactly one `ended`.
 */
export class SessionRecord {
  readonly id: string;
  readonly direction: Direction;
  readonly #identity: Identity;
  readonly #extension: string;
  readonly #startedAt = Date.now();
  readonly #report: (event: SipEvent) => void;
  #seq = 0;
  #facts: Facts;

  constructor(options: {
    readonly id: string;
    readonly direction: Direction;
    readonly identity: Identity;
    readonly extension: string;
    readonly report: (event: SipEvent) => void;
  }) {
    this.id = options.id;
    this.direction = options.direction;
    this.#identity = options.identity;
    this.#extension = options.extension;
    this.#report = options.report;
    this.#facts = {
      state: options.direction === 'out' ? 'dialing' : 'ringing',
      answeredAt: null,
      endedAt: null,
      endCause: null,
      muted: false,
      hold: 'none',
    };
    this.#tell();
  }

  get state(): SessionState {
    return this.#facts.state;
  }

  get muted(): boolean {
    return this.#facts.muted;
  }

  get held(): SipEvent['hold'] {
    return this.#facts.hold;
  }

  /** Goes on to a later state; an earlier or the same one is not news. */
  advance(state: Exclude<SessionState, 'ended'>): void {
    if (ORDER.indexOf(state) <= ORDER.indexOf(this.#facts.state)) return;
    this.#change({ state, answeredAt: state === 'connected' ? Date.now() : this.#facts.answeredAt });
  }

  mute(muted: boolean): void {
    if (muted !== this.#facts.muted) this.#change({ muted });
  }

  hold({ local, remote }: { readonly local: boolean; readonly remote: boolean }): void {
    const hold = local && remote ? 'both' : local ? 'local' : remote ? 'remote' : 'none';
    if (hold !== this.#facts.hold) this.#change({ hold });
  }

  end(endCause: SessionEndCause): void {
    this.#change({ state: 'ended', endedAt: Date.now(), endCause });
  }

  #change(change: Partial<Facts>): void {
    if (this.#facts.state === 'ended') return;
    this.#facts = { ...this.#facts, ...change };
    this.#tell();
  }

  #tell(): void {
    this.#seq += 1;
    this.#report({
      source: 'sip',
      type: 'session',
      sessionId: this.id,
      seq: this.#seq,
      extension: this.#extension,
      direction: this.direction,
      number: this.#identity.number,
      networkName: this.#identity.name,
      startedAt: this.#startedAt,
      ...this.#facts,
    });
  }
}
