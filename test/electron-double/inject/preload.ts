// SPDX-License-Identifier: MIT
import type { Codec, Wire } from '../codec.ts';
import type { Bridge, Operations } from './bridge.ts';

export type PreloadConfig = {
  readonly token: string;
  /** Names, in the preload's world, of the way to main and of the way back. */
  readonly binding: string;
  readonly receiver: string;
  readonly process: {
    readonly platform: string;
    readonly arch: string;
    readonly argv: readonly string[];
    readonly execPath: string;
    readonly pid: number;
    readonly version: string;
    readonly versions: Record<string, string | undefined>;
    readonly resourcesPath: string;
  };
  readonly inSubFrames: boolean;
};
/** The preload bundle, wrapped: its parameters are all that a sandboxed preload gets. */
export type PreloadMain = (
  require: (name: string) => unknown,
  process: unknown,
  exports: object,
  module: object,
  Buffer: unknown,
  global: Window,
  setImmediate: unknown,
  clearImmediate: unknown,
) => void;

/** What the renderer says to main: one JSON array a message. */
export type Upward =
  | ['hello', boolean]
  | ['invoke', number, string, Wire]
  | ['send', string, Wire]
  | ['ask', number, string, Wire]
  | ['check', number, string, Wire]
  | ['open', Wire]
  | ['pointer']
  | ['close']
  | ['preload-error', string];

/** What main says to the renderer. */
export type Downward =
  | ['reply', number, true, Wire]
  | ['reply', number, false, string]
  | ['message', string, Wire]
  | ['visibility', DocumentVisibilityState];

/**
 * The preload's isolated world: Electron's renderer half. Injected as text: refers only to its arguments.
 */
