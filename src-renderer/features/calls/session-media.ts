// SPDX-License-Identifier: MIT
import type { MediaWarning } from '../../../src-shared/engine-protocol.ts';
import type { AppState, CallView, SessionMedia } from '../../../src-shared/state.ts';
import { useApp } from '../state/store.ts';

/** The most urgent first: only one is shown. */
const WARNINGS: readonly MediaWarning[] = [
  'reconnecting',
  'mic-lost',
  'network-loss',
  'no-incoming-audio',
  'mic-silent',
];

/** What is known of the call's media on this computer, or null. */
export function useSessionMedia(call: CallView): SessionMedia | null {
  const id = call.session?.sessionId;
  return useApp((app: AppState) => (id === undefined ? undefined : app.media[id])) ?? null;
}

export function topWarning(media: SessionMedia | null): MediaWarning | null {
  return WARNINGS.find((warning) => media?.warnings.includes(warning)) ?? null;
}
