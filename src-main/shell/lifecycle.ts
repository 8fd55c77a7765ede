// SPDX-License-Identifier: MIT
import { app } from 'electron';
import type { Log } from '../log.ts';
import { farewell, type Waiting } from './farewell.ts';

export type Lifecycle = { isQuitting(): boolean };

/**
 * One instance, and an orderly end. A second start shows the first one's window. On quitting whoever wants to finish
 * has five seconds, with the windows still there to hand over what they hold, then these go; SIGTERM and SIGINT end the app in the same way.
 */
export function manageLifecycle(hooks: {
  showMain(): void;
  /** Takes the windows, the tray and the notifications away. */
  clear(): void;
  ask(waiting: Waiting): void;
  log: Log;
}): Lifecycle {
  let state: 'running' | 'finishing' | 'done' = 'running';
  app.on('second-instance', hooks.showMain);
  app.on('activate', hooks.showMain);
  // The app lives in the tray: closing windows does not end it.
  app.on('window-all-closed', () => {});
  app.on('before-quit', (event) => {
    if (state === 'done') return;
    event.preventDefault();
    if (state === 'finishing') return;
    state = 'finishing';
    void farewell(hooks.ask).then((inTime) => {
      if (!inTime) hooks.log.warn('quit without waiting any longer');
      hooks.clear();
      state = 'done';
      app.quit();
    });
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
  return { isQuitting: () => state !== 'running' };
}
