// SPDX-License-Identifier: MIT
/** One timer for everything that comes round once a turn; its items are spread evenly over the turn. */
export type Wheel<T> = {
  add(item: T): void;
  remove(item: T): void;
  /** Runs once within the next second. */
  soon(run: () => void): void;
  close(): void;
};

const TICK_MS = 1_000;

/**
 * @param onTurn called for each item once every `turnMs`, the first time between a half and a whole turn after its start
 */
export function createWheel<T>(turnMs: number, onTurn: (item: T) => void): Wheel<T> {
  const slots = Array.from({ length: Math.max(1, Math.round(turnMs / TICK_MS)) }, () => new Set<T>());
  const slotOf = new Map<T, Set<T>>();
  let waiting: (() => void)[] = [];
  let now = 0;
  let next = 0;

  const tick = (): void => {
    const due = waiting;
    waiting = [];
    for (const run of due) run();
    now = (now + 1) % slots.length;
    // A copy: a turn may remove.
    for (const item of [...(slots[now] ?? [])]) onTurn(item);
  };
  const timer = setInterval(tick, TICK_MS);
  timer.unref();

  return {
    add(item) {
      const half = Math.ceil(slots.length / 2);
      const slot = slots[(now + half + (next++ % half)) % slots.length];
      slot?.add(item);
      if (slot) slotOf.set(item, slot);
    },
    remove(item) {
      slotOf.get(item)?.delete(item);
      slotOf.delete(item);
    },
    soon(run) {
      waiting.push(run);
    },
    close: () => clearInterval(timer),
  };
}
