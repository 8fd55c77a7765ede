// SPDX-License-Identifier: MIT
import { parentPort, workerData } from 'node:worker_threads';
import { toWireError } from '../../src-shared/errors.ts';
import { Backups } from './backups.ts';
import { isCorrupt, toStoreError } from './errors.ts';
import { corruptError, openDatabase, putAside } from './open-database.ts';
import type { Reply, Request, WorkerInput } from './protocol.ts';
import { openTables } from './tables.ts';

/** The store's thread: the only one that touches the database. Requests run one after the other. */
const input = workerData as WorkerInput;
const started = performance.now();
const now = () => input.now + Math.round(performance.now() - started);
const backups = new Backups(input.backupsDir);
const port = parentPort;

function send(reply: Reply): void {
  port?.postMessage(reply);
}

function refuse(id: number, thrown: unknown): void {
  const error = toStoreError(thrown);
  const cause = error.cause ?? error;
  send({
    type: 'reply',
    id,
    ok: false,
    error: toWireError(error),
    detail: cause instanceof Error ? cause.message : '',
  });
}

async function serve(): Promise<void> {
  const { db, isNew } = await openDatabase({ file: input.file, backups, restore: input.restore, now: () => input.now });
  const tables = openTables(db);
  let fatal: unknown = null;
  let copying: Promise<void> = Promise.resolve();

  function call(request: Request): unknown {
    if (fatal !== null) throw fatal;
    const area: object | undefined = Object.hasOwn(tables, request.area)
      ? Reflect.get(tables, request.area)
      : undefined;
    const run: unknown =
      area !== undefined && Object.hasOwn(area, request.name) ? Reflect.get(area, request.name) : undefined;
    if (typeof run !== 'function') throw new TypeError(`no operation ${request.area}.${request.name}`);
    return Reflect.apply(run, area, request.args);
  }

  async function close(id: number): Promise<void> {
    await copying;
    if (db.open) db.close();
    send({ type: 'reply', id, ok: true, value: null });
    port?.close();
  }

  port?.on('message', (request: Request) => {
    if (request.area === 'store') return void close(request.id);
    try {
      send({ type: 'reply', id: request.id, ok: true, value: call(request) });
    } catch (error) {
      if (fatal === null && isCorrupt(error)) {
        db.close();
        putAside(input.file, now());
        fatal = corruptError(input.file, backups);
      }
      refuse(request.id, fatal ?? error);
    }
  });
  send({ type: 'reply', id: 0, ok: true, value: null });

  // After the first answer: neither may keep anyone waiting, and a full disk must not keep the store shut.
  copying = maintain().catch((error: unknown) => {
    send({ type: 'problem', text: 'daily copy failed', detail: error instanceof Error ? error.message : '' });
  });

  async function maintain(): Promise<void> {
    tables.prune(input.now);
    if (!isNew && backups.isDue(input.now)) await backups.make(db, input.now);
  }
}

serve().catch((error: unknown) => {
  refuse(0, error);
  port?.close();
});
