// SPDX-License-Identifier: MIT
import { powerMonitor } from 'electron';

/** Sleep and waking: registration and the relay's connection are dead after either. */
export function watchPower(onSuspend: () => void, onResume: () => void): void {
  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('resume', onResume);
}
