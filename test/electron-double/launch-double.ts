// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { AppHandle, LaunchOptions, WindowName } from '../e2e/support/app.ts';
import type { Commands, ControlInfo } from './control.ts';

const startLimit = 30_000;
const endLimit = 15_000;

type Call = <K extends keyof Commands>(
  command: K,
  ...args: Parameters<Commands[K]>
) => Promise<Awaited<ReturnType<Commands[K]>>>;

function controlOf(info: ControlInfo): Call {
  return async (command, ...args) => {
    const response = await fetch(info.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${info.token}` },
      body: JSON.stringify({ command, args }),
    });
    const answer = (await response.json()) as { ok: true; result: never } | { ok: false; error: string };
    if (!answer.ok) throw new Error(answer.error);
    return answer.result;
  };
}

async function readControl(file: string, child: ChildProcess, output: () => string): Promise<ControlInfo> {
  const limit = Date.now() + startLimit;
  while (!existsSync(file)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the app ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
    if (Date.now() > limit) {
      child.kill('SIGKILL');
      throw new Error(`the app is not ready:\n${output()}`);
    }
    await wait(20);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as ControlInfo;
}

/** The page of a window by Chromium's own name for it: never a guess by title. */
async function findPage(browser: Browser, targetId: string): Promise<Page | null> {
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    if ((await targetOf(page)) === targetId) return page;
  }
  return null;
}

async function targetOf(page: Page): Promise<string | null> {
  try {
    const session = await page.context().newCDPSession(page);
    const { targetInfo } = await session.send('Target.getTargetInfo');
    await session.detach();
    return targetInfo.targetId;
  } catch {
    // It closed while we asked.
    return null;
  }
}

export async function launchDouble(options: LaunchOptions & { entry: string }): Promise<AppHandle> {
  const folder = mkdtempSync(join(tmpdir(), 'megadial-app-'));
  const userDataDir = options.userDataDir ?? join(folder, 'user-data');
  const controlFile = join(folder, 'control.json');
  const register = join(import.meta.dirname, 'register.ts');
  const args = ['--import', register, options.entry, `--user-data-dir=${userDataDir}`, ...(options.args ?? [])];
  const env = {
    ...process.env,
    ...options.env,
    MEGADIAL_DOUBLE_CONTROL: controlFile,
    ...(options.headed && { MEGADIAL_DOUBLE_HEADED: '1' }),
  };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code))).then((code) => {
    rmSync(folder, { recursive: true, force: true });
    // A double that was killed left its profile; Chromium ends by itself a moment later.
    for (const name of readdirSync(tmpdir()).filter((found) => found.startsWith(`megadial-double-${child.pid}-`))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
    return code;
  });
  const output = () => text;

  const info = await readControl(controlFile, child, output);
  const call = controlOf(info);
  // Playwright's own defaults would override theme and focus, which are the app's here.
  const connect = () => chromium.connectOverCDP(info.cdp, { noDefaults: true });
  let browser = await connect();

  const stateOf = async (name: WindowName) => (await call('windows')).find(({ kind }) => kind === name);
  const existing = async (name: WindowName) => {
    const state = await stateOf(name);
    if (!state) throw new Error(`no window ${name}`);
    return state;
  };
  const pages = new Map<string, Page>();
  const crashed = new Set<string>();

  const ended = async (): Promise<number | null> => {
    const stuck = setTimeout(() => child.kill('SIGKILL'), endLimit);
    const code = await exited;
    clearTimeout(stuck);
    await browser.close().catch(() => undefined);
    return code;
  };

  return {
    runtime: `double on ${info.chromium}`,
    pid: info.pid,
    userDataDir,
    async window(name) {
      const limit = Date.now() + 20_000;
      for (;;) {
        if (child.exitCode !== null) throw new Error(`the app ended with ${child.exitCode}:\n${text}`);
        const state = await stateOf(name);
        if (state && crashed.delete(state.targetId)) {
          // A page that crashed stays so for Playwright, though the app has reloaded it: look at it afresh.
          pages.delete(state.targetId);
          await wait(200);
          browser = await connect();
        }
        const page = state && (pages.get(state.targetId) ?? (await findPage(browser, state.targetId)));
        if (state && page) {
          if (!pages.has(state.targetId)) {
            pages.set(state.targetId, page);
            page.once('crash', () => crashed.add(state.targetId));
          }
          await page.waitForLoadState();
          return page;
        }
        if (Date.now() > limit) throw new Error(`no window ${name}:\n${text}`);
        await wait(25);
      }
    },
    isVisible: async (name) => (await stateOf(name))?.visible ?? false,
    bounds: async (name) => (await existing(name)).bounds,
    isAlwaysOnTop: async (name) => (await existing(name)).onTop,
    focused: async () => ((await call('windows')).find(({ focused }) => focused)?.kind ?? null) as WindowName | null,
    userShow: (name) => call('userShow', name),
    userClose: (name) => call('userClose', name),
    tray: async () => (await call('tray')).at(-1) ?? null,
    clickTray: () => call('clickTray', 'click'),
    clickTrayMenu: (label) => call('clickTrayMenu', label),
    notifications: () => call('notifications'),
    clickNotification: (key) => call('notification', key, 'click'),
    clickNotificationAction: (key, index) => call('notification', key, 'action', index),
    shortcuts: () => call('shortcuts'),
    pressShortcut: (accelerator) => call('pressShortcut', accelerator),
    holdShortcut: (accelerator) => call('holdShortcut', accelerator, true),
    clipboard: (type = 'clipboard') => call('clipboard', type),
    setClipboard: (value, type = 'clipboard') => call('setClipboard', value, type),
    openedExternal: async () => (await call('record')).openedExternal,
    openUrl: (url) => call('openUrl', url),
    secondInstance: (argv) => call('secondInstance', [...argv], {}),
    power: (event) => call('power', event),
    dialogs: async () => (await call('record')).dialogs,
    answerDialog: (index) => call('answerDialog', index),
    crash: (name) => call('crash', name),
    output,
    exited: ended,
    async quit() {
      await call('quit').catch(() => undefined);
      return ended();
    },
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
  };
}
