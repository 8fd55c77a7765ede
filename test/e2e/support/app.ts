// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchDouble } from '../../electron-double/launch-double.ts';
import { launchElectron } from '../../electron-double/launch-electron.ts';

const root = join(import.meta.dirname, '../../..');

/** First part of the page's path: `app://megadial/popup/` is `popup`. */
export type WindowName = 'main' | 'popup' | 'engine';
export type Bounds = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type TrayState = {
  readonly toolTip: string;
  readonly title: string;
  /** Path of the picture, when it came from a file. */
  readonly image: string;
  /** Labels of the context menu, submenus included; `-` is a separator. */
  readonly menu: readonly string[];
};
export type NotificationState = {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly urgency: string;
  readonly actions: readonly string[];
};
export type DialogState = {
  readonly kind: 'message' | 'error' | 'open' | 'save';
  readonly title: string;
  readonly message: string;
  readonly buttons: readonly string[];
  readonly answer: number;
};

export type LaunchOptions = {
  /** Kept between launches to test a restart. Default: a new folder, removed after the app has ended. */
  readonly userDataDir?: string | undefined;
  readonly args?: readonly string[] | undefined;
  /** Added to the environment; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Real windows on the display of DISPLAY. */
  readonly headed?: boolean | undefined;
  /** Main script. Default: the built one, `out/main/index.js`. */
  readonly entry?: string | undefined;
};

/** A running app, and what a person or the computer can do to it. Rejects with a plain Error when it cannot be done. */
export type AppHandle = {
  readonly runtime: string;
  readonly pid: number;
  readonly userDataDir: string;
  /** The page of a window, once it is there (at most 20 s). */
  window(name: WindowName): Promise<Page>;
  isVisible(name: WindowName): Promise<boolean>;
  bounds(name: WindowName): Promise<Bounds>;
  isAlwaysOnTop(name: WindowName): Promise<boolean>;
  /** The window that has the keyboard. */
  focused(): Promise<WindowName | null>;
  userShow(name: WindowName): Promise<void>;
  /** A click on the window's X. */
  userClose(name: WindowName): Promise<void>;
  tray(): Promise<TrayState | null>;
  clickTray(): Promise<void>;
  clickTrayMenu(label: string): Promise<void>;
  notifications(): Promise<readonly NotificationState[]>;
  clickNotification(idOrTitle: string): Promise<void>;
  clickNotificationAction(idOrTitle: string, index: number): Promise<void>;
  /** Accelerators the app holds. */
  shortcuts(): Promise<readonly string[]>;
  /** False when the app does not have it. */
  pressShortcut(accelerator: string): Promise<boolean>;
  /** Another program takes the combination: registering it fails from now on. */
  holdShortcut(accelerator: string): Promise<void>;
  clipboard(type?: 'clipboard' | 'selection'): Promise<string>;
  setClipboard(text: string, type?: 'clipboard' | 'selection'): Promise<void>;
  openedExternal(): Promise<readonly string[]>;
  /** macOS's way of handing over a link. */
  openUrl(url: string): Promise<void>;
  /** A second start with these arguments, as the first one hears of it. */
  secondInstance(argv: readonly string[]): Promise<void>;
  power(event: 'suspend' | 'resume'): Promise<void>;
  dialogs(): Promise<readonly DialogState[]>;
  /** Answers the next message box by the index of a button, a file dialog by paths; must be called before it opens. */
  answerDialog(answer: number | readonly string[]): Promise<void>;
  /** Kills the window's page process. */
  crash(name: WindowName): Promise<void>;
  /** Everything the app wrote to its standard output and error. */
  output(): string;
  /** Waits for the end by itself; the exit code, null after a signal. */
  exited(): Promise<number | null>;
  /** Asks the app to quit and waits; the exit code. */
  quit(): Promise<number | null>;
  kill(): Promise<void>;
};

/** The Electron executable, where there is one. */
export function electronBinary(): string | null {
  const name = process.platform === 'win32' ? 'electron.exe' : 'electron';
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = given ?? join(root, 'node_modules/electron/dist');
  const pathFile = join(root, 'node_modules/electron/path.txt');
  const file = join(folder, existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : name);
  return existsSync(file) ? file : null;
}

/** For the first line of a run. */
export function runtimeName(): string {
  if (!electronBinary()) return 'double on Chromium';
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  return `electron ${version}`;
}

/** Starts the built app: in Electron if it is there, otherwise in the double. The same specs run on both. */
export async function launchApp(options: LaunchOptions = {}): Promise<AppHandle> {
  const settings = { ...options, entry: options.entry ?? join(root, 'out/main/index.js') };
  const binary = electronBinary();
  return binary ? launchElectron(binary, settings) : launchDouble(settings);
}
