// SPDX-License-Identifier: MIT
import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../../src-shared/calls/model.ts';
import type { CallView } from '../../src-shared/state.ts';
import type { Hub } from './hub.ts';

/** Prepares the popup for calls that may ring here next; they are in no state and shown nowhere. */
export type Announcer = {
  /** @param calls all that are known, oldest first */
  update(calls: readonly Call[]): void;
  /** What was last found out to be announced. */
  all(): readonly CallView[];
  /** `viewId` of the only call of `shown`, when the popup has been told of it just as it is; else null. */
  preparedOf(shown: readonly CallView[]): string | null;
};

export type AnnouncerOptions = {
  readonly hub: Pick<Hub, 'headStart'>;
  readonly extension: () => string;
  /** The call as it is shown if it rings here. */
  readonly viewOf: (call: Call) => CallView;
  readonly tell: (announced: readonly CallView[]) => void;
};

/** Of more calls at once, the popup is prepared for the newest ones. */
const MOST_ANNOUNCED = 3;

export function createAnnouncer({ hub, extension, viewOf, tell }: AnnouncerOptions): Announcer {
  let announced: readonly CallView[] = [];
  /** Of these the popup has been told. */
  let told: readonly CallView[] = [];
  return {
    all: () => announced,
    update(calls) {
      const coming = calls
        .filter((call) => mayRing(call, extension()))
        .slice(-MOST_ANNOUNCED)
        .map(viewOf);
      if (isDeepStrictEqual(coming, announced)) return;
      announced = coming;
      // Cards are drawn while nobody waits for a popup.
      void hub.headStart().then(() => {
        told = announced;
        tell(announced);
      });
    },
    preparedOf([call, ...others]) {
      const known = told.find(({ viewId }) => viewId === call?.viewId);
      if (call === undefined || known === undefined || others.length > 0) return null;
      // Where it rings is all that its card does not say.
      return isDeepStrictEqual({ ...call, legs: [] }, { ...known, legs: [] }) ? call.viewId : null;
    },
  };
}

/**
 * A call that the PBX has told of (NOTIFY_START, or ringing at a colleague's). One with a media session of this computer,
 * or that has rung here, is none: it is shown, or was.
 */
function mayRing({ direction, phase, session, legs }: Call, extension: string): boolean {
  const hasRungHere = legs.some((leg) => leg.extension === extension);
  return direction === 'in' && phase === 'ringing' && session === null && !hasRungHere;
}
