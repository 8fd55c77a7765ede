// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { _electron, type Page } from 'playwright-core';
import type { AppHandle, LaunchOptions, WindowName } from '../e2e/support/app.ts';

type Recorder = {
  call(command: string, args: unknown[]): unknown;
};

/**
 * The real Electron. What it shows to nobody but the person (tray, notifications, shortcuts) is written down by
 * `electron-recorder.cjs`, loaded before the app, which answers the same commands as the double's control channel.
 */
export async function launchElectron(binary: string, options: LaunchOptions & { entry: string }): Promise<AppHandle> {
  const folder = mkdtempSync(join(tmpdir(), 'megadial-app-'));
  const userDataDir = options.userDataDir ?? join(folder, 'user-data');
  const recorder = join(import.meta.dirname, 'electron-recorder.cjs');
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, ...options.env }))
    if (value !== undefined) env[name] = value;
  const application = await _electron.launch({
    executablePath: binary,
    env,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--user-data-dir=${userDataDir}`,
      '-r',
      recorder,
      options.entry,
      ...(options.args ?? []),
    ],
  });
  const child = application.process();
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code))).then((code) => {
    rmSync(folder, { recursive: true, force: true });
    return code;
  });

  const call = async <T>(command: string, ...args: unknown[]): Promise<T> =>
    (await application.evaluate(
      (_electronModule, request) => {
        const { megadialRecorder } = globalThis as unknown as { megadialRecorder: Recorder };
        return megadialRecorder.call(request.command, request.args);
      },
      { command, args },
    )) as T;
  type State = {
    kind: string;
    visible: boolean;
    focused: boolean;
    onTop: boolean;
    bounds: { x: number; y: number; width: number; height: number };
  };
  const stateOf = async (name: WindowName): Promise<State> => {
    const found = (await call<State[]>('windows')).find(({ kind }) => kind === name);
    if (!found) throw new Error(`no window ${name}`);
    return found;
  };
  const pageOf = (name: WindowName): Page | undefined =>
    application.windows().find((page) => new RegExp(`^[a-z]+://[^/]*/${name}(/|$)`).test(page.url()));

  return {
    runtime: `electron ${await application.evaluate(() => process.versions.electron)}`,
    pid: child.pid ?? 0,
    userDataDir,
    async window(name) {
      for (const limit = Date.now() + 20_000; Date.now() < limit; await wait(25)) {
        const page = pageOf(name);
        if (!page) continue;
        await page.waitForLoadState();
        return page;
      }
      throw new Error(`no window ${name}:\n${text}`);
    },
    isVisible: async (name) => (await call<State[]>('windows')).some(({ kind, visible }) => kind === name && visible),
    bounds: async (name) => (await stateOf(name)).bounds,
    isAlwaysOnTop: async (name) => (await stateOf(name)).onTop,
    focused: async () =>
      ((await call<State[]>('windows')).find(({ focused }) => focused)?.kind ?? null) as WindowName | null,
    userShow: (name) => call('userShow', name),
    userClose: (name) => call('userClose', name),
    tray: () => call('tray'),
    clickTray: () => call('clickTray'),
    clickTrayMenu: (label) => call('clickTrayMenu', label),
    notifications: () => call('notifications'),
    clickNotification: (key) => call('notification', key, 'click'),
    clickNotificationAction: (key, index) => call('notification', key, 'action', index),
    shortcuts: () => call('shortcuts'),
    pressShortcut: (accelerator) => call('pressShortcut', accelerator),
    holdShortcut: (accelerator) => call('holdShortcut', accelerator),
    clipboard: (type = 'clipboard') => call('clipboard', type),
    setClipboard: (value, type = 'clipboard') => call('setClipboard', value, type),
    openedExternal: () => call('openedExternal'),
    openUrl: (url) => call('openUrl', url),
    secondInstance: (argv) => call('secondInstance', argv),
    power: (event) => call('power', event),
    dialogs: () => call('dialogs'),
    answerDialog: (index) => call('answerDialog', index),
    crash: (name) => call('crash', name),
    output: () => text,
    exited: () => exited,
    async quit() {
      await application.evaluate(({ app }) => app.quit()).catch(() => undefined);
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
