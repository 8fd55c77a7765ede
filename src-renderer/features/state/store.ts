// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { AppState } from '../../../src-shared/state.ts';
import { listen, request } from '../../bridge.ts';
import { setLanguage } from '../../i18n/index.ts';
import { share } from './share.ts';

type Snapshot = { readonly app: AppState | null };

/** The last state main has sent. Nothing in a window changes it but main. */
const useSnapshot = create<Snapshot>(() => ({ app: null }));

function apply(next: AppState): void {
  setLanguage(next.language);
  applyTheme(next.settings.theme);
  useSnapshot.setState((old) => ({ app: share(old.app, next) }));
}

/** `system` leaves the choice to prefers-color-scheme (tokens.css). */
function applyTheme(theme: AppState['settings']['theme']): void {
  const root = document.documentElement;
  if (theme === 'system') root.removeAttribute('data-theme');
  else if (root.dataset.theme !== theme) root.dataset.theme = theme;
}

/** Follows main's state: listens first, then asks once, so that no change falls in between. */
export function followState(): void {
  let pushed = false;
  listen('state', (state) => {
    pushed = true;
    apply(state);
  });
  request('state.get').then(
    (state) => {
      if (!pushed) apply(state);
    },
    // Main is still starting: its first push follows.
    () => undefined,
  );
}

/** Live calls, ahead of the state they are part of. */
export function applyCalls(calls: AppState['calls']): void {
  useSnapshot.setState(({ app }) => ({ app: app === null ? null : { ...app, calls: share(app.calls, calls) } }));
}

/** Calls the listener after each change of the state, for as long as the window lives. */
export function onState(listener: () => void): void {
  useSnapshot.subscribe(listener);
}

/** Null until main has answered. */
export function useMaybeApp<T>(select: (state: AppState) => T): T | null {
  return useSnapshot((snapshot) => (snapshot.app === null ? null : select(snapshot.app)));
}

/** For everything below the first screen, which is only drawn once there is a state. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useSnapshot((snapshot) => {
    if (snapshot.app === null) throw new Error('drawn before the first state');
    return select(snapshot.app);
  });
}

export function currentApp(): AppState | null {
  return useSnapshot.getState().app;
}
