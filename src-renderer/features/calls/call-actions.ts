// SPDX-License-Identifier: MIT
import type { AppState, CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { abilities } from './call-text.ts';

type Situation = Pick<AppState, 'calls' | 'conference'>;

/** Whether this call is part of the three-way call. */
export function isMixed(conference: readonly string[], call: CallView): boolean {
  return conference.length > 1 && call.session !== null && conference.includes(call.session.sessionId);
}

/** Calls with media on this computer, but for `call`. */
export function otherConnected(calls: readonly CallView[], call: CallView): readonly CallView[] {
  return calls.filter((one) => one.key !== call.key && abilities(one).control);
}

/** The other one when exactly two calls are connected: what can be swapped, merged and connected with each other. */
export function partnerOf(calls: readonly CallView[], call: CallView): CallView | null {
  if (!abilities(call).control) return null;
  const others = otherConnected(calls, call);
  return others.length === 1 ? (others[0] ?? null) : null;
}

/** Holds, or goes on with this call and holds every other one that is not part of its mix. */
export async function toggleHold({ calls, conference }: Situation, call: CallView): Promise<void> {
  if (!abilities(call).onHold) return request('call.hold', call.key, true);
  if (!isMixed(conference, call)) {
    for (const other of otherConnected(calls, call)) {
      if (!abilities(other).onHold) await request('call.hold', other.key, true);
    }
  }
  await request('call.hold', call.key, false);
}

/** Goes on with the one that waits. With both held, or none, with `call`'s partner. */
export async function swap(situation: Situation, call: CallView): Promise<void> {
  const partner = partnerOf(situation.calls, call);
  if (partner === null) return;
  const next = abilities(call).onHold && !abilities(partner).onHold ? call : partner;
  const last = next === call ? partner : call;
  if (!abilities(last).onHold) await request('call.hold', last.key, true);
  await request('call.hold', next.key, false);
}

/** The call a key of the keyboard is meant for: the one that has the focus, else the one talked in, else the oldest. */
export function currentCall(calls: readonly CallView[], focused: string | null): CallView | null {
  const live = calls.filter((call) => call.phase !== 'ended' && call.session !== null);
  return (
    live.find((call) => call.key === focused) ??
    live.find((call) => abilities(call).control && !abilities(call).onHold) ??
    live[0] ??
    null
  );
}
