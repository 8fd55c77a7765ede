// SPDX-License-Identifier: MIT
import { Worker } from 'node:worker_threads';
import { AppError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from './api.ts';
import { OPERATIONS } from './operations.ts';
import type { Reply, Request, WorkerInput } from './protocol.ts';

export type StoreOptions = {
  /** The database file; its folder is made when missing. */
  readonly file: string;
  /** Entry of the worker thread: `store-worker.js` of the bundle, or `worker.ts` beside this file in tests. */
  readonly workerPath: string | URL;
  readonly backupsDir: string;
  readonly log: Log;
  /** What a person chose after `store.corrupt`: the newest good copy, or a new start. */
  readonly restore?: 'backup' | 'empty';
  /** UTC milliseconds. */
  readonly now?: () => number;
  /** How long the thread has to end, ms. */
  readonly patience?: number;
};

/** Less than quitting waits for anybody: whoever closes the store hears how it ended. */
const PATIENCE = 4_000;

type Pending = { readonly resolve: (value: never) => void; readonly reject: (error: AppError) => void };

/**
 * Opens the store in its own thread. Rejects with `store.future`, `store.corrupt`, `store.disk-full` or `store.failed`;
 * so does every operation later. When the thread dies, all that is under way is refused and so is all that follows.
 */
export async function openStore(options: StoreOptions): Promise<StoreApi> {
  const { log, file, backupsDir, restore = 'ask', now = Date.now, patience = PATIENCE } = options;
  const input: WorkerInput = { file, backupsDir, restore, now: now() };
  const worker = new Worker(options.workerPath, { workerData: input });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let isGone = false;

  function wait(id: number): Promise<never> {
    return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
  }

  function giveUp(detail: string): void {
    const isExpected = isGone;
    isGone = true;
    if (!isExpected) log.error('store thread stopped', { detail });
    for (const { reject } of pending.values()) reject(new AppError('store.failed'));
    pending.clear();
  }

  worker.on('message', (reply: Reply) => {
    if (reply.type === 'problem') {
      log.warn(reply.text, { detail: reply.detail });
      return;
    }
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.ok) {
      waiting?.resolve(reply.value as never);
    } else {
      log.warn('store refused', { code: reply.error.code, detail: reply.detail });
      waiting?.reject(new AppError(reply.error.code, reply.error.params));
    }
  });
  worker.on('error', (error) => giveUp(error.message));
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      giveUp(`exit code ${code}`);
      resolve();
    });
  });

  /** The thread closes its database and ends by itself; only one that hangs is cut off, in whatever it is at. */
  async function ended(last: Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => {
      log.warn('store thread cut off');
      void worker.terminate();
    }, patience);
    try {
      await last;
    } finally {
      await exited;
      clearTimeout(timer);
    }
  }

  const opened = wait(0);
  try {
    await opened;
  } catch (error) {
    isGone = true;
    await ended(Promise.resolve());
    throw error;
  }

  function ask(area: string, name: string, args: readonly unknown[]): Promise<never> {
    if (isGone) return Promise.reject(new AppError('store.failed'));
    lastId += 1;
    const answer = wait(lastId);
    worker.postMessage({ id: lastId, area, name, args } satisfies Request);
    return answer;
  }

  async function close(): Promise<void> {
    if (isGone) return;
    const closed = ask('store', 'close', []);
    isGone = true;
    await ended(closed);
  }

  const areas = Object.entries(OPERATIONS).map(([area, names]) => {
    const methods = Object.keys(names).map((name) => [name, (...args: readonly unknown[]) => ask(area, name, args)]);
    return [area, Object.fromEntries(methods)];
  });
  return { ...(Object.fromEntries(areas) as Omit<StoreApi, 'close'>), close };
}
