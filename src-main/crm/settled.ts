// SPDX-License-Identifier: MIT
import type { OutboxOptions } from './outbox.ts';

/** One run for many changes of the same thing, once it has come to rest. */
export type Settled = {
  /** It has changed: `run` follows so long after its last change. */
  touch(id: number): void;
  /** Runs now what was still to come; nothing is taken up after it. */
  stop(): Promise<void>;
};

/** `run` must not reject. */
export function createSettled(
  run: (id: number) => Promise<void>,
  ms: number,
  timer: OutboxOptions['schedule'],
): Settled {
  const waiting = new Map<number, { cancel(): void }>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  const begin = (id: number): void => {
    waiting.get(id)?.cancel();
    waiting.delete(id);
    const work = run(id).finally(() => underWay.delete(work));
    underWay.add(work);
  };

  return {
    touch(id) {
      if (stopped) return;
      waiting.get(id)?.cancel();
      waiting.set(
        id,
        timer(() => begin(id), ms),
      );
    },
    async stop() {
      stopped = true;
      for (const id of [...waiting.keys()]) begin(id);
      await Promise.all(underWay);
    },
  };
}
