// SPDX-License-Identifier: MIT
import { Menu } from 'electron';

/** macOS copies and pastes through its menu; elsewhere the window needs none and Alt is free. */
export function setMenu(platform: string): void {
  Menu.setApplicationMenu(
    platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  );
}
