// SPDX-License-Identifier: MIT
import { pushAccess, requestAccess } from '../src-shared/ipc/access.ts';
import type { Args, Bridge, Pushes, PushName, Reply, RequestName, Results, WindowKind } from '../src-shared/ipc/map.ts';

/** The part of Electron's ipcRenderer that is used. */
export type Channel = {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
  removeListener(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
};

/** The window's kind, as main wrote it on the renderer's command line. Throws when it is missing. */
export function windowKind(argv: readonly string[]): WindowKind {
  const prefix = '--megadial-window=';
  const kind = argv.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
  if (kind === 'main' || kind === 'popup' || kind === 'engine') return kind;
  throw new Error('started without the name of its window');
}

/**
 * What a page gets: named requests and pushes, no channel and no Electron event. What this window may not ask is
 * refused here early, and by main for certain.
 */
export function createBridge(kind: WindowKind, channel: Channel): Bridge {
  return {
    kind,
    async invoke<K extends RequestName>(name: K, ...args: Args<K>): Promise<Reply<Results[K]>> {
      if (!Object.hasOwn(requestAccess, name) || !requestAccess[name].includes(kind)) {
        return { ok: false, error: { code: 'ipc.refused', params: {} } };
      }
      try {
        return (await channel.invoke(`megadial:${name}`, ...args)) as Reply<Results[K]>;
      } catch {
        // Main never rejects; this is a message that could not be sent at all.
        return { ok: false, error: { code: 'internal', params: {} } };
      }
    },
    on<K extends PushName>(name: K, listener: (payload: Pushes[K]) => void): () => void {
      if (!Object.hasOwn(pushAccess, name) || !pushAccess[name].includes(kind)) return () => {};
      const hear = (_event: unknown, payload: unknown) => listener(payload as Pushes[K]);
      channel.on(`megadial:push:${name}`, hear);
      return () => {
        channel.removeListener(`megadial:push:${name}`, hear);
      };
    },
  };
}
