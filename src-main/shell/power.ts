// SPDX-License-Identifier: MIT
import { powerMonitor } from 'electron';

export type PowerListeners = {
  readonly suspend: () => void;
  readonly resume: () => void;
  /** Nobody is at the computer (locked, or untouched for minutes), or somebody is back. */
  readonly absent: (on: boolean) => void;
};

const IDLE_SECONDS = 5 * 60;
const LOOK_MS = 30_000;

/** Sleep and waking: registration and the relay's connection are dead after either. Locking and idleness: presence. */
export function watchPower(listeners: PowerListeners): void {
  let locked = false;
  let absent = false;
  const look = (): void => {
    const now = locked || powerMonitor.getSystemIdleTime() >= IDLE_SECONDS;
    if (now === absent) return;
    absent = now;
    listeners.absent(now);
  };
  const lock = (on: boolean) => () => {
    locked = on;
    look();
  };
  powerMonitor.on('suspend', listeners.suspend);
  powerMonitor.on('resume', listeners.resume);
  powerMonitor.on('lock-screen', lock(true));
  powerMonitor.on('unlock-screen', lock(false));
  setInterval(look, LOOK_MS).unref();
}
