// SPDX-License-Identifier: MIT
import type { RelayLog } from '../log.ts';
import { RelayError } from '../store/api.ts';

/** Work nobody waits for, until the node stops. */
export type Background = {
  run(work: Promise<unknown>): void;
  /** Resolves when nothing is being done and `isOver` is true. */
  idle(isOver: () => boolean): Promise<void>;
};

const LOOK_MS = 20;

/** A store that is gone for a moment is no news here: what matters is done again at the next turn. */
export function createBackground(report: Pick<RelayLog, 'error'>): Background {
  let running = 0;
  return {
    run(work) {
      running++;
      work
        .catch((error: unknown) => {
          if (!(error instanceof RelayError)) report.error('background work failed', { error });
        })
        .finally(() => running--);
    },
    async idle(isOver) {
      while (running > 0 || !isOver()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    },
  };
}
