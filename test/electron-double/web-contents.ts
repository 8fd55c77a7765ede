// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { CdpEvents, CdpSession } from './cdp.ts';
import type { Wire } from './codec.ts';
import { loudEmitter, makeEvent } from './guard.ts';
import type { Downward, Upward } from './inject/preload.ts';
import { pageSource, preloadSource } from './injected.ts';
import { codec, runInvoke, runSend } from './ipc.ts';
import { decideNavigation, openExternalScheme } from './navigation.ts';
import { mapServer } from './protocol.ts';
import { rendererProcess } from './renderer-process.ts';
import { runtime } from './runtime.ts';
import { defaultSession, type Session } from './session.ts';
import { WebFrameMain } from './web-frame.ts';

const WORLD = 'Electron Isolated Context';
export const BINDING = '__megadialDoubleUp';
export const RECEIVER = '__megadialDoubleDown';
const DELIVER = `function (text) { globalThis.${RECEIVER}?.(text); }`;

export type WebPreferences = {
  preload?: string | undefined;
  additionalArguments?: string[] | undefined;
  backgroundThrottling?: boolean | undefined;
  nodeIntegrationInSubFrames?: boolean | undefined;
};
type OpenHandler = (details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse;

let nextId = 1;
const all = new Map<number, WebContents>();
/** Called with each new page, before it loads anything: `app` emits `web-contents-created`. */
export const onCreated: { notify(contents: WebContents): void } = { notify: () => undefined };

export class WebContents
  extends loudEmitter('WebContents')
  implements
    Pick<
      Electron.WebContents,
      | 'id'
      | 'loadURL'
      | 'getURL'
      | 'send'
      | 'reload'
      | 'isDestroyed'
      | 'isLoading'
      | 'isCrashed'
      | 'setWindowOpenHandler'
      | 'forcefullyCrashRenderer'
      | 'setBackgroundThrottling'
      | 'getBackgroundThrottling'
      | 'getType'
    >
{
  readonly id = nextId++;
  readonly session: Session;
  readonly #preferences: WebPreferences;
  readonly #frames = new Map<string, WebFrameMain>();
  readonly #contexts = new Map<number, WebFrameMain>();
  readonly #createTarget: () => Promise<string>;
  #attached: Promise<void>;
  #cdp: CdpSession | null = null;
  #mainFrame: WebFrameMain;
  #targetId = '';
  #openHandler: OpenHandler | null = null;
  #loading = false;
  #crashed = false;
  #destroyed = false;
  /** True while the app itself navigates: will-navigate is for the page's own wishes. */
  #ownNavigation = false;
  /** Frames that asked to go elsewhere, as the renderer reported them, until the request comes. */
  readonly #requested = new Set<string>();
  visibility: 'visible' | 'hidden' = 'visible';
  #nextFrame = 1;

  constructor(preferences: WebPreferences, session: Session | undefined, createTarget: () => Promise<string>) {
    super();
    this.#preferences = preferences;
    this.session = session ?? defaultSession();
    this.#mainFrame = new WebFrameMain(this, '', this.#nextFrame++, null);
    all.set(this.id, this);
    onCreated.notify(this);
    this.#createTarget = createTarget;
    this.#attached = this.#attach();
    this.#attached.catch((error: unknown) => {
      if (!this.#destroyed) console.error('the double could not open a page:', error);
    });
  }

  static fromId(id: number): WebContents | undefined {
    return all.get(id);
  }
  static getAllWebContents(): WebContents[] {
    return [...all.values()];
  }
  static fromTarget(targetId: string): WebContents | undefined {
    return [...all.values()].find((contents) => contents.#targetId === targetId);
  }

  get mainFrame(): WebFrameMain {
    return this.#mainFrame;
  }
  get targetId(): string {
    return this.#targetId;
  }
  get attached(): Promise<void> {
    return this.#attached;
  }
  /** Commands to the page, as soon as it exists; errors of a page that has gone are dropped. */
  async command(run: (cdp: CdpSession) => void): Promise<void> {
    await this.#attached.catch(() => undefined);
    if (this.#cdp && !this.#destroyed) run(this.#cdp);
  }
  allFrames(): WebFrameMain[] {
    return [...this.#frames.values()];
  }

  async #attach(): Promise<void> {
    const chromium = runtime.chromium;
    if (!chromium) throw new Error('no Chromium');
    const [port, targetId] = await Promise.all([mapServer.port(), this.#createTarget()]);
    this.#targetId = targetId;
    const { sessionId } = await chromium.browser.send('Target.attachToTarget', { targetId, flatten: true });
    const cdp = chromium.cdp.session(sessionId);
    this.#listen(cdp);
    chromium.browser.on('Target.detachedFromTarget', (gone) => {
      if (gone.sessionId !== sessionId) return;
      chromium.cdp.forget(sessionId);
      if (!this.#destroyed) this.emit('-page-closed');
    });
    const token = `megadial-${crypto.randomUUID()}`;
    const bundle = this.#preferences.preload ? this.#readPreload(this.#preferences.preload) : null;
    const config = {
      token,
      binding: BINDING,
      receiver: RECEIVER,
      process: rendererProcess(this.#preferences.additionalArguments ?? []),
      inSubFrames: this.#preferences.nodeIntegrationInSubFrames ?? false,
    };
    const steps = [
      cdp.send('Page.enable', {}),
      cdp.send('Runtime.enable', {}),
      cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD }),
      cdp.send('Page.addScriptToEvaluateOnNewDocument', {
        source: pageSource({ token, port, schemes: mapServer.rights() }),
      }),
      cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: preloadSource(config, bundle), worldName: WORLD }),
      cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document', requestStage: 'Request' }] }),
      cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true }),
    ];
    const { frameTree } = await cdp.send('Page.getFrameTree', {});
    await Promise.all(steps);
    const main = this.#mainFrame as { frameToken: string };
    main.frameToken = frameTree.frame.id;
    this.#frames.set(frameTree.frame.id, this.#mainFrame);
    this.#cdp = cdp;
  }

  /** The page was closed by hand, but the app wants its window to live: a new page at the same address. */
  async reopen(): Promise<void> {
    const url = this.getURL();
    this.#cdp = null;
    this.#frames.clear();
    this.#contexts.clear();
    Object.assign(this.#mainFrame, { frameToken: '', contextId: null });
    this.#attached = this.#attach();
    await this.loadURL(url);
  }

  #readPreload(path: string): string | null {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      console.error(`Unable to load preload script: ${path}`, error);
      this.emit('preload-error', makeEvent(), path, error);
      return null;
    }
  }

  #listen(cdp: CdpSession): void {
    cdp.on('Runtime.bindingCalled', (params) => {
      const frame = this.#contexts.get(params.executionContextId);
      if (params.name === BINDING && frame) this.#receive(frame, JSON.parse(params.payload) as Upward);
    });
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== WORLD) return;
      const frame = this.#frame((context.auxData as { frameId: string }).frameId, null);
      this.#contexts.set(context.id, frame);
      frame.contextId = context.id;
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      const frame = this.#contexts.get(executionContextId);
      if (frame?.contextId === executionContextId) frame.contextId = null;
      this.#contexts.delete(executionContextId);
    });
    cdp.on('Runtime.executionContextsCleared', () => {
      for (const frame of this.#contexts.values()) frame.contextId = null;
      this.#contexts.clear();
    });
    cdp.on('Page.frameAttached', ({ frameId, parentFrameId }) => {
      this.#frame(frameId, parentFrameId);
    });
    cdp.on('Page.frameDetached', ({ frameId, reason }) => {
      const frame = this.#frames.get(frameId);
      if (!frame || reason === 'swap') return;
      frame.detached = true;
      this.#frames.delete(frameId);
    });
    cdp.on('Page.frameNavigated', ({ frame: { id, parentId, url, urlFragment, name } }) => {
      const frame = this.#frame(id, parentId ?? null);
      frame.url = mapServer.toApp(url + (urlFragment ?? ''));
      frame.name = name ?? '';
      if (frame !== this.#mainFrame) return;
      this.#crashed = false;
      this.emit('did-navigate', makeEvent(), frame.url, 200, 'OK');
    });
    cdp.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      const frame = this.#frame(frameId, null);
      frame.url = mapServer.toApp(url);
      this.emit('did-navigate-in-page', makeEvent(), frame.url, frame === this.#mainFrame, 0, 0);
    });
    cdp.on('Page.domContentEventFired', () => this.emit('dom-ready', makeEvent()));
    cdp.on('Page.loadEventFired', () => {
      if (this.#mainFrame.url === 'about:blank' && this.#loading) return;
      this.#loading = false;
      this.emit('did-stop-loading', makeEvent());
      this.emit('did-finish-load', makeEvent());
    });
    cdp.on('Page.frameRequestedNavigation', ({ frameId, url }) => {
      if (/^https?:/i.test(url)) this.#requested.add(frameId);
      if (frameId === this.#mainFrame.frameToken) this.#leaveForScheme(url);
    });
    cdp.on('Fetch.requestPaused', (params) => void this.#onRequest(cdp, params));
    cdp.on('Page.javascriptDialogOpening', () => cdp.post('Page.handleJavaScriptDialog', { accept: false }));
    cdp.on('Inspector.targetCrashed', () => this.#onCrash());
    if (process.env.MEGADIAL_DOUBLE_CONSOLE === '1') this.#printConsole(cdp);
  }

  #printConsole(cdp: CdpSession): void {
    cdp.on('Runtime.consoleAPICalled', ({ type, args }) => {
      console.error(`[page ${this.id} ${type}]`, ...args.map((arg) => arg.value ?? arg.description));
    });
    cdp.on('Runtime.exceptionThrown', ({ exceptionDetails: { text, exception } }) => {
      console.error(`[page ${this.id} uncaught]`, text, exception?.description);
    });
  }

  #frame(id: string, parentId: string | null): WebFrameMain {
    const known = this.#frames.get(id);
    if (known) return known;
    if (this.#mainFrame.frameToken === '' && parentId === null) return this.#mainFrame;
    const parent = parentId === null ? this.#mainFrame : this.#frame(parentId, null);
    const frame = new WebFrameMain(this, id, this.#nextFrame++, parent);
    this.#frames.set(id, frame);
    return frame;
  }

  async #onRequest(cdp: CdpSession, params: CdpEvents['Fetch.requestPaused']): Promise<void> {
    const { requestId, request, frameId, redirectedRequestId } = params;
    let go = true;
    if (!this.#ownNavigation && redirectedRequestId === undefined) {
      // The renderer tells what it asks for before Chromium makes the request; what it did not ask for came from a test.
      // A command would not help: Chromium holds commands to a page that is about to navigate.
      if (!this.#requested.has(frameId)) await wait(30);
      if (this.#requested.delete(frameId)) {
        go = decideNavigation(this, this.#frame(frameId, null), mapServer.toApp(request.url));
      }
    }
    if (go) cdp.post('Fetch.continueRequest', { requestId });
    else cdp.post('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
  }

  /** Navigations that make no request in Chromium: custom schemes, which we serve, and links to other programs. */
  #leaveForScheme(url: string): void {
    if (mapServer.isMapped(url)) {
      if (decideNavigation(this, this.#mainFrame, url)) void this.loadURL(url).catch(() => undefined);
    } else if (!/^(https?|about|data|blob|javascript|chrome|file):/i.test(url)) {
      if (decideNavigation(this, this.#mainFrame, url)) openExternalScheme(this, url);
    }
  }

  #onCrash(): void {
    this.#crashed = true;
    for (const frame of this.#contexts.values()) frame.contextId = null;
    this.#contexts.clear();
    const details = { reason: 'crashed', exitCode: 5 };
    this.emit('render-process-gone', makeEvent(details), details);
  }

  #receive(frame: WebFrameMain, message: Upward): void {
    switch (message[0]) {
      case 'hello':
        if (this.visibility === 'hidden') this.#deliver(frame, ['visibility', 'hidden']);
        break;
      case 'invoke': {
        const [, id, channel, args] = message;
        const { contextId } = frame;
        void runInvoke(frame, channel, args).then(({ ok, value }) => {
          if (frame.contextId === contextId) this.#deliver(frame, ['reply', id, ok, value] as Downward);
        });
        break;
      }
      case 'send':
        runSend(frame, message[1], message[2]);
        break;
      case 'ask':
        this.session.ask(this, frame, message[2], codec.decode(message[3]) as object, (granted) =>
          this.#deliver(frame, ['reply', message[1], true, granted]),
        );
        break;
      case 'check':
        this.#deliver(frame, [
          'reply',
          message[1],
          true,
          this.session.check(this, frame, message[2], codec.decode(message[3]) as object),
        ]);
        break;
      case 'open':
        this.#onOpen(codec.decode(message[1]) as Electron.HandlerDetails);
        break;
      case 'close':
        this.emit('-close');
        break;
      case 'pointer':
        this.emit('-pointer');
        break;
      case 'preload-error':
        console.error(`Unable to load preload script: ${this.#preferences.preload}\n${message[1]}`);
        this.emit('preload-error', makeEvent(), this.#preferences.preload, new Error(message[1]));
    }
  }

  #onOpen(details: Electron.HandlerDetails): void {
    const asked = { ...details, url: mapServer.toApp(details.url), referrer: { url: '', policy: 'default' as const } };
    const answer = this.#openHandler?.(asked) ?? { action: 'allow' as const };
    if (answer.action !== 'allow') return;
    this.emit('-open-window', asked.url, answer);
  }

  #deliver(frame: WebFrameMain, message: Downward): void {
    if (frame.contextId === null || this.#destroyed) return;
    this.#cdp?.post('Runtime.callFunctionOn', {
      functionDeclaration: DELIVER,
      executionContextId: frame.contextId,
      arguments: [{ value: JSON.stringify(message) }],
      silent: true,
    });
  }

  sendTo(frame: WebFrameMain, channel: string, args: unknown[]): void {
    let wire: Wire;
    try {
      wire = codec.encode(args);
    } catch {
      throw new Error('Failed to serialize arguments');
    }
    this.#deliver(frame, ['message', channel, wire]);
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    this.sendTo(this.#mainFrame, channel, args);
  }

  async evaluate(frame: WebFrameMain, code: string): Promise<unknown> {
    await this.#attached;
    if (frame !== this.#mainFrame) throw new Error('the double runs executeJavaScript in main frames only');
    const answer = await (this.#cdp as CdpSession).send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    });
    if (answer.exceptionDetails)
      throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
    return answer.result.value;
  }
  executeJavaScript(code: string): Promise<unknown> {
    return this.evaluate(this.#mainFrame, code);
  }

  /** Resolves when the page has loaded, rejects with Chromium's error text when it has not. */
  async loadURL(url: string): Promise<void> {
    if (!URL.canParse(url)) throw new Error(`ERR_INVALID_URL (-300) loading '${url}'`);
    this.#loading = true;
    this.emit('did-start-loading', makeEvent());
    await this.#attached;
    const finished = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()));
    const errorText = await this.#navigate(url);
    if (errorText) {
      this.#loading = false;
      this.emit('did-fail-load', makeEvent(), -2, errorText, url, true, 0, 0);
      throw new Error(`${errorText.replace('net::', '')} (-2) loading '${url}'`);
    }
    await finished;
  }

  async #navigate(url: string): Promise<string | undefined> {
    if (this.#destroyed || !this.#cdp) throw new Error('Object has been destroyed');
    this.#ownNavigation = true;
    try {
      const { errorText } = await this.#cdp.send('Page.navigate', { url: mapServer.toPage(url) });
      return errorText;
    } finally {
      this.#ownNavigation = false;
    }
  }

  reload(): void {
    const { url } = this.#mainFrame;
    this.#loading = true;
    // A crashed page has no renderer to reload it: navigating makes a new one.
    void this.command(() => void this.#navigate(url).catch(() => undefined));
  }

  setVisibility(visibility: 'visible' | 'hidden'): void {
    if (this.#preferences.backgroundThrottling === false || this.visibility === visibility) return;
    this.visibility = visibility;
    for (const frame of this.#frames.values()) this.#deliver(frame, ['visibility', visibility]);
  }

  getURL(): string {
    return this.#mainFrame.url === 'about:blank' ? '' : this.#mainFrame.url;
  }
  getType(): 'window' {
    return 'window';
  }
  getOSProcessId(): number {
    return this.id;
  }
  isLoading(): boolean {
    return this.#loading;
  }
  isCrashed(): boolean {
    return this.#crashed;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  setBackgroundThrottling(allowed: boolean): void {
    this.#preferences.backgroundThrottling = allowed;
  }
  getBackgroundThrottling(): boolean {
    return this.#preferences.backgroundThrottling ?? true;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }
  forcefullyCrashRenderer(): void {
    void this.command((cdp) => cdp.post('Page.crash', {}));
  }
  setZoomFactor(): void {}
  setVisualZoomLevelLimits(): Promise<void> {
    return Promise.resolve();
  }
  setAudioMuted(): void {}
  openDevTools(): void {}
  closeDevTools(): void {}
  isDevToolsOpened(): boolean {
    return false;
  }
  focus(): void {
    this.emit('-focus');
  }

  /** The window has gone: closes the page and ends this object. */
  async dispose(): Promise<void> {
    if (this.#destroyed) return;
    this.#destroyed = true;
    all.delete(this.id);
    for (const frame of this.#frames.values()) frame.detached = true;
    this.emit('destroyed', makeEvent());
    await this.#attached.catch(() => undefined);
    await runtime.chromium?.browser.send('Target.closeTarget', { targetId: this.#targetId }).catch(() => undefined);
  }
}
