// SPDX-License-Identifier: MIT
import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { pushAccess } from '../../src-shared/ipc/access.ts';
import type { Pushes, PushName, RequestName } from '../../src-shared/ipc/map.ts';
import { schemas } from '../../src-shared/ipc/schemas.ts';
import type { Log } from '../log.ts';
import type { Handlers } from './api.ts';
import { answer, type Sender } from './ipc-answer.ts';
import type { Windows } from './windows.ts';

/**
 * The only place that listens to windows: one channel `megadial:<name>` a request, each message checked by
 * `ipc-answer.ts` before its handler sees it. Given again, other handlers take the place of the former ones.
 */
export function registerHandlers(handlers: Handlers, windows: Windows, log: Log): void {
  const isFirst = current === null;
  current = handlers;
  if (!isFirst) return;
  for (const name of Object.keys(schemas) as RequestName[]) {
    ipcMain.handle(`megadial:${name}`, (event, ...args: unknown[]) =>
      answer(current ?? handlers, log, senderOf(event, windows), name, args),
    );
  }
}

let current: Handlers | null = null;

function senderOf(event: IpcMainInvokeEvent, windows: Windows): Sender {
  const frame = event.senderFrame;
  return {
    kind: windows.kindOf(event.sender),
    frame:
      frame === null || frame.detached ? null : { origin: frame.origin, url: frame.url, isMain: frame.parent === null },
  };
}

/** Sends on `megadial:push:<name>` to each window that may hear it and is alive. */
export function push<K extends PushName>(windows: Windows, name: K, payload: Pushes[K]): void {
  for (const kind of pushAccess[name]) {
    const contents = windows.get(kind)?.webContents;
    if (contents !== undefined && !contents.isDestroyed() && !contents.isCrashed()) {
      contents.send(`megadial:push:${name}`, payload);
    }
  }
}
