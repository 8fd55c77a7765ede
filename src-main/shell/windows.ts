// SPDX-License-Identifier: MIT
import { app, BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, type WebContents } from 'electron';
import type { WindowKind } from '../../src-shared/ipc/map.ts';
import type { Log } from '../log.ts';
import { pageUrl } from './origin.ts';
import { createBackoff } from './recovery.ts';
import { webPreferences } from './web-preferences.ts';

/** Our windows, one of each kind. */
export type Windows = {
  get(kind: WindowKind): BrowserWindow | undefined;
  /** The kind of the window that shows these contents; null for anything else. */
  kindOf(contents: WebContents): WindowKind | null;
  create(kind: WindowKind, options: BrowserWindowConstructorOptions, onLost?: () => void): BrowserWindow;
  load(kind: WindowKind): Promise<void>;
  destroyAll(): void;
};

export function createWindows(preloadPath: string, iconPath: string, log: Log): Windows {
  const windows = new Map<WindowKind, BrowserWindow>();
  const get = (kind: WindowKind) => {
    const window = windows.get(kind);
    return window?.isDestroyed() ? undefined : window;
  };
  return {
    get,
    kindOf(contents) {
      for (const [kind, window] of windows) {
        if (!window.isDestroyed() && window.webContents.id === contents.id) return kind;
      }
      return null;
    },
    create(kind, options, onLost = () => {}) {
      const window = new BrowserWindow({
        show: false,
        title: 'Megadial',
        icon: iconPath,
        backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
        ...options,
        webPreferences: { ...webPreferences(kind), preload: preloadPath, devTools: !app.isPackaged },
      });
      windows.set(kind, window);
      reviveWhenLost(window, kind, onLost, log);
      return window;
    },
    async load(kind) {
      await get(kind)?.loadURL(pageUrl(kind));
    },
    destroyAll() {
      for (const window of windows.values()) if (!window.isDestroyed()) window.destroy();
    },
  };
}

/** Loads a page again that crashed, was killed or hangs; `onLost` is told at once. */
function reviveWhenLost(window: BrowserWindow, kind: WindowKind, onLost: () => void, log: Log): void {
  const backoff = createBackoff();
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    const ms = backoff.next(Date.now());
    log.error('page died', { window: kind, reason, exitCode, ms });
    onLost();
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    }, ms);
  });
  // A page that hangs is ended, and then treated like one that died.
  window.on('unresponsive', () => {
    log.error('page hangs', { window: kind });
    window.webContents.forcefullyCrashRenderer();
  });
}
