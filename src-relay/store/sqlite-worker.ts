// SPDX-License-Identifier: MIT
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { AppError } from '../../src-shared/errors.ts';
import type {
  FromCheckpointer,
  FromWriter,
  NumberedOp,
  ToCheckpointer,
  ToWriter,
  WorkerInput,
} from './sqlite-protocol.ts';
import { lockFile, openForWriting } from './sqlite-schema.ts';
import { openWriter } from './sqlite-writer.ts';

/** Operations in one transaction: enough to share a sync, few enough that the first does not wait long for the last. */
const GROUP = 500;
/**
 * Commits under load are this far apart: each rewrites the pages it touches, and a group of ten costs hardly more than
 * one of one. A commit that comes alone waits for nothing.
 */
const APART_MS = 2;
const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Everything that arrived while the last group was being synced makes the next. */
function serveWriter(port: MessagePort, file: string): void {
  const send = (message: FromWriter) => port.postMessage(message);
  const unlock = lockFile(file);
  const db = openForWriting(file);
  const write = openWriter(db);
  let waiting: NumberedOp[] = [];

  function take(message: ToWriter): void {
    if (message.type === 'ops') waiting = waiting.concat(message.ops);
    else if (message.type === 'checkpoint') checkpoint(db);
    else close();
  }

  function close(): void {
    while (waiting.length > 0) writeGroup();
    db.close();
    unlock();
    send({ type: 'closed' });
    port.close();
  }

  function writeGroup(): void {
    const group = waiting.slice(0, GROUP);
    waiting = waiting.slice(GROUP);
    const outcomes = write(group.map(({ op }) => op));
    send({
      type: 'done',
      outcomes: group.map(({ id }, index) => {
        const outcome = outcomes[index] ?? { ok: false, code: 'relay.unavailable', detail: 'no outcome' };
        return { id, outcome };
      }),
    });
  }

  function takeAll(): void {
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port)) {
      take(more.message);
    }
  }

  let lastCommit = 0;
  port.on('message', (message: ToWriter) => {
    take(message);
    while (waiting.length > 0) {
      const early = APART_MS - (performance.now() - lastCommit);
      if (early > 0 && waiting.length < GROUP) {
        Atomics.wait(nobody, 0, 0, early);
        takeAll();
      }
      if (waiting.length > 0) writeGroup();
      lastCommit = performance.now();
      takeAll();
    }
  });
  send({ type: 'ready' });
}

/** Moves the write-ahead log into the file while the writer goes on writing: nobody waits for these syncs. */
function serveCheckpointer(port: MessagePort, file: string): void {
  const db = new Database(file);
  port.on('message', (message: ToCheckpointer) => {
    if (message === 'pass') return port.postMessage(checkpoint(db));
    db.close();
    port.close();
  });
}

/** A full disk keeps the log from being moved: it stays where it is, and is tried again. */
function checkpoint(db: Database.Database): FromCheckpointer {
  const started = performance.now();
  try {
    const [result] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number }[];
    return { frames: result?.log ?? 0, ms: performance.now() - started, detail: '' };
  } catch (error) {
    return { frames: 0, ms: performance.now() - started, detail: error instanceof Error ? error.message : '' };
  }
}

const { file, role } = workerData as WorkerInput;
if (parentPort !== null) {
  try {
    if (role === 'writer') serveWriter(parentPort, file);
    else serveCheckpointer(parentPort, file);
  } catch (error) {
    const { code, params } = error instanceof AppError ? error : new AppError('store.failed');
    const detail = error instanceof Error ? error.message : '';
    parentPort.postMessage({ type: 'refused', code, params, detail } satisfies FromWriter);
    parentPort.close();
  }
}
