// SPDX-License-Identifier: MIT
import { Worker } from 'node:worker_threads';
import { AppError } from '../../src-shared/errors.ts';
import type { FromThread, Job, ToThread } from './protocol.ts';

/** A file that wants more memory than this is refused; the program goes on. */
const MOST_MEGABYTES = 256;

/**
 * Runs one job in a thread of its own; resolves when it is done.
 *
 * @param hear answers what the thread waits for, null where it does not wait
 * @throws AppError what the job failed with, `file.cancelled` after `signal`, `internal` when the thread died
 */
export function runThread(
  workerPath: string | URL,
  job: Job,
  hear: (message: FromThread) => Promise<ToThread | null> | ToThread | null,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerPath, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    });
    const end = (settle: () => void): void => {
      signal?.removeEventListener('abort', cancel);
      worker.removeAllListeners();
      // What still comes of a thread that is ended is of no interest.
      worker.on('error', () => undefined);
      void worker.terminate().finally(settle);
    };
    const fail = (error: unknown): void => end(() => reject(error));
    const cancel = (): void => fail(new AppError('file.cancelled'));

    const take = async (message: FromThread): Promise<void> => {
      if (message.type === 'done') return end(resolve);
      if (message.type === 'failed') {
        const { code, params } = message.error;
        return fail(new AppError(code, params, { cause: new Error(message.detail) }));
      }
      const answer = await hear(message);
      if (answer !== null) worker.postMessage(answer);
    };
    worker.on('message', (message: FromThread) => void take(message).catch(fail));
    worker.on('error', (error) => fail(new AppError('internal', {}, { cause: error })));
    worker.on('exit', () => fail(new AppError('internal', {}, { cause: new Error('the thread ended') })));
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
  });
}
