// SPDX-License-Identifier: MIT
import { AppError, toWireError, type WireError } from '../src-shared/errors.ts';
import type { Args, Bridge, Pushes, PushName, RequestName, Results } from '../src-shared/ipc/map.ts';

declare global {
  interface Window {
    /** Put there by the preload. */
    readonly megadial: Bridge;
  }
}

/** Asks main. Resolves with the plain value; rejects with AppError. */
export async function request<K extends RequestName>(name: K, ...args: Args<K>): Promise<Results[K]> {
  const reply = await window.megadial.invoke(name, ...args);
  if (!reply.ok) throw new AppError(reply.error.code, reply.error.params);
  return reply.value;
}

/** Listens to what main sends unasked. Returns the unsubscribe function. */
export function listen<K extends PushName>(name: K, listener: (payload: Pushes[K]) => void): () => void {
  return window.megadial.on(name, listener);
}

/** What went wrong, fit to be shown. */
export function asError(thrown: unknown): WireError {
  return toWireError(thrown);
}
