// SPDX-License-Identifier: MIT
import type { Call, CallPhase, Leg } from '../../src-shared/calls/model.ts';
import { isMine } from '../../src-shared/calls/tracker.ts';
import type { CallView, RecordingState } from '../../src-shared/state.ts';
import type { StoredCall } from '../store/api.ts';

/** How a call stands for the agent of one extension: another extension may be at another point of the same call. */
export type Standing = {
  readonly mine: boolean;
  readonly phase: CallPhase;
  /** Start of the talk at this extension, UTC ms. */
  readonly answeredAt: number | null;
};

/** A phone does not ring longer without its caller or a queue saying so again: then the end of the call was lost. */
const RING_LIMIT_MS = 5 * 60_000;
/** The same for a call that is talked in on another phone of this extension. */
const TALK_LIMIT_MS = 4 * 60 * 60_000;

/** The call as the agent at `extension` sees it. */
export function standingAt(call: Call, extension: string): Standing {
  const leg = call.legs.find((one) => one.extension === extension);
  const phase = phaseAt(call, leg);
  const answeredAt = call.direction === 'in' ? (leg?.answeredAt ?? null) : call.answeredAt;
  return {
    mine: isMine(call, extension),
    phase,
    answeredAt: phase === 'ringing' ? null : (answeredAt ?? call.answeredAt),
  };
}

/**
 * `ringing` is said of my phone, not of the call: a call that a colleague answered and sends to me rings here, and so
 * does the first leg of a callback, although the PBX calls it outgoing.
 */
function phaseAt(call: Call, leg: Leg | undefined): CallPhase {
  if (call.phase === 'ended' || (leg?.endedAt ?? null) !== null) return 'ended';
  const session = call.session;
  if (session !== null && session.state !== 'ended') {
    if (session.state === 'connected') return call.direction === 'in' ? 'talking' : call.phase;
    return session.direction === 'in' ? 'ringing' : call.phase;
  }
  if (call.direction === 'out' || leg === undefined) return call.phase;
  return leg.answeredAt === null ? 'ringing' : 'talking';
}

/**
 * When a live call stops being shown although nobody told its end, UTC ms; null while our own media session says that
 * it lives.
 */
export function givenUpAt(call: Call, extension: string): number | null {
  if (call.session !== null && call.session.state !== 'ended') return null;
  const { phase, answeredAt } = standingAt(call, extension);
  if (phase === 'talking') return (answeredAt ?? call.startedAt) + TALK_LIMIT_MS;
  const rang = call.legs.find((one) => one.extension === extension)?.ringingAt;
  return (rang ?? call.startedAt) + RING_LIMIT_MS;
}

type Texts = Pick<CallView, 'numberText' | 'didText'>;

const MOST_TEXTS = 2000;

/** Numbers as people write them, worked out once: the announcement of a call has done it before it rings. */
export function createTexts(format: (number: string) => string): { of(call: Call): Texts; clear(): void } {
  const texts = new Map<string, string>();
  const textOf = (number: string): string => {
    const text = texts.get(number) ?? format(number);
    if (texts.size >= MOST_TEXTS) texts.clear();
    texts.set(number, text);
    return text;
  };
  return {
    of: ({ number, did }) => ({ numberText: textOf(number), didText: did === null ? null : textOf(did) }),
    clear: () => texts.clear(),
  };
}

/** What windows are told of a stored call's recording. */
export function recordingState(stored: StoredCall): RecordingState {
  const recording = stored.recording;
  if (recording === null)
    return stored.call.isRecorded ? { state: 'waiting', attempt: 0, nextAt: null } : { state: 'none' };
  switch (recording.state) {
    case 'ready':
      return { state: 'ready', url: `recording://call/${stored.id}`, bytes: recording.bytes };
    case 'waiting':
      return { state: 'waiting', attempt: recording.attempt, nextAt: recording.nextAt };
    case 'failed':
      return { state: 'failed', error: { code: recording.errorCode ?? 'recording.failed', params: {} } };
  }
}
