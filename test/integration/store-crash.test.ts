// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src-main/store/client.ts';

const WRITER = fileURLToPath(new URL('./store-writer.ts', import.meta.url));
const ignore = () => {};
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'megadial-crash-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Runs the writer until it has acknowledged `count` writes, then kills it without warning. */
async function killedAfter(count: number, first: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, dir, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last >= first + count) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return last;
}

it('a kill in the middle of writes loses nothing that was acknowledged', async () => {
  let acknowledged = 0;
  for (const count of [1, 7, 40]) acknowledged = await killedAfter(count, acknowledged + 1);
  const store = await openStore({
    file: join(dir, 'megadial.db'),
    backupsDir: join(dir, 'backups'),
    workerPath: new URL('../../src-main/store/worker.ts', import.meta.url),
    log: quiet,
  });
  for (let n = 1; n <= acknowledged; n += 1) {
    const [row, ...others] = await store.calls.ofNumber(`+34600${String(n).padStart(6, '0')}`, 5);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ note: `note ${n}`, call: { key: `pbx:${n}`, legs: [{ extension: '101' }] } });
    expect(await store.calls.factsOf(`pbx:${n}`)).toHaveLength(1);
  }
  expect(await store.raw.count()).toBeGreaterThanOrEqual(acknowledged);
  await store.close();
});
