// SPDX-License-Identifier: MIT
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { IngressLog } from '../ingress.ts';
import type { FromCheckpointer, ToCheckpointer } from './sqlite-protocol.ts';

const EVERY_MS = 250;
/** A write-ahead log above this many pages (of 4 kB) is started anew at the next good moment, */
const MANY_FRAMES = 8_000;
/** and above this many whatever it costs. */
const MOST_FRAMES = 64_000;
/** A checkpoint as short as this leaves so little that the writer may do the rest and nobody notices. */
const SHORT_MS = 6;
const MOST_PASSES = 4;

type Options = {
  readonly worker: Worker;
  /** Grows with every commit. */
  readonly commits: () => number;
  /** Asks the writer for a last checkpoint: only it can start the log anew while others write. */
  readonly finish: () => void;
  readonly log: Pick<IngressLog, 'warn'>;
};

/**
 * Moves the write-ahead log into the database a little at a time, beside the writer: a checkpoint syncs the whole file
 * and would hold up appends for tens of milliseconds.
 */
export function keepCheckpointing({ worker, commits, finish, log }: Options): { stop(): Promise<void> } {
  let moved = 0;
  let isFailing = false;
  let running: Promise<void> | null = null;
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const send = (message: ToCheckpointer): void => worker.postMessage(message);
  worker.on('error', (error) => log.warn('checkpoint thread stopped', { detail: error.message }));

  async function pass(): Promise<FromCheckpointer> {
    send('pass');
    const [done] = (await once(worker, 'message')) as [FromCheckpointer];
    const fails = done.detail !== '';
    if (fails && !isFailing) log.warn('checkpoint failed', { detail: done.detail });
    isFailing = fails;
    return done;
  }

  async function run(): Promise<void> {
    moved = commits();
    let done = await pass();
    if (done.frames < MANY_FRAMES) return;
    for (let passes = 1; passes < MOST_PASSES && done.ms > SHORT_MS; passes += 1) done = await pass();
    if (done.ms <= SHORT_MS || done.frames > MOST_FRAMES) finish();
  }

  const timer = setInterval(() => {
    if (running !== null || moved === commits()) return;
    running = run()
      .catch((error: unknown) => log.warn('checkpoint failed', { detail: String(error) }))
      .finally(() => {
        running = null;
      });
  }, EVERY_MS);
  timer.unref();

  return {
    async stop() {
      clearInterval(timer);
      await running;
      // Not terminated: a thread that is cut off while it loads SQLite takes the process with it.
      send('close');
      await exited;
    },
  };
}
