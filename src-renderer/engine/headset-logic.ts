// SPDX-License-Identifier: MIT
import type { Direction, SessionState } from '../../src-shared/calls/model.ts';
import type { EngineCommand } from '../../src-shared/engine-protocol.ts';
import type { Light, Press } from './headset-report.ts';

/** What a headset must know of a call. */
export type HeadsetCall = {
  readonly id: string;
  readonly direction: Direction;
  readonly state: SessionState;
  readonly isRinging: boolean;
  readonly muted: boolean;
  /** By either side. */
  readonly held: boolean;
};

export type HeadsetCommand = Extract<EngineCommand, { type: 'answer' | 'reject' | 'hang-up' | 'mute' }>;

/** `talking` are calls off hook and not held, `parked` those on hold; each oldest first. */
function sort(calls: readonly HeadsetCall[]) {
  const ringing = calls.find(({ isRinging }) => isRinging) ?? null;
  const offHook = calls.filter(
    ({ direction, state, isRinging }) =>
      state !== 'ended' && !isRinging && (direction === 'out' || state !== 'ringing'),
  );
  return {
    ringing,
    talking: offHook.filter(({ held }) => !held),
    parked: offHook.filter(({ held }) => held),
  };
}

/** The lights that tell of these calls. */
export function lightsOf(calls: readonly HeadsetCall[]): ReadonlySet<Light> {
  const { ringing, talking, parked } = sort(calls);
  const lights = new Set<Light>();
  if (talking.length + parked.length > 0) lights.add('off-hook');
  if (ringing !== null) lights.add('ring');
  if (talking.length > 0 && talking.every(({ muted }) => muted)) lights.add('mute');
  if (talking.length === 0 && parked.length > 0) lights.add('hold');
  return lights;
}

/**
 * What a press asks for. A hook switch that only echoes our light asks for nothing: off hook while nothing rings, on
 * hook while nothing is on.
 */
export function commandsOf({ button, on }: Press, calls: readonly HeadsetCall[]): HeadsetCommand[] {
  const { ringing, talking, parked } = sort(calls);
  const current = talking[0] ?? parked[0];
  const hangUp = (): HeadsetCommand[] => (current ? [{ type: 'hang-up', sessionId: current.id }] : []);
  if (button === 'mute') {
    const muted = talking.length > 0 && talking.every((call) => call.muted);
    const want = on ?? !muted;
    return talking.filter((call) => call.muted !== want).map(({ id }) => ({ type: 'mute', sessionId: id, on: want }));
  }
  if (button === 'reject') {
    return ringing === null ? hangUp() : [{ type: 'reject', sessionId: ringing.id, status: 486 }];
  }
  // A person who talks and presses means the call in the ear; then the one that waits is next.
  if (ringing !== null && talking.length === 0 && on !== false) {
    return [{ type: 'answer', sessionId: ringing.id, others: 'hold' }];
  }
  return on === true ? [] : hangUp();
}
