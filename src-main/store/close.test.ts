// SPDX-License-Identifier: MIT
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../../test/fakes.ts';
import { openStore } from './client.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'megadial-close-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});
const open = (workerPath: string | URL, warn = vi.fn(), patience = 20_000) =>
  openStore({
    ...{ file: join(dir, 'megadial.db'), backupsDir: join(dir, 'backups'), workerPath, patience },
    log: { ...silentLog, warn },
  });
const real = new URL('./worker.ts', import.meta.url);

test('closed, the thread has written all it was given and ends by itself', async () => {
  const terminate = vi.spyOn(Worker.prototype, 'terminate');
  const store = await open(real);
  const written = Promise.all([1, 2, 3].map((value) => store.cursors.save({ [`c${value}`]: value })));
  await store.close();
  await written;
  expect(terminate).not.toHaveBeenCalled();
  expect(existsSync(join(dir, 'megadial.db-wal'))).toBe(false);
  const again = await open(real);
  expect(await again.cursors.get('c3')).toBe(3);
  await again.close();
});

test('a database that cannot be opened leaves no thread behind, and none is cut off', async () => {
  const terminate = vi.spyOn(Worker.prototype, 'terminate');
  writeFileSync(join(dir, 'megadial.db'), 'x'.repeat(5000));
  await expect(open(real)).rejects.toMatchObject({ code: 'store.corrupt' });
  expect(terminate).not.toHaveBeenCalled();
});

test.each([
  ['that does not answer', '', 'store.failed'],
  ['that answers and stays', 'parentPort.postMessage({ type: "reply", id: 1, ok: true, value: null });', null],
])('a thread %s is cut off after its time', async (_what, onClose, code) => {
  const workerPath = join(dir, 'worker.mjs');
  writeFileSync(
    workerPath,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', () => { ${onClose} });
     parentPort.postMessage({ type: 'reply', id: 0, ok: true, value: null });`,
  );
  const warn = vi.fn();
  const store = await open(workerPath, warn, 100);
  const closed = store.close().then(
    () => null,
    (error: { code: string }) => error.code,
  );
  expect(await closed).toBe(code);
  expect(warn.mock.calls).toEqual([['store thread cut off']]);
});
