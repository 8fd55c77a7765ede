// SPDX-License-Identifier: MIT
import type { Args, Pushes, PushName, RequestName, Results, WindowKind } from '../../src-shared/ipc/map.ts';

/**
 * The desktop, as the services see it. `startShell` (index.ts) implements it on Electron; nothing outside `shell/`
 * imports Electron, so services are tested with a plain object of this type.
 */
export type Shell = {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly version: string;
  readonly userDataDir: string;
  /** The computer's language, e.g. `es-ES`. */
  readonly locale: string;
  /** Command-line switches of ours (`--name=value`), Electron's own left out. */
  readonly switches: Readonly<Record<string, string>>;
  /** `net.fetch`: the computer's proxy and certificates. Has the shape of the global `fetch`. */
  readonly fetch: typeof globalThis.fetch;

  /** Registers all request handlers at once; each message's sender and arguments are checked first. */
  handle(handlers: Handlers): void;
  /** Sends to every window that may hear it (access.ts). A window that is not loaded yet misses it and asks `state.get`. */
  push<K extends PushName>(name: K, payload: Pushes[K]): void;
  /** Serves `recording://call/<row id>` with range requests from a file of the cache, or 404. */
  serveRecordings(find: (callRowId: number) => Promise<{ path: string; mime: string } | null>): void;

  /**
   * Creates the windows: engine and popup hidden, main shown unless `hidden`. When they are there already (a problem
   * at the start was shown in them) only the engine starts afresh.
   */
  openWindows(options: { hidden: boolean }): Promise<void>;
  showMain(): void;
  /** Shown without taking focus, above full-screen windows, where the person last put it. */
  showPopup(): void;
  hidePopup(): void;
  /** Content height in CSS pixels; the popup grows upwards from its bottom edge when it sits in a lower corner. */
  sizePopup(height: number): void;
  closeWindow(kind: WindowKind): void;

  setTray(tray: TrayView): void;
  /** A native notification with actions where the system has them. One per id: a second call replaces the first. */
  notify(notification: NotificationView): void;
  closeNotification(id: string): void;
  /** Registers the global keys; answers the accelerators that another program holds or that are malformed. */
  setHotkeys(keys: Hotkeys): readonly string[];
  /** Answer and decline keys are ours only while a call rings. */
  setRingingKeys(on: boolean): void;
  setLoginItem(options: { open: boolean; hidden: boolean }): void;
  setTheme(theme: 'system' | 'light' | 'dark'): void;

  /** Opens http(s) and mailto only; anything else rejects with `link.refused`. */
  openExternal(url: string): Promise<void>;
  copy(text: string): void;
  /** Asks the person for one file to read, and for a place to write one to. Null: none was chosen. */
  openFile(options: { title: string; extensions: readonly string[] }): Promise<string | null>;
  saveFile(options: { title: string; name: string }): Promise<string | null>;
  /** A native box, for when there is no window to say it in. */
  showError(title: string, text: string): void;
  quit(): void;

  on<K extends keyof ShellEvents>(name: K, listener: (payload: ShellEvents[K]) => void): () => void;
};

export type Handlers = {
  readonly [K in RequestName]: (from: WindowKind, ...args: Args<K>) => Promise<Results[K]> | Results[K];
};

export type TrayView = {
  readonly icon: 'ready' | 'ringing' | 'talking' | 'offline';
  readonly missed: number;
  readonly tooltip: string;
  /** Do not disturb, a checked entry of the menu. */
  readonly dnd: boolean;
  readonly labels: Readonly<Record<'open' | 'dialer' | 'dnd' | 'quit' | 'status', string>>;
};

export type NotificationView = {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly urgent: boolean;
  /** Labels; their index comes back with `notification-action`. */
  readonly actions: readonly string[];
};

export type Hotkeys = {
  readonly dialer: string;
  readonly dialSelection: string;
  readonly answer: string;
  readonly decline: string;
};

export type ShellEvents = {
  /** A tel:, callto: or sip: link (argv of a second start, open-url), as received: hostile. */
  link: { url: string };
  /** Text that was selected when the hotkey was pressed; '' when nothing was. The clipboard is already restored. */
  selection: { text: string };
  hotkey: { name: 'dialer' | 'answer' | 'decline' };
  'tray-dialer': undefined;
  /** The person switched do not disturb on or off. */
  'tray-dnd': { on: boolean };
  /** The person closed the popup (Esc, its X): it stays away for the calls it showed. */
  'popup-closed': undefined;
  'notification-click': { id: string };
  'notification-action': { id: string; index: number };
  /** The engine's page died or hung: it is being reloaded and will say `ready` again. */
  'engine-lost': undefined;
  resume: undefined;
  suspend: undefined;
  /** Nobody is at the computer (locked, or untouched for five minutes), or somebody is back. */
  absent: { on: boolean };
  /** Last chance to finish: windows are gone, the app waits for the promises given to `waitFor`. */
  quit: { waitFor(promise: Promise<unknown>): void };
};
