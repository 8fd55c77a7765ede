// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { openSqliteStore } from '../../src-relay/store/sqlite.ts';
import { mountSmallDisk } from '../e2e/support/machine.ts';
import { silentLog } from '../fakes.ts';
import { entry, readAll, texts } from '../lab/relay-store-entries.ts';

const WRITER = fileURLToPath(new URL('./relay-store-writer.ts', import.meta.url));
const ROUNDS = 50;

/** Runs the writer and kills it some time after its first acknowledgement; answers what it has acknowledged. */
async function killedAfter(ms: number, path: string, run: string): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, path, run], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (acknowledged.length === 0) setTimeout(() => child.kill('SIGKILL'), ms);
    acknowledged.push(line);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return acknowledged;
}

/** Ids by audience; each once, and each append in all its three audiences or in none. */
async function wholeAppends(store: RelayStore): Promise<Set<string>> {
  const all = texts(await readAll(store, 't', '*', 5_000));
  const ids = new Set(all);
  expect(ids.size).toBe(all.length);
  const expected = new Map<string, string[]>();
  for (const id of all) {
    const [, writer, n] = id.split('.');
    for (const audience of [`10${writer}`, `20${Number(n) % 50}`]) {
      expected.set(audience, [...(expected.get(audience) ?? []), id]);
    }
  }
  for (const [audience, own] of expected) expect(texts(await readAll(store, 't', audience, 5_000))).toEqual(own);
  return ids;
}

describe('SQLite', () => {
  it('killed in the middle of writes again and again keeps every acknowledged append, whole', {
    timeout: 240_000,
  }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'megadial-relay-crash-'));
    const path = join(dir, 'relay.db');
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      acknowledged.push(...(await killedAfter(Math.random() * 300, path, `r${round}`)));
    }
    const store = await openSqliteStore({ path, log: silentLog });
    const kept = await wholeAppends(store);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(ROUNDS);
    for (const writer of [0, 2, 4, 6]) {
      const last = [...kept].findLast((id) => id.split('.')[1] === `${writer}`);
      expect((await store.kv.get('calls', `t/${writer}`))?.value).toBe(last);
    }
    await store.close();
    console.log(`${acknowledged.length} appends acknowledged, ${kept.size} kept, in ${ROUNDS} rounds`);
    rmSync(dir, { recursive: true });
  });

  it('on a full disk refuses, loses nothing acknowledged, and goes on once there is room', async () => {
    const disk = mountSmallDisk(24);
    const path = join(disk.folder, 'relay.db');
    const others = join(disk.folder, 'other-programs');
    writeFileSync(others, Buffer.alloc(8 * 1024 * 1024, 1));
    const acknowledged: string[] = [];
    let refused = 0;
    const append = async (store: RelayStore, id: string) => {
      try {
        await store.log.append(['*', '101'].map((audience) => entry('t', audience, id.padEnd(2_000, ' '))));
        acknowledged.push(id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'relay.full' });
        refused += 1;
      }
    };
    const check = async (store: RelayStore) => {
      for (const audience of ['*', '101']) {
        const kept = texts(await readAll(store, 't', audience)).map((id) => id.trim());
        expect(kept.toSorted()).toEqual(acknowledged.toSorted());
      }
    };
    try {
      const store = await openSqliteStore({ path, log: silentLog });
      for (let round = 0; refused === 0 && round < 1_000; round += 1) {
        await Promise.all(Array.from({ length: 20 }, (_, n) => append(store, `${round}.${n}`)));
      }
      expect(acknowledged.length).toBeGreaterThan(1_000);
      disk.fill();
      await Promise.all(Array.from({ length: 50 }, (_, n) => append(store, `full.${n}`)));
      await expect(store.kv.put('calls', 't/1', 'x'.repeat(10_000), 0)).rejects.toMatchObject({ code: 'relay.full' });
      await check(store);
      disk.makeRoom();
      rmSync(others);
      await store.log.prune(entry('t', '*', '').receivedAt + 1);
      acknowledged.length = 0;
      await Promise.all(Array.from({ length: 50 }, (_, n) => append(store, `room.${n}`)));
      expect(acknowledged).toHaveLength(50);
      await check(store);
      await store.close();
      const again = await openSqliteStore({ path, log: silentLog });
      await check(again);
      await again.close();
    } finally {
      disk.remove();
    }
  });
});
