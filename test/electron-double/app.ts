// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BrowserWindow, windowEvents, windows } from './browser-window.ts';
import { guard, loudEmitter, makeEvent } from './guard.ts';
import { roles } from './menu.ts';
import { record } from './record.ts';
import { appSwitches, launch, runtime } from './runtime.ts';
import { SingleInstance } from './single-instance.ts';
import { onCreated } from './web-contents.ts';

type PathName = Parameters<Electron.App['getPath']>[0];
type LoginSettings = Parameters<Electron.App['setLoginItemSettings']>[0];

/** The app's own package.json: the nearest above its entry, or the entry's folder without one. */
function findPackage(): { folder: string; name: string; version: string } {
  const start = dirname(resolve(process.argv[1] ?? '.'));
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, productName, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<
        string,
        string | undefined
      >;
      return { folder, name: productName ?? name ?? 'Electron', version: version ?? '0.0.0' };
    }
    if (folder === dirname(folder)) return { folder: start, name: 'Electron', version: '0.0.0' };
  }
}

const packageInfo = findPackage();
for (const argument of process.argv.slice(2)) {
  const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
  if (name) appSwitches.set(name.toLowerCase(), value ?? '');
}
/** Switches that Chromium must not see: the double gives it a profile of its own. */
const ownSwitches = new Map(appSwitches);
appSwitches.clear();
const language = ownSwitches.get('lang');
if (language) appSwitches.set('lang', language);

