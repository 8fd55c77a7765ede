// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Backups } from './backups.ts';
import { openStore, type StoreOptions } from './client.ts';
import { toStoreError } from './errors.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openDatabase } from './open-database.ts';
import { openTables } from './tables.ts';

const DAY = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 4, 14);
const ignore = () => {};
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let dir: string;
let file: string;
let backupsDir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'megadial-open-'));
  file = join(dir, 'data', 'megadial.db');
  backupsDir = join(dir, 'backups');
});
afterEach(() => rmSync(dir, { recursive: true }));

function open(extra: Partial<StoreOptions> = {}) {
  const workerPath = new URL('./worker.ts', import.meta.url);
  return openStore({ file, backupsDir, workerPath, log: quiet, now: () => NOW, ...extra });
}

async function save(theme: 'dark' | 'light', at = NOW): Promise<void> {
  const store = await open({ now: () => at });
  await store.settings.save({ theme });
  await store.close();
}

async function theme(extra: Partial<StoreOptions> = {}) {
  const store = await open(extra);
  const settings = await store.settings.load();
  await store.close();
  return settings.theme;
}

const damage = () => writeFileSync(file, Buffer.alloc(8192, 'not a database '));

describe('a database from the future', () => {
  it('is refused and left as it is', async () => {
    mkdirSync(join(dir, 'data'));
    const db = new Database(file);
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE tomorrow (x)');
    db.pragma('user_version = 99');
    db.close();
    const before = createHash('sha256').update(readFileSync(file)).digest('hex');
    await expect(open()).rejects.toMatchObject({
      code: 'store.future',
      params: { found: 99, supported: MIGRATIONS.length },
    });
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(before);
    expect(readdirSync(join(dir, 'data'))).toEqual(['megadial.db']);
  });
});

describe('a damaged database', () => {
  it('is set aside and asked about until someone decides; then the newest copy comes back', async () => {
    await save('dark');
    expect(await theme({ now: () => NOW + DAY })).toBe('dark');
    await save('light', NOW + DAY + 1000);
    damage();
    for (const _ of [1, 2]) {
      await expect(open({ now: () => NOW + 2 * DAY })).rejects.toMatchObject({
        code: 'store.corrupt',
        params: { aside: `megadial.db.corrupt-${NOW + 2 * DAY}`, backup: `megadial-${NOW + DAY}.db` },
      });
    }
    expect(readFileSync(join(dir, 'data', `megadial.db.corrupt-${NOW + 2 * DAY}`), 'latin1')).toContain(
      'not a database',
    );
    expect(await theme({ restore: 'backup' })).toBe('dark');
    expect(await theme()).toBe('dark');
  });

  it('can be replaced by an empty one, and a damaged copy is passed over', async () => {
    await save('dark');
    await save('dark', NOW + DAY);
    writeFileSync(join(backupsDir, `megadial-${NOW + 5 * DAY}.db`), 'half');
    damage();
    await expect(open()).rejects.toMatchObject({ params: { backup: `megadial-${NOW + DAY}.db` } });
    expect(await theme({ restore: 'empty' })).toBeUndefined();
    expect(await theme()).toBeUndefined();
  });

  it('without any copy says so, and goes on asking when told to restore one', async () => {
    await save('dark');
    rmSync(backupsDir, { recursive: true, force: true });
    damage();
    await expect(open({ restore: 'backup' })).rejects.toMatchObject({ code: 'store.corrupt', params: { backup: '' } });
    await expect(open()).rejects.toMatchObject({ code: 'store.corrupt' });
  });

  it('a wish to restore does not touch a sound database', async () => {
    await save('dark');
    await save('light', NOW + DAY);
    expect(await theme({ restore: 'backup' })).toBe('light');
  });

  it('found while running is set aside too', async () => {
    const store = await open();
    const rows = Array.from({ length: 400 }, (_, index) => ({
      ...{ hash: `${index}`, receivedAt: NOW, name: 'X', pbxCallId: null, fields: 'x'.repeat(900), event: null },
    }));
    for (const row of rows) await store.raw.add(row);
    await store.close();
    const bytes = readFileSync(file);
    const again = await open();
    // The last pages go bad under the running store; a write from outside makes it read them anew.
    bytes.fill(0xff, Math.floor(bytes.length / 8192) * 4096);
    writeFileSync(file, bytes);
    const other = new Database(file);
    other.exec("INSERT INTO settings VALUES ('theme', '\"dark\"')");
    other.close();
    const outcome = await Promise.allSettled([again.raw.count(), again.contacts.search('', 5), again.settings.load()]);
    const refused = outcome.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.at(-1)?.reason).toMatchObject({ code: 'store.corrupt' });
    await again.close();
    expect(existsSync(file)).toBe(false);
    await expect(open()).rejects.toMatchObject({ code: 'store.corrupt' });
  });
});

