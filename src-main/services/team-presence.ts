// SPDX-License-Identifier: MIT
import type { AppState } from '../../src-shared/state.ts';
import type { Ask } from '../events/relay-client.ts';
import type { Log } from '../log.ts';
import type { Hub } from './hub.ts';

export type Availability = 'free' | 'busy' | 'away';

/** Tells the relay whether the agent can take a call: it leaves callers to the PBX when not. */
export type TeamPresence = {
  /** Nobody is at the computer, or somebody is back. */
  absent(on: boolean): void;
  /** The relay is there, and knows nothing yet. */
  welcome(): void;
};

export function createTeamPresence(options: {
  readonly hub: Hub;
  readonly ask: Ask;
  readonly isOn: () => boolean;
  readonly log: Log;
}): TeamPresence {
  const { hub, ask, isOn, log } = options;
  let isAbsent = false;
  let told: Availability | null = null;

  const tell = (): void => {
    const state = availability(hub.get(), isAbsent);
    if (!isOn() || state === told) return;
    told = state;
    ask('presence.set', { state }).catch((error: unknown) => {
      told = null;
      log.warn('presence was not told', { error });
    });
  };
  hub.subscribe(tell);

  return {
    absent(on) {
      isAbsent = on;
      tell();
    },
    welcome() {
      told = null;
      tell();
    },
  };
}

/** In a call, or one rings: busy. Undisturbed or not at the computer: away. */
export function availability(
  { calls, settings }: Pick<AppState, 'calls' | 'settings'>,
  isAbsent: boolean,
): Availability {
  if (calls.some((call) => call.mine && call.phase !== 'ended')) return 'busy';
  return settings.dnd || isAbsent ? 'away' : 'free';
}