class App
  extends loudEmitter('app')
  implements
    Pick<
      Electron.App,
      | 'whenReady'
      | 'isReady'
      | 'quit'
      | 'exit'
      | 'relaunch'
      | 'getVersion'
      | 'getName'
      | 'setName'
      | 'getPath'
      | 'setPath'
      | 'getAppPath'
      | 'getLocale'
      | 'getSystemLocale'
      | 'getPreferredSystemLanguages'
      | 'hasSingleInstanceLock'
      | 'requestSingleInstanceLock'
      | 'releaseSingleInstanceLock'
      | 'setAsDefaultProtocolClient'
      | 'isDefaultProtocolClient'
      | 'removeAsDefaultProtocolClient'
      | 'setBadgeCount'
      | 'getBadgeCount'
      | 'focus'
      | 'setAppUserModelId'
      | 'enableSandbox'
      | 'disableHardwareAcceleration'
    >
{
  name = packageInfo.name;
  readonly isPackaged = false;
  readonly dock = undefined;
  applicationMenu: unknown = null;
  userAgentFallback = '';
  badgeCount = 0;
  locale = ownSwitches.get('lang') ?? process.env.MEGADIAL_DOUBLE_LOCALE ?? 'en-US';
  readonly #paths = new Map<string, string>();
  readonly #instance = new SingleInstance();
  readonly #ready = Promise.withResolvers<void>();
  #quitting = false;
  #exiting = false;

  readonly commandLine = guard('app.commandLine', {
    appendSwitch: (name: string, value = '') => {
      ownSwitches.set(name.toLowerCase(), value);
      appSwitches.set(name.toLowerCase(), value);
    },
    removeSwitch: (name: string) => {
      ownSwitches.delete(name.toLowerCase());
      appSwitches.delete(name.toLowerCase());
    },
    hasSwitch: (name: string) => ownSwitches.has(name.toLowerCase()),
    getSwitchValue: (name: string) => ownSwitches.get(name.toLowerCase()) ?? '',
  } satisfies Pick<Electron.CommandLine, 'appendSwitch' | 'removeSwitch' | 'hasSwitch' | 'getSwitchValue'>);

  // --- lifecycle --------------------------------------------------------------------------------------------------
  /** Starts Chromium and says `ready`, once the main script has run. */
  async start(): Promise<void> {
    if (this.#quitting || this.#exiting) return;
    this.emit('will-finish-launching');
    await launch();
    if (this.#exiting) return;
    runtime.ready = true;
    this.#ready.resolve();
    this.emit('ready', makeEvent(), {});
  }
  isReady(): boolean {
    return runtime.ready;
  }
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /** before-quit, each window's close, will-quit, quit: any of the first three may stop it. */
  quit(): void {
    if (this.#quitting || this.#exiting) return;
    const event = makeEvent();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.#quitting = true;
    if (windows.list.length === 0) setImmediate(() => this.#willQuit());
    for (const window of [...windows.list]) window.close();
  }
  #willQuit(): void {
    if (!this.#quitting || this.#exiting) return;
    const event = makeEvent();
    this.emit('will-quit', event);
    if (event.defaultPrevented) this.#quitting = false;
    else this.#end(0);
  }
  /** Ends without asking: no close, no before-quit, no will-quit. */
  exit(code = 0): void {
    this.#exiting = true;
    for (const window of [...windows.list]) window.destroy();
    setImmediate(() => this.#end(code));
  }
  #end(code: number): void {
    this.#exiting = true;
    this.emit('quit', makeEvent(), code);
    const chromium = runtime.chromium?.close() ?? Promise.resolve();
    void chromium.finally(() => process.exit(code));
  }
  relaunch(options: object = {}): void {
    record.relaunches.push(options);
  }

  windowClosed(): void {
    if (windows.list.length > 0 || this.#exiting) return;
    if (this.#quitting) this.#willQuit();
    else if (!this.emit('window-all-closed')) this.quit();
  }
  closePrevented(): void {
    this.#quitting = false;
  }

  requestSingleInstanceLock(additionalData: object = {}): boolean {
    const visit = { argv: process.argv, cwd: process.cwd(), additionalData };
    return this.#instance.request(this.getPath('userData'), visit, ({ argv, cwd, additionalData: data }) => {
      void this.whenReady().then(() => this.emit('second-instance', makeEvent(), argv, cwd, data));
    });
  }
  hasSingleInstanceLock(): boolean {
    return this.#instance.held;
  }
  releaseSingleInstanceLock(): void {
    this.#instance.release();
  }

  // --- about the app ------------------------------------------------------------------------------------------------
  getVersion(): string {
    return packageInfo.version;
  }
  getName(): string {
    return this.name;
  }
  setName(name: string): void {
    this.name = name;
  }
  getAppPath(): string {
    return packageInfo.folder;
  }
  getPath(name: PathName): string {
    const set = this.#paths.get(name);
    if (set) return set;
    if (name === 'userData' || name === 'sessionData') {
      const path =
        this.#paths.get('userData') ?? ownSwitches.get('user-data-dir') ?? join(this.getPath('appData'), this.name);
      mkdirSync(path, { recursive: true });
      return path;
    }
    const config = process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
    const known: Partial<Record<PathName, string>> = {
      home: homedir(),
      appData: config,
      temp: tmpdir(),
      exe: process.execPath,
      module: process.execPath,
      logs: name === 'logs' ? join(this.getPath('userData'), 'logs') : '',
      crashDumps: name === 'crashDumps' ? join(this.getPath('userData'), 'Crashpad') : '',
      desktop: join(homedir(), 'Desktop'),
      documents: join(homedir(), 'Documents'),
      downloads: join(homedir(), 'Downloads'),
      music: join(homedir(), 'Music'),
      pictures: join(homedir(), 'Pictures'),
      videos: join(homedir(), 'Videos'),
    };
    const path = known[name];
    if (!path) throw new Error(`Failed to get '${name}' path`);
    return path;
  }
  setPath(name: string, path: string): void {
    if (!path.startsWith('/') && !/^[a-z]:\\/i.test(path)) throw new Error('Path must be absolute');
    this.#paths.set(name, path);
  }
  setAppLogsPath(path?: string): void {
    if (path) this.setPath('logs', path);
  }
  getLocale(): string {
    return this.locale;
  }
  getSystemLocale(): string {
    return this.locale;
  }
  getLocaleCountryCode(): string {
    return new Intl.Locale(this.locale).region ?? '';
  }
  getPreferredSystemLanguages(): string[] {
    return [this.locale];
  }
  getAppMetrics(): Electron.ProcessMetric[] {
    const memory = {
      workingSetSize: process.memoryUsage().rss / 1024,
      peakWorkingSetSize: process.memoryUsage().rss / 1024,
    };
    const cpu = { percentCPUUsage: 0, idleWakeupsPerSecond: 0 };
    return [{ pid: process.pid, type: 'Browser', creationTime: 0, cpu, memory }];
  }

  // --- the desktop: written down -----------------------------------------------------------------------------------
  setAsDefaultProtocolClient(scheme: string): boolean {
    if (!record.protocolClients.includes(scheme)) record.protocolClients.push(scheme);
    return true;
  }
  isDefaultProtocolClient(scheme: string): boolean {
    return record.protocolClients.includes(scheme);
  }
  removeAsDefaultProtocolClient(scheme: string): boolean {
    record.protocolClients = record.protocolClients.filter((known) => known !== scheme);
    return true;
  }
  setLoginItemSettings(settings: LoginSettings): void {
    record.loginItem = { openAtLogin: settings.openAtLogin ?? false, args: settings.args ?? [] };
  }
  getLoginItemSettings(): { openAtLogin: boolean; wasOpenedAtLogin: boolean } {
    return { openAtLogin: record.loginItem.openAtLogin, wasOpenedAtLogin: false };
  }
  setBadgeCount(count = 0): boolean {
    record.badgeCount = count;
    this.badgeCount = count;
    return true;
  }
  getBadgeCount(): number {
    return record.badgeCount;
  }
  focus(): void {
    windows.list.findLast((window) => window.isVisible())?.focus();
  }
  setAppUserModelId(): void {}
  setDesktopName(): void {}
  enableSandbox(): void {}
  disableHardwareAcceleration(): void {}
  setAboutPanelOptions(): void {}
  setActivationPolicy(): void {}
  addRecentDocument(): void {}
  clearRecentDocuments(): void {}
}

export const app = new App();

windowEvents.created = (window: BrowserWindow) => app.emit('browser-window-created', makeEvent(), window);
windowEvents.focused = (window: BrowserWindow) => app.emit('browser-window-focus', makeEvent(), window);
windowEvents.blurred = (window: BrowserWindow) => app.emit('browser-window-blur', makeEvent(), window);
windowEvents.closed = () => app.windowClosed();
windowEvents.closePrevented = () => app.closePrevented();
onCreated.notify = (contents) => {
  const window = BrowserWindow.fromWebContents(contents);
  app.emit('web-contents-created', makeEvent({ window }), contents);
  contents.on('render-process-gone', (_event, details) =>
    app.emit('render-process-gone', makeEvent(), contents, details),
  );
};
roles.quit = () => app.quit();
