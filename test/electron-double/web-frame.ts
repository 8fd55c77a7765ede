// SPDX-License-Identifier: MIT
import { loudEmitter } from './guard.ts';
import type { WebContents } from './web-contents.ts';

/** A frame of a page: the same object for the same frame for as long as it lives. */
export class WebFrameMain
  extends loudEmitter('WebFrameMain')
  implements
    Pick<
      Electron.WebFrameMain,
      'url' | 'origin' | 'name' | 'routingId' | 'processId' | 'detached' | 'isDestroyed' | 'send'
    >
{
  url = 'about:blank';
  name = '';
  detached = false;
  readonly processId: number;
  readonly routingId: number;
  readonly frameTreeNodeId: number;
  readonly frameToken: string;
  readonly parent: WebFrameMain | null;
  readonly webContents: WebContents;
  /** Isolated world of the current document, once its preload world exists. */
  contextId: number | null = null;

  constructor(webContents: WebContents, frameToken: string, number: number, parent: WebFrameMain | null) {
    super();
    this.webContents = webContents;
    this.frameToken = frameToken;
    this.routingId = number;
    this.frameTreeNodeId = number;
    this.processId = webContents.id;
    this.parent = parent;
  }

  /** Custom standard schemes have an origin of their own in Electron, unlike in Node's URL. */
  get origin(): string {
    const url = URL.parse(this.url);
    if (!url || url.protocol === 'about:' || url.protocol === 'data:') return 'null';
    if (url.protocol === 'blob:') return URL.parse(url.pathname)?.origin ?? 'null';
    return `${url.protocol}//${url.host}`;
  }
  get top(): WebFrameMain {
    return this.parent?.top ?? this;
  }
  get frames(): WebFrameMain[] {
    return this.webContents.allFrames().filter((frame) => frame.parent === this);
  }
  get framesInSubtree(): WebFrameMain[] {
    return [this, ...this.frames.flatMap((frame) => frame.framesInSubtree)];
  }
  get visibilityState(): string {
    return this.webContents.visibility;
  }
  isDestroyed(): boolean {
    return this.detached;
  }
  send(channel: string, ...args: unknown[]): void {
    this.webContents.sendTo(this, channel, args);
  }
  executeJavaScript(code: string): Promise<unknown> {
    return this.webContents.evaluate(this, code);
  }
}
