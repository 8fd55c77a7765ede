// SPDX-License-Identifier: MIT
import { Worker } from 'node:worker_threads';
import { AppError } from '../../src-shared/errors.ts';
import type { IngressLog } from '../ingress.ts';
import { RelayError } from './api.ts';
import { keepCheckpointing } from './sqlite-checkpoints.ts';
import type { FromWriter, NumberedOp, Op, OpValue, Outcome, ToWriter, WorkerInput } from './sqlite-protocol.ts';

export type WriterClient = {
  /**
   * Sends an operation to the writing thread. `committed` is called once it is durable, in the order of commits and
   * before the promise resolves.
   *
   * @throws RelayError
   */
  ask(op: Op, committed?: (value: OpValue) => void): Promise<OpValue>;
  /** After everything that was asked. */
  close(): Promise<void>;
};

/** Entries and keys that may wait for the disk; beyond that it is too slow, and callers are told at once. */
const MOST_WAITING = 50_000;

type Pending = {
  readonly weight: number;
  readonly committed: ((value: OpValue) => void) | undefined;
  readonly resolve: (value: OpValue) => void;
  readonly reject: (error: RelayError) => void;
};

/**
 * Starts the writing thread and the one that checkpoints.
 *
 * @throws AppError `store.future`, `store.failed`
 */
export async function startWriter(
  file: string,
  workerPath: string | URL,
  log: Pick<IngressLog, 'warn' | 'error'>,
): Promise<WriterClient> {
  const start = (role: WorkerInput['role']) => new Worker(workerPath, { workerData: { file, role } });
  const writer = start('writer');
  const pending = new Map<number, Pending>();
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let outbox: NumberedOp[] = [];
  let lastId = 0;
  let waitingWeight = 0;
  let state: 'open' | 'closing' | 'gone' = 'open';
  let isFailing = false;
  let commits = 0;

  writer.on('message', (message: FromWriter) => {
    if (message.type === 'done') for (const { id, outcome } of message.outcomes) settle(id, outcome);
    else if (message.type === 'ready') opened.resolve();
    else if (message.type === 'closed') {
      state = 'gone';
      closed.resolve();
    } else {
      log.error('store not opened', { code: message.code, detail: message.detail });
      opened.reject(new AppError(message.code, message.params));
    }
  });
  writer.on('error', (error) => giveUp(error.message));
  writer.on('exit', (code) => giveUp(code === 0 && state === 'closing' ? null : `exit code ${code}`));
  try {
    await opened.promise;
  } catch (error) {
    state = 'gone';
    await writer.terminate();
    throw error;
  }
  const send = (message: ToWriter) => writer.postMessage(message);
  const checkpoints = keepCheckpointing({
    worker: start('checkpointer'),
    commits: () => commits,
    finish: () => send({ type: 'checkpoint' }),
    log,
  });

  function settle(id: number, outcome: Outcome): void {
    const waiting = pending.get(id);
    pending.delete(id);
    waitingWeight -= waiting?.weight ?? 0;
    if (outcome.ok) {
      if (isFailing) log.warn('store writes again');
      isFailing = false;
      commits += 1;
      waiting?.committed?.(outcome.value);
      waiting?.resolve(outcome.value);
    } else {
      if (!isFailing) log.error('store does not write', { code: outcome.code, detail: outcome.detail });
      isFailing = true;
      waiting?.reject(new RelayError(outcome.code, { cause: new Error(outcome.detail) }));
    }
  }

  /** `detail` is null for an end that was asked for. */
  function giveUp(detail: string | null): void {
    if (state === 'gone') return;
    if (detail !== null) log.error('store thread stopped', { detail });
    state = 'gone';
    opened.reject(new AppError('store.failed'));
    closed.resolve();
    for (const { reject } of pending.values()) reject(new RelayError('relay.unavailable'));
    pending.clear();
  }

  /** What is asked in one turn of the event loop crosses to the thread in one message. */
  function post(): void {
    if (outbox.length > 0 && state !== 'gone') send({ type: 'ops', ops: outbox });
    outbox = [];
  }

  return {
    ask(op, committed) {
      const weight = 'entries' in op ? op.entries.length : 1;
      if (state !== 'open' || waitingWeight + weight > MOST_WAITING) {
        return Promise.reject(new RelayError('relay.unavailable'));
      }
      return new Promise((resolve, reject) => {
        lastId += 1;
        waitingWeight += weight;
        pending.set(lastId, { weight, committed, resolve, reject });
        if (outbox.length === 0) setImmediate(post);
        outbox.push({ id: lastId, op });
      });
    },
    async close() {
      if (state !== 'open') return;
      state = 'closing';
      await checkpoints.stop();
      post();
      const exited = new Promise((resolve) => writer.once('exit', resolve));
      send({ type: 'close' });
      await closed.promise;
      await exited;
    },
  };
}
