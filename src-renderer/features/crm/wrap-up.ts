// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { CallView } from '../../../src-shared/state.ts';
import { currentApp, onState } from '../state/store.ts';

/** Calls that were talked in here and are over, until the agent is done with each. Oldest first. */
export const useWrapUps = create<{ readonly calls: readonly CallView[] }>(() => ({ calls: [] }));

const MOST = 3;
const met = new Set<string>();

/** Only where outcomes are set up: without them the history has all that is needed. */
onState(() => {
  const app = currentApp();
  if (app === null || app.settings.crm.outcomes.length === 0) return;
  const over = app.calls.filter(
    (call) => call.phase === 'ended' && call.mine && call.answeredAt !== null && call.number !== '',
  );
  for (const call of over) {
    if (met.has(call.viewId)) continue;
    met.add(call.viewId);
    useWrapUps.setState(({ calls }) => ({ calls: [...calls, call].slice(-MOST) }));
  }
});

export function endWrapUp(viewId: string): void {
  useWrapUps.setState(({ calls }) => ({ calls: calls.filter((call) => call.viewId !== viewId) }));
}