export function preloadWorld(
  config: PreloadConfig,
  codec: Codec,
  makeBridge: (token: string, me: 'preload', operations: Operations) => Bridge,
  main: PreloadMain | null,
): void {
  type Listener = (...args: unknown[]) => void;
  const world = globalThis as unknown as Record<string, unknown>;
  const post = world[config.binding] as (text: string) => void;
  const tell = (message: Upward) => post(JSON.stringify(message));
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 1;
  const request = (send: (id: number) => void): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      send(id);
    });

  /** As much of Node's EventEmitter as a preload uses. */
  class Emitter {
    readonly #listeners = new Map<string | symbol, { listener: Listener; once: boolean }[]>();
    #add(name: string | symbol, listener: Listener, once: boolean, first = false): this {
      const list = this.#listeners.get(name) ?? [];
      if (first) list.unshift({ listener, once });
      else list.push({ listener, once });
      this.#listeners.set(name, list);
      return this;
    }
    on(name: string | symbol, listener: Listener): this {
      return this.#add(name, listener, false);
    }
    addListener(name: string | symbol, listener: Listener): this {
      return this.#add(name, listener, false);
    }
    once(name: string | symbol, listener: Listener): this {
      return this.#add(name, listener, true);
    }
    prependListener(name: string | symbol, listener: Listener): this {
      return this.#add(name, listener, false, true);
    }
    off(name: string | symbol, listener: Listener): this {
      const list = this.#listeners.get(name) ?? [];
      const at = list.findLastIndex((entry) => entry.listener === listener);
      if (at >= 0) this.#listeners.set(name, list.toSpliced(at, 1));
      return this;
    }
    removeListener(name: string | symbol, listener: Listener): this {
      return this.off(name, listener);
    }
    removeAllListeners(name?: string | symbol): this {
      if (name === undefined) this.#listeners.clear();
      else this.#listeners.delete(name);
      return this;
    }
    setMaxListeners(): this {
      return this;
    }
    listenerCount(name: string | symbol): number {
      return this.#listeners.get(name)?.length ?? 0;
    }
    listeners(name: string | symbol): Listener[] {
      return (this.#listeners.get(name) ?? []).map((entry) => entry.listener);
    }
    eventNames(): (string | symbol)[] {
      return [...this.#listeners.keys()].filter((name) => this.listenerCount(name) > 0);
    }
    emit(name: string | symbol, ...args: unknown[]): boolean {
      const list = [...(this.#listeners.get(name) ?? [])];
      for (const { listener, once } of list) {
        if (once) this.off(name, listener);
        listener.apply(this, args);
      }
      return list.length > 0;
    }
  }

  const loud = <T extends object>(name: string, object: T): T =>
    new Proxy(object, {
      get(target, key, receiver) {
        if (typeof key === 'string' && !(key in target) && key !== 'then' && key !== 'toJSON') {
          throw new Error(`the double has no electron.${name}.${key} in a preload`);
        }
        const value: unknown = Reflect.get(target, key, receiver === undefined ? target : target);
        return typeof value === 'function' && key !== 'constructor' ? value.bind(target) : value;
      },
    });

  const bridge = makeBridge(config.token, 'preload', {
    ask: (permission: string, details: object) => request((id) => tell(['ask', id, permission, codec.encode(details)])),
    check: (permission: string, details: object) =>
      request((id) => tell(['check', id, permission, codec.encode(details)])),
    close: () => tell(['close']),
    open: (details: object) => tell(['open', codec.encode(details)]),
  });

  class IpcRenderer extends Emitter {
    async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
      const wire = codec.encode(args);
      return request((id) => tell(['invoke', id, channel, wire])).catch((error: Error) => {
        throw new Error(`Error invoking remote method '${channel}': ${error.message}`);
      });
    }
    send(channel: string, ...args: unknown[]): void {
      tell(['send', channel, codec.encode(args)]);
    }
  }
  const emitter = new IpcRenderer();
  const ipcRenderer = loud('ipcRenderer', emitter);

  let visibility: DocumentVisibilityState = 'visible';
  Object.defineProperty(Document.prototype, 'visibilityState', { get: () => visibility, configurable: true });
  Object.defineProperty(Document.prototype, 'hidden', { get: () => visibility === 'hidden', configurable: true });

  const receive = (message: Downward): void => {
    if (message[0] === 'reply') {
      const [, id, ok, value] = message;
      const entry = waiting.get(id);
      waiting.delete(id);
      if (ok) entry?.resolve(codec.decode(value));
      else entry?.reject(new Error(value));
    } else if (message[0] === 'message') {
      const [, channel, wire] = message;
      emitter.emit(channel, { sender: ipcRenderer, ports: [] }, ...(codec.decode(wire) as unknown[]));
    } else if (message[1] !== visibility) {
      visibility = message[1];
      bridge.call('visibility', visibility);
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }
  };
  Object.defineProperty(world, config.receiver, { value: (text: string) => receive(JSON.parse(text)) });

  // --- what a person does in the page that main must know of ------------------------------------------------------
  window.addEventListener('pointerdown', (event) => event.isTrusted && tell(['pointer']), true);
  const opensWindow = (target: string) => target !== '' && !['_self', '_top', '_parent'].includes(target.toLowerCase());
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button === 2) return;
    const link = event.composedPath().find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement);
    if (!link?.href || link.hasAttribute('download') || /^javascript:/i.test(link.href)) return;
    const aside = event.ctrlKey || event.metaKey || event.button === 1;
    if (!aside && !event.shiftKey && !opensWindow(link.target)) return;
    event.preventDefault();
    const disposition = aside ? 'background-tab' : event.shiftKey ? 'new-window' : 'foreground-tab';
    tell(['open', { url: link.href, frameName: link.target, features: '', disposition }]);
  };
  window.addEventListener('click', onClick);
  window.addEventListener('auxclick', onClick);
  window.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const target = event.submitter?.getAttribute('formtarget') ?? form.target;
    if (event.defaultPrevented || !opensWindow(target)) return;
    event.preventDefault();
    tell(['open', { url: form.action, frameName: target, features: '', disposition: 'foreground-tab' }]);
  });

  const isMainFrame = window === window.top;
  tell(['hello', isMainFrame]);
  if (!main || !(isMainFrame || config.inSubFrames)) return;

  // --- the sandboxed preload's surroundings -----------------------------------------------------------------------
  const immediates = new Map<number, number>();
  const setImmediate = (callback: Listener, ...args: unknown[]) => {
    const id = next++;
    immediates.set(id, window.setTimeout(callback, 0, ...args));
    return id;
  };
  const clearImmediate = (id: number) => window.clearTimeout(immediates.get(id));

  const electron = loud('(module)', {
    contextBridge: loud('contextBridge', {
      exposeInMainWorld: (name: string, api: unknown) => {
        bridge.call('expose', name, api);
      },
    }),
    ipcRenderer,
    webFrame: loud('webFrame', {
      setVisualZoomLevelLimits: () => undefined,
      setZoomFactor: () => undefined,
      getZoomFactor: () => 1,
    }),
    webUtils: loud('webUtils', { getPathForFile: () => '' }),
    crashReporter: loud('crashReporter', { start: () => undefined }),
  });
  const modules: Record<string, unknown> = {
    electron,
    'electron/renderer': electron,
    'electron/common': electron,
    events: Object.assign(Emitter, { EventEmitter: Emitter }),
    timers: { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate },
    url: { URL, URLSearchParams },
  };
  const require = (name: string): unknown => {
    const bare = name.replace(/^node:/, '');
    if (Object.hasOwn(modules, bare)) return modules[bare];
    throw new Error(`module not found: ${name}`);
  };
  const process = Object.assign(new Emitter(), config.process, {
    type: 'renderer',
    env: {},
    sandboxed: true,
    contextIsolated: true,
    uptime: () => performance.now() / 1000,
    nextTick: (callback: Listener, ...args: unknown[]) => queueMicrotask(() => callback(...args)),
  });
  const noBuffer = loud('Buffer', () => undefined);
  const module = { exports: {} };
  try {
    main(require, process, module.exports, module, noBuffer, window, setImmediate, clearImmediate);
  } catch (error) {
    tell(['preload-error', error instanceof Error ? (error.stack ?? error.message) : String(error)]);
  }
}
