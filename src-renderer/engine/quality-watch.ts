// SPDX-License-Identifier: MIT
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import { type MediaCounters, sampleOf } from './quality.ts';
import { lookAt } from './stats.ts';
import { MediaWarnings } from './warnings.ts';

const PERIOD_MS = 1_000;

export type QualityOptions = {
  readonly sessionId: string;
  /** The peer connection's statistics; null while there is none. */
  readonly stats: () => Promise<RTCStatsReport | null>;
  readonly isMuted: () => boolean;
  /** By either side: nothing need come in then. */
  readonly isHeld: () => boolean;
  readonly emit: (event: EngineEvent) => void;
};

/** Looks at a talking call's media once a second. Returns the function that ends it. */
export function watchQuality({ sessionId, stats, isMuted, isHeld, emit }: QualityOptions): () => void {
  const warnings = new MediaWarnings();
  let before: MediaCounters | null = null;
  let stopped = false;
  const look = async () => {
    const report = await stats();
    if (stopped || report === null) return;
    const now = lookAt(report.values(), Date.now());
    // The first look has no second behind it; a held call has nothing to judge.
    if (before !== null && !isHeld()) emit({ type: 'quality', sessionId, sample: sampleOf(now, before) });
    before = now;
    for (const change of warnings.look({ ...now, muted: isMuted(), held: isHeld() })) {
      emit({ type: 'warning', sessionId, ...change });
    }
  };
  const timer = setInterval(() => void look(), PERIOD_MS);
  void look();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
