// SPDX-License-Identifier: MIT

import { headed } from './chromium.ts';
import { loudEmitter, makeEvent } from './guard.ts';
import { createHeadedTarget, placeHeaded, stackHeaded } from './headed.ts';
import { nativeTheme } from './native-theme.ts';
import { runtime } from './runtime.ts';
import { display } from './screen.ts';
import type { Session } from './session.ts';
import { WebContents } from './web-contents.ts';

type Rectangle = Electron.Rectangle;

/** Windows in the order they were made, and the one that has the keyboard. */
export const windows: { list: BrowserWindow[]; focused: BrowserWindow | null } = { list: [], focused: null };
/** `app` hears of windows here, so that neither module needs the other while it loads. */
export const windowEvents: {
  created(window: BrowserWindow): void;
  focused(window: BrowserWindow): void;
  blurred(window: BrowserWindow): void;
  closed(): void;
  closePrevented(): void;
} = {
  created: () => undefined,
  focused: () => undefined,
  blurred: () => undefined,
  closed: () => undefined,
  closePrevented: () => undefined,
};
let nextId = 1;

type Implemented =
  | 'id'
  | 'loadURL'
  | 'loadFile'
  | 'show'
  | 'showInactive'
  | 'hide'
  | 'close'
  | 'destroy'
  | 'focus'
  | 'blur'
  | 'isVisible'
  | 'isFocused'
  | 'isDestroyed'
  | 'isMinimized'
  | 'minimize'
  | 'restore'
  | 'setAlwaysOnTop'
  | 'isAlwaysOnTop'
  | 'setVisibleOnAllWorkspaces'
  | 'isVisibleOnAllWorkspaces'
  | 'getBounds'
  | 'setBounds'
  | 'getContentBounds'
  | 'setContentBounds'
  | 'getNormalBounds'
  | 'setSize'
  | 'getSize'
  | 'setContentSize'
  | 'getContentSize'
  | 'setPosition'
  | 'getPosition'
  | 'center'
  | 'setTitle'
  | 'getTitle'
  | 'setSkipTaskbar'
  | 'setFocusable'
  | 'isFocusable'
  | 'moveTop'
  | 'flashFrame'
  | 'setMenu'
  | 'removeMenu'
  | 'setMenuBarVisibility'
  | 'setMinimumSize'
  | 'setResizable'
  | 'isResizable'
  | 'setBackgroundColor'
  | 'setIgnoreMouseEvents'
  | 'setContentProtection'
  | 'isMaximized'
  | 'maximize'
  | 'unmaximize'
  | 'setFullScreen'
  | 'isFullScreen';

function checkPreferences(preferences: Electron.WebPreferences = {}): void {
  const unsafe = (['sandbox', 'contextIsolation'] as const).filter((name) => preferences[name] === false);
  if (preferences.nodeIntegration) unsafe.push('nodeIntegration' as never);
  if (unsafe.length > 0) throw new Error(`the double runs sandboxed pages only: webPreferences.${unsafe.join(', ')}`);
}

