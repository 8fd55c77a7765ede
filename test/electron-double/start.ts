// SPDX-License-Identifier: MIT
import { app } from './app.ts';
import { startControl } from './control.ts';

/** Nothing of the double outlives what started it: a killed test, a closed terminal. */
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500).unref();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());

// An app lives until it quits, windows or not.
const alive = setInterval(() => undefined, 2 ** 30);
app.once('quit', () => clearInterval(alive));

// Electron says `ready` after the main script has run, never while it runs.
setImmediate(() => {
  app
    .start()
    .then(() => startControl())
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
});
