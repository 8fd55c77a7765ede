// SPDX-License-Identifier: MIT
/// <reference types="electron" />
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { ClipboardItem, clipboard } from './clipboard.ts';
import { dialog } from './dialog.ts';
import { globalShortcut } from './global-shortcut.ts';
import { guard, missing } from './guard.ts';
import { ipcMain } from './ipc.ts';
import { Menu, MenuItem } from './menu.ts';
import { nativeImage } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { net } from './net.ts';
import { Notification } from './notification.ts';
import { powerMonitor } from './power-monitor.ts';
import { protocol } from './protocol.ts';
import { record } from './record.ts';
import { screen } from './screen.ts';
import { Session, session } from './session.ts';
import { shell } from './shell.ts';
import { Tray } from './tray.ts';
import { WebContents } from './web-contents.ts';
import { WebFrameMain } from './web-frame.ts';

export {
  app,
  BrowserWindow,
  ClipboardItem,
  clipboard,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  Notification,
  nativeImage,
  nativeTheme,
  net,
  powerMonitor,
  protocol,
  Session,
  screen,
  session,
  shell,
  Tray,
  WebContents,
  WebFrameMain,
};

export const webContents = guard('webContents', {
  fromId: WebContents.fromId,
  getAllWebContents: WebContents.getAllWebContents,
});
export const crashReporter = guard('crashReporter', {
  start: (options: object) => void record.crashReporter.push(options),
  getUploadToServer: () => false,
} satisfies Pick<Electron.CrashReporter, 'start' | 'getUploadToServer'>);
let blockers = 0;
export const powerSaveBlocker = guard('powerSaveBlocker', {
  start: () => ++blockers,
  stop: () => true,
  isStarted: () => true,
} satisfies Pick<Electron.PowerSaveBlocker, 'start' | 'stop' | 'isStarted'>);

// Parts of Electron that this app has no use for: importing their names works, using them throws.
export const autoUpdater = missing('autoUpdater');
export const BaseWindow = missing('BaseWindow');
export const BrowserView = missing('BrowserView');
export const contentTracing = missing('contentTracing');
export const desktopCapturer = missing('desktopCapturer');
export const inAppPurchase = missing('inAppPurchase');
export const MessageChannelMain = missing('MessageChannelMain');
export const netLog = missing('netLog');
export const pushNotifications = missing('pushNotifications');
export const safeStorage = missing('safeStorage');
export const ShareMenu = missing('ShareMenu');
export const sharedTexture = missing('sharedTexture');
export const systemPreferences = missing('systemPreferences');
export const TouchBar = missing('TouchBar');
export const utilityProcess = missing('utilityProcess');
export const View = missing('View');
export const WebContentsView = missing('WebContentsView');
export const webFrameMain = missing('webFrameMain');

export default guard('(module)', {
  app,
  BrowserWindow,
  ClipboardItem,
  clipboard,
  crashReporter,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  Notification,
  nativeImage,
  nativeTheme,
  net,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
  Tray,
  webContents,
});
