// SPDX-License-Identifier: MIT
import type { Settings } from '../../src-shared/settings.ts';
import type { Fed } from './poller.ts';

/**
 * When to look at the statistics. The PBX asks not to be asked every minute (megacall-api.md section 2.9), so two looks
 * are never nearer than two minutes, whatever happens.
 */
export type Rhythm = {
  isDue(): boolean;
  /** Look as soon as may be. */
  want(): void;
  /** There is old work, which waits for no look. */
  gap(): void;
  callEnded(): void;
  /** What the last rows said of the other sources. */
  learned(fed: Fed): void;
  /** A look was had. */
  looked(): void;
  /** All work is done. */
  rested(): void;
  /** There is nobody to ask: nothing happens until somebody wants it. */
  off(): void;
  failed(code: string): void;
  /** Calls `run` at the right moment, once; takes the place of what was planned. */
  plan(run: () => void): void;
  stop(): void;
};

const MINUTE = 60_000;
export const NEAREST_MS = 2 * MINUTE;
/** With webhooks the statistics are only a net below them. */
const NET_MS = 60 * MINUTE;
/** Rows of a call are there so long after its end. */
const ROWS_READY_MS = 20_000;
const FIRST_RETRY_MS = 10_000;
const LAST_RETRY_MS = 15 * MINUTE;
const REFUSED_MS = 60 * MINUTE;

export function createRhythm(options: {
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => () => void;
  readonly mode: () => 'alone' | 'team';
  readonly settings: () => Pick<Settings, 'pollMinutes'>;
}): Rhythm {
  const { now, schedule } = options;
  let lastLook = Number.NEGATIVE_INFINITY;
  let nextLook = 0;
  /** No request before this: the last one failed. */
  let notBefore = 0;
  let failures = 0;
  let hasWork = true;
  /** Until rows prove that events told of calls before: then they are a net only. */
  let isOnlySource = true;
  let cancel: () => void = () => undefined;
  let isOff = false;
  let stopped = false;

  const every = (): number => {
    const { pollMinutes } = options.settings();
    if (pollMinutes === 0) return Number.POSITIVE_INFINITY;
    return isOnlySource ? pollMinutes * MINUTE : Math.max(NET_MS, pollMinutes * MINUTE);
  };
  const lookBy = (at: number): void => {
    nextLook = Math.min(nextLook, Math.max(at, lastLook + NEAREST_MS));
  };
  const isAlone = (): boolean => options.mode() === 'alone';

  return {
    isDue: () => isAlone() && nextLook <= now(),
    want() {
      [failures, notBefore, hasWork, isOff] = [0, 0, true, false];
      lookBy(now());
    },
    gap() {
      [hasWork, isOff] = [true, false];
    },
    callEnded() {
      if (isOnlySource && every() < Number.POSITIVE_INFINITY) lookBy(now() + ROWS_READY_MS);
    },
    learned({ told, untold }) {
      if (untold > 0) isOnlySource = true;
      else if (told > 0) isOnlySource = false;
    },
    looked() {
      lastLook = now();
      nextLook = lastLook + every();
    },
    rested() {
      [failures, notBefore, hasWork] = [0, 0, false];
    },
    off() {
      isOff = true;
    },
    failed(code) {
      const retry = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
      failures += 1;
      notBefore = now() + (code === 'api.unauthorized' || code === 'api.clock' ? REFUSED_MS : retry);
      hasWork = true;
    },
    plan(run) {
      cancel();
      const at = Math.max(notBefore, hasWork ? now() : isAlone() ? nextLook : Number.POSITIVE_INFINITY);
      if (stopped || isOff || at === Number.POSITIVE_INFINITY) return;
      cancel = schedule(run, Math.min(Math.max(0, at - now()), NET_MS));
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
