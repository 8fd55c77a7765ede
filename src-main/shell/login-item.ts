// SPDX-License-Identifier: MIT
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { Log } from '../log.ts';
import { autostartEntry } from './autostart.ts';

/** Opens the installed app when the person logs in. On Linux by a file in the autostart folder, as XDG lays down. */
export function setLoginItem(options: { open: boolean; hidden: boolean }, log: Log): void {
  if (!app.isPackaged) {
    log.info('not installed: the login item is left alone');
    return;
  }
  const args = options.hidden ? ['--hidden'] : [];
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: options.open, args });
    return;
  }
  const folder = join(app.getPath('appData'), 'autostart');
  const file = join(folder, 'megadial.desktop');
  try {
    if (options.open) {
      mkdirSync(folder, { recursive: true });
      // An AppImage runs from a mount that is gone after it ends: its own file is named in APPIMAGE.
      writeFileSync(file, autostartEntry([process.env.APPIMAGE ?? process.execPath, ...args]));
    } else {
      rmSync(file, { force: true });
    }
  } catch (error) {
    log.warn('login item not set', { error });
  }
}
