// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { createLog } from './log.ts';
import { resolveLanguage, texts } from './services/texts.ts';
import { startShell } from './shell/index.ts';

/** Composition root: finds its folders, starts the desktop shell, builds the app on it. Nothing else. */
const out = import.meta.dirname;
const development = process.env.MEGADIAL_LOG === 'debug';
const early = createLog({ level: development ? 'debug' : 'info', destination: null });

/** Not awaited at the top: Electron is not ready before this module is done. */
async function main(): Promise<void> {
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
  try {
    await createApp({
      ...{ shell, log, now: Date.now },
      workerPath: join(out, 'store-worker.js'),
      contactsWorkerPath: join(out, 'contacts-worker.js'),
    });
  } catch (error) {
    log.error('start failed', { error });
    const t = texts[resolveLanguage('system', shell.locale)];
    shell.showError(t.startFailed, t.startFailedWhat(join(shell.userDataDir, 'logs')));
    shell.quit();
  }
}

void main();
