// SPDX-License-Identifier: MIT
import type { DoctorStep } from '../../../src-shared/ipc/map.ts';

export type StepId = DoctorStep['id'];
/** How a step ended; `advice` is a key of docs/doctor.md. */
export type Finding = {
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly advice: string;
  readonly detail?: string;
};

export const ok = (advice = 'ok', detail = ''): Finding => ({ state: 'ok', advice, detail });
export const failed = (advice: string, detail = ''): Finding => ({ state: 'failed', advice, detail });
export const skipped = (advice: string, detail = ''): Finding => ({ state: 'skipped', advice, detail });

const MAX_TEXT = 200;

/** Text from anywhere as one harmless line: no control, format or direction characters, 200 characters at most. */
export function plain(text: string): string {
  const line = text
    .slice(0, 4 * MAX_TEXT)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line;
}

/** What went wrong, as the system calls it: `ECONNREFUSED`. An attempt at several addresses has several. */
export function codesOf(error: unknown): readonly string[] {
  const errors = error instanceof AggregateError ? error.errors : [error];
  return errors.flatMap((each: unknown) =>
    each instanceof Error && 'code' in each && typeof each.code === 'string' ? [each.code] : [],
  );
}

/** All steps of one run, in the order of the page, told anew at each change. */
export class Board {
  readonly #tell: (steps: readonly DoctorStep[], done: boolean) => void;
  readonly #steps = new Map<string, { readonly order: number; step: DoctorStep }>();
  #closed = false;

  constructor(tell: (steps: readonly DoctorStep[], done: boolean) => void) {
    this.#tell = tell;
  }

  /** Runs one step. `order` is its place; what it throws counts as `failed`, with `otherwise` as advice. */
  async run(
    place: { readonly order: number; readonly id: StepId; readonly subject: string; readonly otherwise: string },
    work: () => Promise<Finding> | Finding,
  ): Promise<Finding> {
    const { order, id } = place;
    const subject = plain(place.subject);
    const key = `${order} ${id} ${subject}`;
    const began = performance.now();
    this.#put(key, order, { id, subject, state: 'running', ms: null, advice: 'running', detail: '' });
    let finding: Finding;
    try {
      finding = await work();
    } catch (error) {
      finding = failed(place.otherwise, codesOf(error).join(' '));
    }
    const { state, advice } = finding;
    const ms = state === 'skipped' ? null : Math.round(performance.now() - began);
    this.#put(key, order, { id, subject, state, ms, advice, detail: plain(finding.detail ?? '') });
    return finding;
  }

  /** The run is over: what still runs is late, and nothing is told any more. */
  close(): void {
    for (const entry of this.#steps.values()) {
      if (entry.step.state === 'running') entry.step = { ...entry.step, state: 'failed', advice: 'late' };
    }
    this.#closed = true;
    this.#tell(this.steps, true);
  }

  get steps(): readonly DoctorStep[] {
    return [...this.#steps.values()].toSorted((a, b) => a.order - b.order).map(({ step }) => step);
  }

  #put(key: string, order: number, step: DoctorStep): void {
    if (this.#closed) return;
    this.#steps.set(key, { order, step });
    this.#tell(this.steps, false);
  }
}