describe('copies', () => {
  it('are made daily, not of an empty start, and five are kept', async () => {
    await save('dark');
    expect(new Backups(backupsDir).list()).toEqual([]);
    for (let day = 1; day <= 7; day += 1) await save('dark', NOW + day * DAY);
    await save('dark', NOW + 7 * DAY + 1000);
    const days = [7, 6, 5, 4, 3];
    expect(new Backups(backupsDir).list()).toEqual(days.map((day) => `megadial-${NOW + day * DAY}.db`));
  });

  it('are made before an upgrade, which is one transaction a step', async () => {
    await save('dark');
    const backups = new Backups(backupsDir);
    const options = { file, backups, restore: 'ask', now: () => NOW + 1 } as const;
    const broken = [...MIGRATIONS, 'CREATE TABLE more (x)', 'CREATE TABLE half (x); CREATE TABLE more (x)'];
    await expect(openDatabase({ ...options, migrations: broken })).rejects.toThrow('already exists');
    expect(backups.list()).toEqual([`megadial-${NOW + 1}.db`]);
    const copy = new Database(join(backupsDir, `megadial-${NOW + 1}.db`), { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    copy.close();
    const db = new Database(file);
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
    db.close();
  });
});

describe('an upgrade from the first schema', () => {
  it('keeps the address of the phone server, and calls without a quality', async () => {
    mkdirSync(join(dir, 'data'));
    const db = new Database(file);
    migrate(db, MIGRATIONS.slice(0, 1));
    const put = db.prepare('INSERT INTO settings (name, value) VALUES (?, ?)');
    put.run('sipWssUrl', JSON.stringify('wss://pbx.example:4443'));
    put.run('theme', JSON.stringify('dark'));
    db.prepare(
      `INSERT INTO calls (id, key, direction, number, digits, digits_rev, national, tail, name_folded, started_at,
         missed, data) VALUES (1, 'pbx:in_1', 'in', '', '', '', '', '', '', 1, 0, '{"key":"pbx:in_1","number":""}')`,
    ).run();
    db.close();
    const store = await open();
    expect(await store.settings.load()).toEqual({ sipWssUrls: ['wss://pbx.example:4443'], theme: 'dark' });
    expect(await store.calls.get(1)).toMatchObject({ quality: null });
    await store.close();
  });
});

describe('retention', () => {
  it('drops webhooks after three months and facts after a year and more, and no call', async () => {
    const store = await open();
    const raw = { name: 'X', pbxCallId: null, fields: '{}', event: null };
    await store.raw.add({ ...raw, hash: 'old', receivedAt: NOW - 91 * DAY });
    await store.raw.add({ ...raw, hash: 'new', receivedAt: NOW - 89 * DAY });
    const facts = [500, 300].map((days) => ({ key: `pbx:${days}`, startedAt: NOW - days * DAY, json: '{}' }));
    await store.calls.write([], null, facts);
    await store.close();
    const again = await open();
    expect(await again.raw.count()).toBe(1);
    expect((await again.calls.factsSince(0)).map((fact) => fact.key)).toEqual(['pbx:300']);
    await again.close();
  });
});

describe('a full disk', () => {
  it('leaves nothing half-written, and the next write works once there is room', () => {
    const db = new Database(':memory:');
    migrate(db);
    const tables = openTables(db);
    const raw = { hash: 'a', receivedAt: NOW, name: 'X', pbxCallId: null, fields: 'x'.repeat(100_000), event: null };
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    let thrown: unknown = null;
    try {
      tables.calls.write([], raw, [{ key: 'pbx:1', startedAt: NOW, json: 'x'.repeat(100_000) }]);
    } catch (error) {
      thrown = error;
    }
    expect(toStoreError(thrown).code).toBe('store.disk-full');
    expect([tables.raw.count(), tables.calls.factsOf('pbx:1')]).toEqual([0, []]);
    db.pragma('max_page_count = 100000');
    tables.calls.write([], raw, [{ key: 'pbx:1', startedAt: NOW, json: '{}' }]);
    expect([tables.raw.count(), tables.calls.factsOf('pbx:1').length]).toEqual([1, 1]);
  });
});

describe('the thread', () => {
  it('that cannot start is an error, not a hang', async () => {
    await expect(open({ workerPath: join(dir, 'nothing.js') })).rejects.toMatchObject({ code: 'store.failed' });
  });

  it('that dies refuses what is under way and what follows, and is reported', async () => {
    const workerPath = join(dir, 'dying.mjs');
    writeFileSync(
      workerPath,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', () => { throw new Error('out of luck'); });
       parentPort.postMessage({ type: 'reply', id: 0, ok: true, value: null });`,
    );
    const reported: unknown[] = [];
    const store = await open({ workerPath, log: { ...quiet, error: (...entry) => reported.push(...entry) } });
    const both = await Promise.allSettled([store.raw.count(), store.settings.load()]);
    for (const result of both) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'store.failed' } });
    await expect(store.raw.count()).rejects.toMatchObject({ code: 'store.failed' });
    expect(reported).toEqual(['store thread stopped', { detail: 'out of luck' }]);
    await store.close();
  });
});
