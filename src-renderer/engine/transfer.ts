// SPDX-License-Identifier: MIT
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import type { ReferOutcome } from './port.ts';

type Leg = {
  readonly id: string;
  /** Held and silent, as far as this side can do it. Resolves when the other side agreed, refused, or said nothing. */
  setAside(): Promise<void>;
  /** Off hold again, unless the agent talks to somebody else by now. */
  takeBack(): void;
  refer(): void;
  /** Ends the legs that the transfer leaves without a purpose. */
  release(): void;
};

/** One transfer from the wish to its end, told as events. */
export class Transfer {
  readonly #leg: Leg;
  readonly #emit: (event: EngineEvent) => void;
  #over = false;

  constructor(leg: Leg, emit: (event: EngineEvent) => void) {
    this.#leg = leg;
    this.#emit = emit;
  }

  /** On hold first, so that the party hears music and not the agent's office while the other one rings. */
  async start(): Promise<void> {
    this.#tell('asked', null);
    await this.#leg.setAside();
    if (!this.#over) this.#leg.refer();
  }

  /** The agent hung up: what comes of it is nobody's concern here any more. */
  abandon(): void {
    this.#over = true;
  }

  /** True when it is over. */
  outcome(outcome: ReferOutcome, status: number | null): boolean {
    if (this.#over) return true;
    if (outcome === 'ringing') {
      this.#tell('ringing', status);
      return false;
    }
    this.#over = true;
    if (outcome === 'done') {
      this.#tell('done', status);
      this.#leg.release();
      return true;
    }
    this.#tell('failed', status);
    const code = outcome === 'unanswered' ? 'transfer.unanswered' : 'transfer.refused';
    const params = outcome === 'unanswered' ? {} : { status: status ?? 0 };
    this.#emit({ type: 'problem', sessionId: this.#leg.id, code, params });
    this.#leg.takeBack();
    return true;
  }

  #tell(state: 'asked' | 'ringing' | 'done' | 'failed', status: number | null): void {
    this.#emit({ type: 'transfer', sessionId: this.#leg.id, state, status });
  }
}
