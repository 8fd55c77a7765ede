// SPDX-License-Identifier: MIT
import type { WireError } from '../../src-shared/errors.ts';
import type { AppState } from '../../src-shared/state.ts';

/**
 * The one copy of what windows show. Services patch it; listeners hear of it once per turn of the event loop, so that
 * one event that changes three parts is one message to the windows.
 */
export type Hub = {
  get(): AppState;
  patch(part: Partial<AppState>): void;
  /** Tells the person something once; the same error again within a minute only renews it. */
  notice(error: WireError): void;
  dismiss(id: number): void;
  subscribe(listener: (state: AppState) => void): () => void;
};

const SAME_NOTICE_MS = 60_000;
const MOST_NOTICES = 5;

export function createHub(initial: AppState, now: () => number): Hub {
  const listeners = new Set<(state: AppState) => void>();
  let state = initial;
  let scheduled = false;
  let noticeId = 0;

  const patch = (part: Partial<AppState>): void => {
    state = { ...state, ...part };
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      for (const listener of listeners) listener(state);
    });
  };

  return {
    get: () => state,
    patch,
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
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