export class BrowserWindow extends loudEmitter('BrowserWindow') implements Pick<Electron.BrowserWindow, Implemented> {
  readonly id = nextId++;
  readonly webContents: WebContents;
  #bounds: Rectangle;
  #visible = false;
  #minimized = false;
  #destroyed = false;
  #onTop = false;
  #onTopLevel = 'normal';
  #everywhere = false;
  #focusable: boolean;
  #resizable: boolean;
  #title: string;
  #placing = false;
  #placed = '';
  #normalBounds: Rectangle | null = null;
  #fullScreen = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    if (!runtime.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    const preferences = options.webPreferences ?? {};
    checkPreferences(preferences);
    const width = options.width ?? 800;
    const height = options.height ?? 600;
    const { workArea } = display;
    this.#bounds = {
      x: options.x ?? Math.round(workArea.x + (workArea.width - width) / 2),
      y: options.y ?? Math.round(workArea.y + (workArea.height - height) / 2),
      width,
      height,
    };
    this.#onTop = options.alwaysOnTop ?? false;
    this.#focusable = options.focusable ?? true;
    this.#resizable = options.resizable ?? true;
    this.#title = options.title ?? 'Electron';
    const session = preferences.session as Session | undefined;
    this.webContents = new WebContents(preferences, session, () => this.#createTarget());
    this.#listen();
    windows.list.push(this);
    windowEvents.created(this);
    void this.#place();
    this.#dress();
    if (options.show ?? true) this.show();
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows.list];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return windows.focused;
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return windows.list.find((window) => window.webContents === contents) ?? null;
  }
  static fromId(id: number): BrowserWindow | null {
    return windows.list.find((window) => window.id === id) ?? null;
  }

  async #createTarget(): Promise<string> {
    const { chromium } = runtime;
    if (!chromium) throw new Error('no Chromium');
    if (headed) return createHeadedTarget(chromium, this.#bounds);
    return (await chromium.browser.send('Target.createTarget', { url: 'about:blank', newWindow: true })).targetId;
  }

  #listen(): void {
    const contents = this.webContents;
    contents.once('did-finish-load', () => this.emit('ready-to-show'));
    contents.on('unresponsive', () => this.emit('unresponsive'));
    contents.on('responsive', () => this.emit('responsive'));
    contents.on('-pointer', () => this.#visible && this.focus());
    contents.on('-focus', () => this.focus());
    contents.on('-close', () => this.close());
    // Someone closed the real window: for the app that is a click on its X, which it may refuse.
    contents.on('-page-closed', () => {
      this.close();
      this.#placed = '';
      if (this.#destroyed) return;
      void contents.reopen().catch(() => undefined);
      void this.#place();
      this.#dress();
    });
    contents.on('-open-window', (url: string, answer: { overrideBrowserWindowOptions?: object }) => {
      const child = new BrowserWindow(answer.overrideBrowserWindowOptions ?? {});
      contents.emit('did-create-window', child, { url });
      void child.loadURL(url).catch(() => undefined);
    });
  }

  /** Brings Chromium's side in line with ours; several changes in one turn are one command. */
  async #place(): Promise<void> {
    if (this.#placing) return;
    this.#placing = true;
    await null;
    this.#placing = false;
    const wanted = JSON.stringify([this.#bounds, headed && this.isVisible()]);
    if (wanted === this.#placed) return;
    this.#placed = wanted;
    await this.webContents.command((cdp) => {
      const { width, height, x, y } = this.#bounds;
      if (headed) {
        void placeHeaded(this.webContents.targetId, this.#visible && !this.#minimized ? this.#bounds : null);
        return;
      }
      cdp.post('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
        positionX: x,
        positionY: y,
        screenWidth: display.size.width,
        screenHeight: display.size.height,
      });
    });
  }

  #dress(): void {
    void this.webContents.command((cdp) => cdp.post('Emulation.setEmulatedMedia', nativeTheme.emulation()));
  }

  #change(bounds: Partial<Rectangle>): void {
    const before = this.#bounds;
    const rounded = Object.entries(bounds).map(([name, value]) => [name, Math.round(value)]);
    this.#bounds = { ...before, ...Object.fromEntries(rounded) };
    const { x, y, width, height } = this.#bounds;
    void this.#place();
    if (x !== before.x || y !== before.y) {
      this.emit('move');
      this.emit('moved');
    }
    if (width !== before.width || height !== before.height) {
      this.emit('resize');
      this.emit('resized');
    }
  }

  #setVisible(visible: boolean): void {
    if (this.#visible === visible || this.#destroyed) return;
    this.#visible = visible;
    this.webContents.setVisibility(visible ? 'visible' : 'hidden');
    void this.#place();
    if (visible) this.#raise();
    this.emit(visible ? 'show' : 'hide');
  }

  /** On a real display: above the others, but below those that are always on top. */
  #raise(): void {
    if (!headed) return;
    const above = windows.list.filter((window) => window !== this && window.#onTop && window.#visible);
    const stack = [this, ...above].map((window) => window.webContents.targetId);
    void this.#place().then(() => stackHeaded(stack.filter((targetId) => targetId !== '')));
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  loadFile(path: string): Promise<void> {
    return this.webContents.loadURL(`file://${path}`);
  }
  reload(): void {
    this.webContents.reload();
  }

  show(): void {
    this.#minimized = false;
    this.#setVisible(true);
    this.focus();
  }
  showInactive(): void {
    this.#minimized = false;
    this.#setVisible(true);
  }
  hide(): void {
    this.#setVisible(false);
    this.blur();
  }
  focus(): void {
    if (this.#destroyed || !this.#visible || !this.#focusable || windows.focused === this) return;
    windows.focused?.blur();
    windows.focused = this;
    this.#raise();
    this.emit('focus');
    windowEvents.focused(this);
  }
  blur(): void {
    if (windows.focused !== this) return;
    windows.focused = null;
    this.emit('blur');
    windowEvents.blurred(this);
  }
  isVisible(): boolean {
    return this.#visible && !this.#minimized;
  }
  isFocused(): boolean {
    return windows.focused === this;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  isMaximized(): boolean {
    return this.#normalBounds !== null && !this.#fullScreen;
  }
  isFullScreen(): boolean {
    return this.#fullScreen;
  }
  maximize(): void {
    this.#fill(display.workArea);
    this.emit('maximize');
  }
  unmaximize(): void {
    if (this.#unfill()) this.emit('unmaximize');
  }
  setFullScreen(flag: boolean): void {
    if (flag === this.#fullScreen) return;
    this.#fullScreen = flag;
    if (flag) this.#fill(display.bounds);
    else this.#unfill();
    setImmediate(() => this.emit(flag ? 'enter-full-screen' : 'leave-full-screen'));
  }
  #fill(area: Rectangle): void {
    this.#normalBounds ??= this.#bounds;
    this.#change(area);
    this.#setVisible(true);
  }
  #unfill(): boolean {
    const before = this.#normalBounds;
    this.#normalBounds = null;
    if (before) this.#change(before);
    return before !== null;
  }
  minimize(): void {
    if (this.#minimized) return;
    this.#minimized = true;
    this.blur();
    this.webContents.setVisibility('hidden');
    void this.#place();
    this.emit('minimize');
  }
  restore(): void {
    if (!this.#minimized) return;
    this.#minimized = false;
    this.webContents.setVisibility('visible');
    void this.#place();
    this.emit('restore');
  }

  close(): void {
    if (this.#destroyed) return;
    const event = makeEvent();
    this.emit('close', event);
    if (event.defaultPrevented) windowEvents.closePrevented();
    else this.#end();
  }
  destroy(): void {
    this.#end();
  }
  #end(): void {
    if (this.#destroyed) return;
    this.blur();
    this.#visible = false;
    this.#destroyed = true;
    windows.list = windows.list.filter((window) => window !== this);
    void this.webContents.dispose();
    setImmediate(() => {
      this.emit('closed');
      windowEvents.closed();
    });
  }

  setAlwaysOnTop(flag: boolean, level = 'floating'): void {
    this.#onTop = flag;
    this.#onTopLevel = flag ? level : 'normal';
    this.emit('always-on-top-changed', makeEvent(), flag);
  }
  isAlwaysOnTop(): boolean {
    return this.#onTop;
  }
  /** Not Electron's: what a test asks. */
  get onTopLevel(): string {
    return this.#onTopLevel;
  }
  setVisibleOnAllWorkspaces(visible: boolean): void {
    this.#everywhere = visible;
  }
  isVisibleOnAllWorkspaces(): boolean {
    return this.#everywhere;
  }

  getBounds(): Rectangle {
    return { ...this.#bounds };
  }
  getContentBounds(): Rectangle {
    return { ...this.#bounds };
  }
  getNormalBounds(): Rectangle {
    return { ...(this.#normalBounds ?? this.#bounds) };
  }
  setBounds(bounds: Partial<Rectangle>): void {
    this.#change(bounds);
  }
  setContentBounds(bounds: Rectangle): void {
    this.#change(bounds);
  }
  setSize(width: number, height: number): void {
    this.#change({ width, height });
  }
  setContentSize(width: number, height: number): void {
    this.#change({ width, height });
  }
  getSize(): [number, number] {
    return [this.#bounds.width, this.#bounds.height];
  }
  getContentSize(): [number, number] {
    return this.getSize();
  }
  setPosition(x: number, y: number): void {
    this.#change({ x, y });
  }
  getPosition(): [number, number] {
    return [this.#bounds.x, this.#bounds.y];
  }
  center(): void {
    const { x, y, width, height } = display.workArea;
    this.#change({ x: x + (width - this.#bounds.width) / 2, y: y + (height - this.#bounds.height) / 2 });
  }

  setTitle(title: string): void {
    this.#title = title;
  }
  getTitle(): string {
    return this.#title;
  }
  setFocusable(focusable: boolean): void {
    this.#focusable = focusable;
    if (!focusable) this.blur();
  }
  isFocusable(): boolean {
    return this.#focusable;
  }
  setResizable(resizable: boolean): void {
    this.#resizable = resizable;
  }
  isResizable(): boolean {
    return this.#resizable;
  }
  // Without a face in Chromium and without an answer to give: taken and dropped.
  setSkipTaskbar(): void {}
  moveTop(): void {}
  flashFrame(): void {}
  setMenu(): void {}
  removeMenu(): void {}
  setMenuBarVisibility(): void {}
  setMinimumSize(): void {}
  setBackgroundColor(): void {}
  setIgnoreMouseEvents(): void {}
  setContentProtection(): void {}
  setIcon(): void {}
}
