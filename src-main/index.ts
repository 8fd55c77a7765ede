// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { createLog } from './log.ts';
import { startShell } from './shell/index.ts';

/** Composition root: finds its folders, starts the desktop shell, builds the app on it. Nothing else. */
const out = import.meta.dirname;
const development = process.env.MEGADIAL_LOG === 'debug';
const early = createLog({ level: development ? 'debug' : 'info', destination: null });

const shell = await startShell({
  rendererDir: join(out, '../renderer'),
  preloadPath: join(out, '../preload/index.cjs'),
  resourcesDir: join(out, '../../resources'),
  log: early,
});
mkdirSync(shell.userDataDir, { recursive: true });
const log = development
  ? early
  : createLog({ level: 'info', destination: join(shell.userDataDir, 'logs', 'main.log') });

process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }));

await createApp({ shell, workerPath: join(out, 'store-worker.js'), log, now: Date.now }).catch((error: unknown) => {
  log.error('start failed', { error });
  shell.quit();
});
