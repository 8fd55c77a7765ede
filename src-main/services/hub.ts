// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireError } from '../../src-shared/errors.ts';
import type { AppState } from '../../src-shared/state.ts';

/**
 * The one copy of what windows show. Services patch it; listeners hear of it once per turn of the event loop, so that
 * one event that changes three parts is one message to the windows.
 */
export type Hub = {
  get(): AppState;
  patch(part: Partial<AppState>): void;
  /**
   * The popup goes first: a new call rings. Listeners of `first` hear of it before this returns, all others when
   * `headStart` is over, so that the popup has the processor to itself until it is painted.
   *
   * @param prepared `viewId` of the one call there is, when its card waits in the popup just as it is to be shown
   */
  ring(calls: AppState['calls'], prepared?: string | null): void;
  /** Resolves when no popup is being drawn: at once, or after some milliseconds. For work that can wait that long. */
  headStart(): Promise<void>;
  /** Tells the person something once; the same error again within a minute only renews it. */
  notice(error: WireError): void;
  dismiss(id: number): void;
  /** `first`: before all others, and at once when a new call rings. */
  subscribe(listener: Listener, order?: 'first'): () => void;
};

/** `prepared`: see `ring`; null at all other times. */
type Listener = (state: AppState, prepared: string | null) => void;

/** About what the popup takes from the push to the frame, on a small computer. */
const HEAD_START_MS = 10;

const SAME_NOTICE_MS = 60_000;
const MOST_NOTICES = 5;

export function createHub(initial: AppState, now: () => number): Hub {
  const first = new Set<Listener>();
  const others = new Set<Listener>();
  let headStart: Promise<void> | null = null;
  let state = initial;
  let scheduled = false;
  let noticeId = 0;

  const patch = (part: Partial<AppState>): void => {
    state = { ...state, ...part };
    if (scheduled) return;
    scheduled = true;
    void (headStart ?? Promise.resolve()).then(() => {
      scheduled = false;
      for (const listener of first) listener(state, null);
      for (const listener of others) listener(state, null);
    });
  };

  return {
    get: () => state,
    patch,
    ring(calls, prepared = null) {
      headStart ??= sleep(HEAD_START_MS).then(() => {
        headStart = null;
      });
      patch({ calls });
      for (const listener of first) listener(state, prepared);
    },
    headStart: () => headStart ?? Promise.resolve(),
    notice(error) {
      const at = now();
      const key = JSON.stringify(error);
      const others = state.notices.filter(
        (notice) => at - notice.at > SAME_NOTICE_MS || JSON.stringify(notice.error) !== key,
      );
      noticeId += 1;
      patch({ notices: [...others, { id: noticeId, error, at }].slice(-MOST_NOTICES) });
    },
    dismiss(id) {
      patch({ notices: state.notices.filter((notice) => notice.id !== id) });
    },
    subscribe(listener, order) {
      const listeners = order === 'first' ? first : others;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
