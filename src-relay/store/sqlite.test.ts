// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../test/fakes.ts';
import { relayStoreContract } from '../../test/lab/relay-store-contract.ts';
import { entry, readAll, texts } from '../../test/lab/relay-store-entries.ts';
import { openSqliteStore, type SqliteStoreOptions } from './sqlite.ts';
import type { Op } from './sqlite-protocol.ts';
import { SCHEMA } from './sqlite-schema.ts';
import { openWriter } from './sqlite-writer.ts';

function temporary() {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-relay-store-'));
  return { path: join(dir, 'data', 'relay.db'), dir, remove: () => rmSync(dir, { recursive: true }) };
}

describe('SQLite', () => {
  relayStoreContract(async () => {
    const { path, remove } = temporary();
    return {
      open: (now) => openSqliteStore({ path, log: silentLog, ...(now && { now }) }),
      remove: async () => remove(),
    };
  });
});

describe('a store in a file', () => {
  let place: ReturnType<typeof temporary>;
  beforeEach(() => {
    place = temporary();
  });
  afterEach(() => place.remove());

  const open = (extra: Partial<SqliteStoreOptions> = {}) =>
    openSqliteStore({ path: place.path, log: silentLog, ...extra });

  it('is for its owner only, and for one process at a time', async () => {
    const store = await open();
    expect(statSync(place.path).mode & 0o777).toBe(0o600);
    await expect(open()).rejects.toMatchObject({ code: 'store.failed' });
    await store.log.append([entry('t', '*', 'still works')]);
    await store.close();
    const again = await open();
    expect(texts(await again.log.read('t', '*', 0, 10))).toEqual(['still works']);
    await again.close();
  });

  it('of a newer version is refused and left as it is', async () => {
    await (await open()).close();
    const db = new Database(place.path);
    db.pragma('user_version = 99');
    db.close();
    await expect(open()).rejects.toMatchObject({
      code: 'store.future',
      params: { found: 99, supported: SCHEMA.length },
    });
    const after = new Database(place.path, { readonly: true });
    expect(after.pragma('user_version', { simple: true })).toBe(99);
    after.close();
  });

  it('drops what is older than the retention, and nothing else, and never gives a sequence twice', async () => {
    const store = await open();
    const at = (receivedAt: number, audience: string) => ({ ...entry('t', audience, `${receivedAt}`), receivedAt });
    for (let n = 1; n <= 350; n += 1) await store.log.append([at(n, '*'), at(n, '101')]);
    await store.log.append([{ ...entry('u', '*', 'old'), receivedAt: 5 }, at(10, '102')]);
    const newest = (await store.log.bounds('t')).newest;
    await store.log.prune(301);
    for (const audience of ['*', '101']) {
      expect(texts(await readAll(store, 't', audience))).toEqual(Array.from({ length: 50 }, (_, n) => `${301 + n}`));
    }
    expect(await store.log.read('t', '102', 0, 10)).toEqual([]);
    expect(await store.log.bounds('u')).toEqual({ oldest: 0, newest: 0 });
    const [oldest] = await store.log.read('t', '*', 0, 1);
    expect(await store.log.bounds('t')).toEqual({ oldest: oldest?.seq, newest });
    await store.log.prune(1_000);
    expect(await store.log.bounds('t')).toEqual({ oldest: 0, newest: 0 });
    await store.close();
    const again = await open();
    await again.log.append([at(7, '101')]);
    expect((await again.log.read('t', '101', 0, 1))[0]?.seq).toBeGreaterThan(newest);
    await again.close();
  });

  it('that is closed keeps first what it was asked to keep', async () => {
    const reported: unknown[] = [];
    const log = {
      warn: (...line: unknown[]) => reported.push(line),
      error: (...line: unknown[]) => reported.push(line),
    };
    for (let round = 0; round < 10; round += 1) {
      const store = await open({ log });
      const appends = Array.from({ length: 40 }, (_, n) => store.log.append([entry('t', '*', `${round}.${n}`)]));
      if (round % 2 === 1) await appends[0];
      await store.close();
      await Promise.all(appends);
    }
    const again = await open({ log });
    expect(texts(await readAll(again, 't', '*'))).toHaveLength(400);
    await again.close();
    expect(reported).toEqual([]);
  });

  it('whose thread cannot start is an error, not a hang', async () => {
    await expect(open({ workerPath: join(place.dir, 'nothing.js') })).rejects.toMatchObject({ code: 'store.failed' });
  });

  it('whose thread dies refuses what is under way and what follows, and says so', async () => {
    const workerPath = join(place.dir, 'dying.mjs');
    writeFileSync(
      workerPath,
      `import { parentPort, workerData } from 'node:worker_threads';
       if (workerData.role === 'writer') {
         parentPort.on('message', () => { throw new Error('out of luck'); });
         parentPort.postMessage({ type: 'ready' });
       } else parentPort.on('message', () => {});`,
    );
    await (await open()).close();
    const reported: unknown[] = [];
    const log = { ...silentLog, error: (...line: unknown[]) => void reported.push(...line) };
    const store = await open({ workerPath, log });
    const refused = { code: 'relay.unavailable' };
    await expect(store.log.append([entry('t', '*', 'a')])).rejects.toMatchObject(refused);
    await expect(store.kv.put('calls', 'k', 'v', null)).rejects.toMatchObject(refused);
    expect(reported).toEqual(['store thread stopped', { detail: 'out of luck' }]);
    await store.close();
  });

  it('refuses at once when the disk is far too slow, and takes again later', async () => {
    const store = await open();
    const big = Array.from({ length: 30_000 }, (_, n) => entry('t', '*', `${n}`));
    const first = store.log.append(big);
    await expect(store.log.append(big.slice(0, 20_001))).rejects.toMatchObject({ code: 'relay.unavailable' });
    await first;
    await store.log.append([entry('t', '*', 'later')]);
    expect(texts(await readAll(store, 't', '*', 10_000))).toHaveLength(30_001);
    await store.close();
  });
});

