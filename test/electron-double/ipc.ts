// SPDX-License-Identifier: MIT
import type { Wire } from './codec.ts';
import { makeCodec } from './codec.ts';
import { loudEmitter } from './guard.ts';
import type { WebFrameMain } from './web-frame.ts';

type Handler = (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown;

export const codec = makeCodec();

class IpcMain
  extends loudEmitter('ipcMain')
  implements Pick<Electron.IpcMain, 'handle' | 'handleOnce' | 'removeHandler'>
{
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, listener: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    if (typeof listener !== 'function')
      throw new TypeError(`Expected handler to be a function, but found type '${typeof listener}'`);
    this.#handlers.set(channel, listener);
  }
  handleOnce(channel: string, listener: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return listener(event, ...args);
    });
  }
  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }
  handlerOf(channel: string): Handler | undefined {
    return this.#handlers.get(channel);
  }
}

export const ipcMain = new IpcMain();

function eventFrom(frame: WebFrameMain): Electron.IpcMainInvokeEvent {
  const event = {
    type: 'frame',
    sender: frame.webContents,
    processId: frame.processId,
    frameId: frame.routingId,
    // Electron answers null once the frame has gone or navigated away.
    get senderFrame() {
      return frame.detached ? null : frame;
    },
    ports: [],
    defaultPrevented: false,
    preventDefault: () => undefined,
  };
  return event as unknown as Electron.IpcMainInvokeEvent;
}

/** Runs the handler of a request; the answer is already written for the wire. */
export async function runInvoke(
  frame: WebFrameMain,
  channel: string,
  args: Wire,
): Promise<{ ok: true; value: Wire } | { ok: false; value: string }> {
  const handler = ipcMain.handlerOf(channel);
  try {
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    const result: unknown = await handler(eventFrom(frame), ...(codec.decode(args) as unknown[]));
    return { ok: true, value: codec.encode(result) };
  } catch (error) {
    console.error(`Error occurred in handler for '${channel}':`, error);
    return { ok: false, value: String(error) };
  }
}

export function runSend(frame: WebFrameMain, channel: string, args: Wire): void {
  const values = codec.decode(args) as unknown[];
  const event = Object.assign(eventFrom(frame), {
    reply: (name: string, ...reply: unknown[]) => frame.send(name, ...reply),
  });
  Object.defineProperty(event, 'senderFrame', { get: () => (frame.detached ? null : frame) });
  frame.webContents.emit('ipc-message', event, channel, ...values);
  ipcMain.emit(channel, event, ...values);
}
