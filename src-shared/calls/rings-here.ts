// SPDX-License-Identifier: MIT
import type { CallView } from '../state.ts';

/**
 * Rings at my extension and waits for me. In a callback the PBX rings the agent first, so an outgoing call can ring
 * here too: the session's direction decides where there is one.
 */
export function ringsHere(call: Pick<CallView, 'direction' | 'phase' | 'session'>): boolean {
  return call.phase === 'ringing' && (call.session?.direction ?? call.direction) === 'in';
}
