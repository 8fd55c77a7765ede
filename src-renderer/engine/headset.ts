// SPDX-License-Identifier: MIT
import type { Direction, SessionState } from '../../src-shared/calls/model.ts';

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
export type HeadsetCommand =
  | { readonly type: 'answer'; readonly sessionId: string; readonly others: 'hold' }
  | { readonly type: 'reject'; readonly sessionId: string; readonly status: 486 }
  | { readonly type: 'hang-up'; readonly sessionId: string }
  | { readonly type: 'mute'; readonly sessionId: string; readonly on: boolean };

/** The buttons and lights of every headset that is plugged in and allowed. */
export class Headsets {
  constructor(_command: (command: HeadsetCommand) => void) {}

  /** The calls changed: lights follow. */
  update(_calls: readonly HeadsetCall[]): void {}
}