describe('a group of operations', () => {
  const append = (text: string, pad = ''): Op => {
    return { kind: 'append', entries: ['*', '101'].map((audience) => entry('t', audience, text + pad)) };
  };
  const put = (value: string, revision: number | null): Op => {
    return { kind: 'put', bucket: 'leases', key: 'k', value, revision, now: 0, expiresAt: null };
  };

  function memory() {
    const db = new Database(':memory:');
    for (const step of SCHEMA) db.exec(step);
    return db;
  }
  const count = (db: Database.Database, table: string) =>
    Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

  it('sees within itself what came before', () => {
    const write = openWriter(memory());
    const outcomes = write([put('a', 0), put('b', 0), put('c', 1), append('x'), append('x')]);
    expect(outcomes.map((outcome) => outcome.ok && outcome.value)).toEqual([1, 0, 2, [3, 4], [0, 0]]);
  });

  it('on a full disk loses only what does not fit, whole, and says which', () => {
    const db = memory();
    const write = openWriter(db);
    write([append('first')]);
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 4}`);
    const outcomes = write([append('a'), append('huge', 'x'.repeat(100_000)), put('v', 0), append('b')]);
    expect(outcomes.map((outcome) => outcome.ok || outcome.code)).toEqual([true, 'relay.full', true, true]);
    expect([count(db, 'events'), count(db, 'deliveries')]).toEqual([3, 6]);
    const given = outcomes.flatMap((outcome) => (outcome.ok && Array.isArray(outcome.value) ? outcome.value : []));
    const stored = db.prepare('SELECT seq FROM deliveries WHERE seq > 2 ORDER BY seq').pluck().all();
    expect(given.toSorted((a, b) => a - b)).toEqual(stored);
    db.pragma('max_page_count = 100000');
    expect(write([append('huge', 'x'.repeat(100_000))])).toMatchObject([{ ok: true }]);
    expect(count(db, 'events')).toBe(4);
  });

  it('that fails for one reason or another leaves no tenant behind that is remembered wrongly', () => {
    const db = memory();
    const write = openWriter(db);
    const bad: Op = { kind: 'append', entries: [{ ...entry('new', '*', 'x'), receivedAt: 'soon' as never }] };
    const good: Op = { kind: 'append', entries: [entry('new', '*', 'y')] };
    expect(write([bad]).map((outcome) => outcome.ok || outcome.code)).toEqual(['relay.unavailable']);
    expect(write([bad, good, bad]).map((outcome) => outcome.ok)).toEqual([false, true, false]);
    expect(
      db
        .prepare(
          'SELECT t.name FROM deliveries d JOIN audiences a ON a.id = d.audience JOIN tenants t ON t.id = a.tenant',
        )
        .pluck()
        .all(),
    ).toEqual(['new']);
  });

  it('drops expired keys a few at a time', () => {
    const db = memory();
    const write = openWriter(db);
    const expiring = Array.from({ length: 5 }, (_, n): Op => {
      return { kind: 'put', bucket: 'presence', key: `${n}`, value: '', revision: null, now: 0, expiresAt: 10 + n };
    });
    write([...expiring, put('stays', null)]);
    const sweep = (now: number): Op => ({ kind: 'sweep', now, limit: 2 });
    const dropped = [13, 13, 13, 100, 100].flatMap((now) => write([sweep(now)]));
    expect(dropped).toEqual([2, 2, 0, 1, 0].map((value) => ({ ok: true, value })));
    expect(db.prepare('SELECT value FROM kv').pluck().all()).toEqual(['stays']);
  });
});
