// SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { app, Menu, nativeImage, Tray } from 'electron';
import type { TrayView } from './api.ts';
import { trayIconName } from './tray-icon.ts';

export type TrayActions = { open(): void; dialer(): void; dnd(on: boolean): void; quit(): void };

/** The icon in the tray: state and missed calls at a glance, a click opens the main window. */
export function createTray(
  resourcesDir: string,
  platform: string,
  actions: TrayActions,
): { set(view: TrayView): void; destroy(): void } {
  let tray: Tray | null = null;
  let gone = false;
  let last = '';
  return {
    set(view) {
      if (gone) return;
      // State is pushed often and a rebuilt menu closes under the person's cursor: only changes are drawn.
      const key = JSON.stringify(view);
      if (key === last) return;
      last = key;
      const image = nativeImage.createFromPath(join(resourcesDir, 'tray', trayIconName(view, platform)));
      if (tray === null) {
        tray = new Tray(image);
        tray.on('click', actions.open);
      } else {
        tray.setImage(image);
      }
      tray.setToolTip(view.tooltip);
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: view.labels.status, enabled: false },
          { type: 'separator' },
          { label: view.labels.open, click: actions.open },
          { label: view.labels.dialer, click: actions.dialer },
          { label: view.labels.dnd, type: 'checkbox', checked: view.dnd, click: (item) => actions.dnd(item.checked) },
          { type: 'separator' },
          { label: view.labels.quit, click: actions.quit },
        ]),
      );
      if (platform === 'darwin') tray.setTitle(view.missed > 0 ? String(view.missed) : '');
      app.setBadgeCount(view.missed);
    },
    destroy() {
      gone = true;
      tray?.destroy();
      tray = null;
    },
  };
}
