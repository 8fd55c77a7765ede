// SPDX-License-Identifier: MIT
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { app } from './app.ts';
import { type BrowserWindow, windows } from './browser-window.ts';
import { boards } from './clipboard.ts';
import { shortcuts } from './global-shortcut.ts';
import { makeEvent } from './guard.ts';
import { nativeTheme } from './native-theme.ts';
import { network } from './net.ts';
import { type Notification, shownNotifications } from './notification.ts';
import { powerEvents } from './power-monitor.ts';
import { record } from './record.ts';
import { runtime } from './runtime.ts';
import { trays } from './tray.ts';

/** Written to the file named by MEGADIAL_DOUBLE_CONTROL once the app is ready. */
export type ControlInfo = {
  readonly url: string;
  readonly token: string;
  readonly cdp: string;
  readonly chromium: string;
  readonly pid: number;
};

function windowOf(kind: string): BrowserWindow {
  const found = windows.list.find((window) => kindOf(window) === kind);
  if (!found)
    throw new Error(`no window ${kind}; there are: ${windows.list.map((window) => window.webContents.getURL())}`);
  return found;
}

/** The first part of the page's path: `app://megadial/popup/index.html` is `popup`. */
function kindOf(window: BrowserWindow): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*\/([^/?#]*)/i.exec(window.webContents.getURL())?.[1] ?? '';
}

function notificationOf(key: string): Notification {
  const found = shownNotifications.findLast(({ id, title }) => id === key || title === key);
  if (!found) throw new Error(`no notification ${key}; there are: ${shownNotifications.map(({ title }) => title)}`);
  return found;
}

function tray() {
  const found = trays.at(-1);
  if (!found) throw new Error('no tray');
  return found;
}

/** Everything a test may ask or do. Arguments and answers are plain JSON. */
export const commands = {
  windows: () =>
    windows.list.map((window) => ({
      id: window.id,
      kind: kindOf(window),
      url: window.webContents.getURL(),
      targetId: window.webContents.targetId,
      visible: window.isVisible(),
      focused: window.isFocused(),
      onTop: window.isAlwaysOnTop(),
      onTopLevel: window.onTopLevel,
      allWorkspaces: window.isVisibleOnAllWorkspaces(),
      bounds: window.getBounds(),
    })),
  userShow: (kind: string) => windowOf(kind).show(),
  userClose: (kind: string) => windowOf(kind).close(),
  userFocus: (kind: string) => windowOf(kind).focus(),
  userBlur: () => windows.focused?.blur(),
  userMove: (kind: string, bounds: Partial<Electron.Rectangle>) => windowOf(kind).setBounds(bounds),
  crash: (kind: string) => windowOf(kind).webContents.forcefullyCrashRenderer(),
  unresponsive: (kind: string, hung: boolean) =>
    void windowOf(kind).webContents.emit(hung ? 'unresponsive' : 'responsive'),
  tray: () =>
    trays.map((entry) => ({
      toolTip: entry.toolTip,
      title: entry.getTitle(),
      image: entry.image.source,
      menu: entry.menu?.labels() ?? [],
    })),
  clickTray: (event: 'click' | 'double-click' | 'right-click') => tray().press(event),
  clickTrayMenu: (label: string) => {
    const item = tray().menu?.find(label);
    if (!item) throw new Error(`the tray menu has no ${label}: ${tray().menu?.labels()}`);
    item.click();
  },
  notifications: () =>
    shownNotifications.map(({ id, title, body, urgency, actions }) => ({
      id,
      title,
      body,
      urgency,
      actions: actions.map(({ text }) => text ?? ''),
    })),
  notification: (key: string, deed: Parameters<Notification['person']>[0], detail?: number | string) =>
    notificationOf(key).person(deed, detail),
  shortcuts: () => shortcuts.list(),
  pressShortcut: (accelerator: string) => shortcuts.press(accelerator),
  holdShortcut: (accelerator: string, held: boolean) => shortcuts.hold(accelerator, held),
  clipboard: (type: 'clipboard' | 'selection') => boards[type].readText(),
  setClipboard: (text: string, type: 'clipboard' | 'selection') => boards[type].writeText(text),
  record: () => record,
  answerDialog: (answer: number | readonly string[]) => void record.dialogAnswers.push(answer),
  openUrl: (url: string) => void app.emit('open-url', makeEvent(), url),
  activate: () =>
    void app.emit(
      'activate',
      makeEvent(),
      windows.list.some((window) => window.isVisible()),
    ),
  secondInstance: (argv: string[], additionalData: unknown) =>
    void app.emit(
      'second-instance',
      makeEvent(),
      [...process.argv.slice(0, 2), ...argv],
      process.cwd(),
      additionalData,
    ),
  power: (event: string) => void powerEvents.emit(event, makeEvent()),
  theme: (theme: 'light' | 'dark') => nativeTheme.setSystem(theme),
  online: (online: boolean) => {
    network.online = online;
  },
  quit: () => app.quit(),
};
export type Commands = typeof commands;

/** Opens the control channel when a test asked for it. */
export async function startControl(): Promise<void> {
  const file = process.env.MEGADIAL_DOUBLE_CONTROL;
  const { chromium } = runtime;
  if (!file || !chromium) return;
  const token = crypto.randomUUID();
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(403).end();
      return;
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    try {
      const { command, args } = JSON.parse(text) as { command: keyof Commands; args: never[] };
      const result = await (commands[command] as (...args: never[]) => unknown)(...args);
      response.end(JSON.stringify({ ok: true, result: result ?? null }));
    } catch (error) {
      response.end(JSON.stringify({ ok: false, error: String(error) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const info: ControlInfo = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    cdp: chromium.endpoint,
    chromium: chromium.version,
    pid: process.pid,
  };
  writeFileSync(`${file}.new`, JSON.stringify(info));
  renameSync(`${file}.new`, file);
}
