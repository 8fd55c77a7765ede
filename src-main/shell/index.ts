// SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { app, clipboard, shell as desktop, dialog, globalShortcut, nativeTheme, net, session } from 'electron';
import type { Log } from '../log.ts';
import type { Shell, ShellEvents } from './api.ts';
import { createEmitter } from './emitter.ts';
import { createEngine } from './engine.ts';
import { externalUrl } from './external.ts';
import { openFile, saveFile } from './file-dialogs.ts';
import { guardContents, guardDownloads } from './guards.ts';
import { createHotkeys } from './hotkeys.ts';
import { push, registerHandlers } from './ipc-main.ts';
import { manageLifecycle } from './lifecycle.ts';
import { claimLinks, listenForLinks } from './links.ts';
import { setLoginItem } from './login-item.ts';
import { createMainWindow, hideMain, showMain } from './main-window.ts';
import { setMenu } from './menu.ts';
import { createNotifications } from './notifications.ts';
import { guardPermissions } from './permissions.ts';
import { openPlaces } from './places.ts';
import { createPopup, type Popup } from './popup.ts';
import { watchPower } from './power.ts';
import { registerSchemes, serveApp, serveRecordings } from './protocol.ts';
import { createSelectionReader } from './read-selection.ts';
import { parseSwitches } from './switches.ts';
import { createTray } from './tray.ts';
import { createWindows } from './windows.ts';

export type ShellOptions = {
  /** Folder of the built pages: `<dir>/main/index.html` and so on. */
  readonly rendererDir: string;
  /** The built preload, one CommonJS file. */
  readonly preloadPath: string;
  readonly resourcesDir: string;
  readonly log: Log;
};

/**
 * Starts the desktop part. Takes the single-instance lock, waits until Electron is ready and opens no window yet.
 * In a second instance it quits and never settles: the first one hears of the start and shows itself.
 *
 * Must be called while the main module is first evaluated (schemes and the sandbox are settled before `ready`), and
 * not awaited at its top level: Electron is not ready before that module is done.
 */
export async function startShell(options: ShellOptions): Promise<Shell> {
  const { log } = options;
  const platform = supportedPlatform();
  const events = createEmitter<ShellEvents>(['link']);
  app.enableSandbox();
  registerSchemes();
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return new Promise<never>(() => {});
  }
  guardContents(log);
  listenForLinks((url) => events.emit('link', { url }), log);

  const userDataDir = app.getPath('userData');
  const places = openPlaces(userDataDir, log);
  const windows = createWindows(options.preloadPath, join(options.resourcesDir, 'icon.png'), log);
  const open = () => showMain(windows.get('main'));
  const tray = createTray(options.resourcesDir, platform, {
    open,
    dialer: () => events.emit('tray-dialer', undefined),
    dnd: (on) => events.emit('tray-dnd', { on }),
    quit: () => app.quit(),
  });
  const notifications = createNotifications(
    platform,
    (id) => events.emit('notification-click', { id }),
    (id, index) => events.emit('notification-action', { id, index }),
  );
  const lifecycle = manageLifecycle({
    showMain: open,
    clear() {
      places.flush();
      notifications.closeAll();
      tray.destroy();
      windows.destroyAll();
    },
    ask: (waiting) => events.emit('quit', waiting),
    log,
  });

  await app.whenReady();
  app.setAppUserModelId('com.megadial.desktop');
  setMenu(platform);
  guardPermissions(session.defaultSession, windows);
  guardDownloads(session.defaultSession, log);
  serveApp(options.rendererDir);
  claimLinks(places, log);
  watchPower({
    suspend: () => events.emit('suspend', undefined),
    resume: () => events.emit('resume', undefined),
    absent: (on) => events.emit('absent', { on }),
  });
  const readSelection = createSelectionReader(platform, log);
  const hotkeys = createHotkeys(globalShortcut, {
    dialer: () => events.emit('hotkey', { name: 'dialer' }),
    dialSelection: () => void readSelection().then((text) => events.emit('selection', { text })),
    answer: () => events.emit('hotkey', { name: 'answer' }),
    decline: () => events.emit('hotkey', { name: 'decline' }),
  });
  const popupClosed = () => events.emit('popup-closed', undefined);
  let popup: Popup | null = null;

  return {
    platform,
    version: app.getVersion(),
    userDataDir,
    locale: app.getLocale(),
    switches: parseSwitches(process.argv.slice(1)),
    fetch: (input, init) => net.fetch(input instanceof URL ? input.href : input, init),

    handle: (handlers) => registerHandlers(handlers, windows, log),
    push: (name, payload) => push(windows, name, payload),
    serveRecordings,

    async openWindows({ hidden }) {
      if (popup !== null) {
        // They showed a problem until now. The engine had nobody to report to: it starts afresh.
        await windows.load('engine');
        return;
      }
      createEngine(windows, () => events.emit('engine-lost', undefined));
      popup = createPopup(windows, places, platform, popupClosed, lifecycle.isQuitting);
      const main = createMainWindow(windows, places, lifecycle.isQuitting);
      // Shown when painted: no white flash.
      if (!hidden) main.once('ready-to-show', () => showMain(main));
      await Promise.all([windows.load('engine'), windows.load('popup'), windows.load('main')]);
    },
    showMain: open,
    showPopup: () => popup?.show(),
    hidePopup: () => popup?.hide(),
    sizePopup: (height) => popup?.size(height),
    closeWindow(kind) {
      const window = windows.get(kind);
      if (kind === 'main' && window !== undefined) hideMain(window);
      if (kind === 'popup') {
        popup?.hide();
        popupClosed();
      }
    },

    setTray: (view) => tray.set(view),
    notify: (view) => notifications.show(view),
    closeNotification: (id) => notifications.close(id),
    setHotkeys: (keys) => hotkeys.set(keys),
    setRingingKeys: (on) => hotkeys.setRinging(on),
    setLoginItem: (item) => setLoginItem(item, log),
    setTheme(theme) {
      nativeTheme.themeSource = theme;
    },

    async openExternal(url) {
      await desktop.openExternal(externalUrl(url));
    },
    copy(text) {
      clipboard.writeText(text).catch((error: unknown) => log.warn('text not copied', { error }));
    },
    openFile: (wanted) => openFile(windows.get('main'), wanted),
    saveFile: (wanted) => saveFile(windows.get('main'), wanted),
    showError: (title, text) => dialog.showErrorBox(title, text),
    quit: () => app.quit(),
    on: events.on,
  };
}

function supportedPlatform(): Shell['platform'] {
  const { platform } = process;
  if (platform === 'linux' || platform === 'darwin' || platform === 'win32') return platform;
  throw new Error(`Megadial does not run on ${platform}`);
}
