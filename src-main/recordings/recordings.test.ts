// SPDX-License-Identifier: MIT
import * as fs from 'node:fs/promises';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import type { RecordRef } from '../../src-shared/megacall/api-types.ts';
import type { StoreApi, StoredRecording } from '../store/api.ts';
import { audioType } from './download.ts';
import { type Announcement, createRecordings, TRY_AT } from './recordings.ts';

// One real file call is made to fail on demand: a disk cannot be filled in a unit test.
const disk = vi.hoisted(() => ({ full: false }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  const open = async (...args: Parameters<typeof real.open>) => {
    const handle = await real.open(...args);
    if (disk.full) {
      await handle.writeFile('half');
      handle.writeFile = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    }
    return handle;
  };
  return { ...real, open };
});

const MP3 = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(5000, 7)]);
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let server: Server;
let base: string;
let answer: RequestListener;
let requests: { url: string; authorization: string | undefined }[];
let cacheDir: string;

beforeEach(async () => {
  requests = [];
  disk.full = false;
  answer = (_request, response) => response.setHeader('Content-Type', 'audio/mpeg').end(MP3);
  server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cacheDir = await fs.mkdtemp(join(tmpdir(), 'megadial-recordings-'));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await fs.rm(cacheDir, { recursive: true });
});

/** A store in memory, a clock that moves when told, and a PBX that answers as told. */
function bench(links: (record: RecordRef) => readonly string[] | AppError = () => [`${base}/a.mp3`]) {
  const rows = new Map<number, StoredRecording>();
  const store: StoreApi['recordings'] = {
    upsert: async (row) => void rows.set(row.callRowId, row),
    ofCall: async (id) => rows.get(id) ?? null,
    waiting: async () => [...rows.values()].filter(({ state }) => state === 'waiting'),
  };
  const asked: { at: number; record: RecordRef }[] = [];
  const client = {
    recordLinks: vi.fn(async (record: RecordRef) => {
      asked.push({ at: time, record });
      const result = links(record);
      if (result instanceof AppError) throw result;
      return result;
    }),
  };
  let time = 0;
  let timers: { at: number; run: () => void }[] = [];
  const changed: number[] = [];
  const told = new Map<number, Announcement>();
  const make = (fetch_: typeof fetch = fetch) =>
    createRecordings({
      store,
      client,
      fetch: fetch_,
      cacheDir,
      now: () => time,
      schedule: (run, ms) => {
        const timer = { at: time + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      announcementOf: async (id) => told.get(id) ?? null,
      onChange: (id) => changed.push(id),
      log,
    });
  const settled = async (id: number, attempt: number) => {
    await vi.waitFor(() => {
      const row = rows.get(id);
      expect(row && (row.state !== 'waiting' || row.attempt > attempt)).toBe(true);
    });
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** Moves to the next planned moment and waits for the try. */
  const next = async (id = 1) => {
    await vi.waitFor(() => expect(timers.length).toBeGreaterThan(0));
    const timer = timers.toSorted((a, b) => a.at - b.at)[0];
    if (!timer) return;
    timers = timers.filter((other) => other !== timer);
    time = Math.max(time, timer.at);
    const attempt = rows.get(id)?.attempt ?? 0;
    timer.run();
    await settled(id, attempt);
  };
  return { rows, told, store, asked, client, changed, make, next, timers: () => timers, time: () => time };
}

const NOT_FOUND = new AppError('api.rejected', { message: 'File not found' });
const ANNOUNCED = { pbxCallId: 'in_1', recordIds: ['1781129241.26640977'] };

describe('recordings', () => {
  it('asks at 0, 5, 15, 40, 90 and 180 s, then gives up, and tries again when asked', async () => {
    const test = bench(() => (test.asked.length < 8 ? NOT_FOUND : [`${base}/a.mp3`]));
    const recordings = test.make();
    await recordings.announced(1, ANNOUNCED);
    for (const _ of TRY_AT) await test.next();
    expect(test.asked.map(({ at }) => at)).toEqual([...TRY_AT]);
    expect(test.rows.get(1)).toMatchObject({ state: 'failed', attempt: 6, errorCode: 'recording.not-ready' });
    expect(test.timers()).toEqual([]);
    await recordings.request(1);
    expect(test.rows.get(1)).toMatchObject({ state: 'waiting', attempt: 0, errorCode: null });
    await test.next();
    await test.next();
    expect(test.rows.get(1)).toMatchObject({ state: 'ready', file: '1.mp3', bytes: MP3.length, mime: 'audio/mpeg' });
    expect(test.changed.length).toBeGreaterThan(0);
  });

  it('stores the file once, whole, and sends no credentials', async () => {
    const test = bench();
    const recordings = test.make();
    await Promise.all([recordings.announced(1, ANNOUNCED), recordings.announced(1, ANNOUNCED)]);
    await test.next();
    await recordings.announced(1, ANNOUNCED);
    await recordings.request(1);
    expect(test.timers()).toEqual([]);
    const found = await recordings.file(1);
    expect(found).toEqual({ path: join(cacheDir, '1.mp3'), mime: 'audio/mpeg' });
    expect(await fs.readFile(found?.path ?? '')).toEqual(MP3);
    expect(await fs.readdir(cacheDir)).toEqual(['1.mp3']);
    expect(requests).toEqual([{ url: '/a.mp3', authorization: undefined }]);
    expect(test.asked).toEqual([{ at: 0, record: { callId: '1781129241.26640977' } }]);
  });

  it('asks by the call when no recording id is known, and starts over when one arrives', async () => {
    const test = bench((record) => ('callId' in record ? [`${base}/a.mp3`, `${base}/b.mp3`] : NOT_FOUND));
    const recordings = test.make();
    await recordings.announced(1, { pbxCallId: 'in_1', recordIds: [] });
    await test.next();
    expect(test.rows.get(1)).toMatchObject({ state: 'waiting', attempt: 1, nextAt: 5_000 });
    await recordings.announced(1, ANNOUNCED);
    expect(test.timers().map(({ at }) => at)).toEqual([0]);
    await test.next();
    expect(test.asked.map(({ record }) => record)).toEqual([
      { pbxCallId: 'in_1' },
      { pbxCallId: 'in_1' },
      { callId: ANNOUNCED.recordIds[0] },
    ]);
    expect(requests.map(({ url }) => url)).toEqual(['/a.mp3']);
    expect(test.rows.get(1)?.state).toBe('ready');
  });

  it('goes on after a restart, and removes what was left half-written', async () => {
    const test = bench(() => (test.asked.length < 2 ? NOT_FOUND : [`${base}/a.mp3`]));
    const before = test.make();
    await before.announced(1, ANNOUNCED);
    await test.next();
    await before.stop();
    expect(test.timers()).toEqual([]);
    await fs.writeFile(join(cacheDir, '1.part'), 'half');
    const after = test.make();
    await after.resume();
    expect(await fs.readdir(cacheDir)).toEqual([]);
    expect(test.timers().map(({ at }) => at)).toEqual([5_000]);
    await test.next();
    expect(await after.file(1)).not.toBeNull();
  });

  it('leaves it waiting when the app closes in the middle of a download', async () => {
    answer = (_request, response) => response.setHeader('Content-Type', 'audio/mpeg').write(MP3);
    const test = bench();
    const recordings = test.make();
    await recordings.announced(1, ANNOUNCED);
    test.timers()[0]?.run();
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    await recordings.request(1);
    await recordings.stop();
    expect(test.rows.get(1)).toMatchObject({ state: 'waiting', attempt: 0 });
    expect(await fs.readdir(cacheDir)).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('names a full disk, leaves nothing half-written and works when there is room again', async () => {
    const test = bench();
    const recordings = test.make();
    disk.full = true;
    await recordings.announced(1, ANNOUNCED);
    await test.next();
    expect(test.rows.get(1)).toMatchObject({ state: 'failed', errorCode: 'store.disk-full' });
    expect(await fs.readdir(cacheDir)).toEqual([]);
    expect(await recordings.file(1)).toBeNull();
    disk.full = false;
    await recordings.request(1);
    await test.next();
    expect(test.rows.get(1)?.state).toBe('ready');
  });

  it.each<[string, string, RequestListener]>([
    ['a page', 'recording.failed', (_q, r) => r.setHeader('Content-Type', 'text/html').end('<html>'.repeat(9))],
    [
      'a page called audio',
      'recording.failed',
      (_q, r) => r.setHeader('Content-Type', 'audio/mpeg').end('<html></html>'),
    ],
    ['nothing', 'recording.failed', (_q, r) => r.setHeader('Content-Type', 'audio/mpeg').end()],
    ['a server error', 'recording.failed', (_q, r) => r.writeHead(500).end(MP3)],
    ['a deleted file', 'recording.gone', (_q, r) => r.writeHead(404).end()],
    ['a size over the limit', 'recording.failed', (_q, r) => r.setHeader('Content-Length', 2 ** 31).flushHeaders()],
    [
      'a file cut short',
      'recording.failed',
      (_q, r) => {
        r.setHeader('Content-Length', MP3.length + 1).write(MP3, () => r.destroy());
      },
    ],
  ])('takes %s for no recording', async (_what, code, listener) => {
    answer = listener;
    const test = bench();
    const recordings = test.make();
    await recordings.announced(1, ANNOUNCED);
    await test.next();
    expect(test.rows.get(1)).toMatchObject({ state: 'waiting', attempt: 1, errorCode: code });
    expect(await fs.readdir(cacheDir)).toEqual([]);
  });

  it('lets no redirect leave https', async () => {
    const elsewhere = async () => {
      const response = new Response(MP3, { headers: { 'Content-Type': 'audio/mpeg' } });
      return Object.defineProperty(response, 'url', { value: `${base}/a.mp3` });
    };
    const test = bench(() => ['https://recordings.example.com/a.mp3']);
    await test.make(elsewhere).announced(1, ANNOUNCED);
    await test.next();
    expect(test.rows.get(1)?.errorCode).toBe('recording.failed');
    expect(await fs.readdir(cacheDir)).toEqual([]);
  });

  it('keeps the API error as the reason, and refuses a recording nobody announced', async () => {
    const test = bench(() => new AppError('api.network'));
    const recordings = test.make();
    await recordings.announced(1, ANNOUNCED);
    for (const _ of TRY_AT) await test.next();
    expect(test.rows.get(1)).toMatchObject({ state: 'failed', errorCode: 'api.network' });
    await expect(recordings.request(2)).rejects.toMatchObject({ code: 'recording.gone' });
  });

  it('fetches the recording of an old call, which nobody announced, when somebody asks for it', async () => {
    const test = bench();
    const recordings = test.make();
    test.told.set(7, ANNOUNCED);
    await recordings.request(7);
    expect(test.rows.get(7)).toMatchObject({ state: 'waiting', recordIds: ANNOUNCED.recordIds });
    await test.next(7);
    expect(test.rows.get(7)).toMatchObject({ state: 'ready', file: '7.mp3' });
  });

  it('does not fail an event over its recording', async () => {
    const test = bench();
    const recordings = test.make();
    test.store.upsert = () => Promise.reject(new AppError('store.failed'));
    await recordings.announced(1, ANNOUNCED);
    expect(log.error).toHaveBeenCalledWith('recording not noted', expect.objectContaining({ row: 1 }));
    await expect(recordings.request(1)).rejects.toMatchObject({ code: 'recording.gone' });
  });

  it('fetches again what was removed from the cache, and serves no path from the store', async () => {
    const test = bench();
    const recordings = test.make();
    await recordings.announced(1, ANNOUNCED);
    await test.next();
    await fs.rm(join(cacheDir, '1.mp3'));
    expect(await recordings.file(1)).toBeNull();
    await recordings.request(1);
    await test.next();
    expect(await recordings.file(1)).not.toBeNull();
    const row = test.rows.get(1);
    if (row) test.rows.set(1, { ...row, file: '../../etc/passwd' });
    expect(await recordings.file(1)).toBeNull();
  });
});

describe('audio by its first bytes', () => {
  it('knows MP3 and WAV and nothing else', () => {
    const padded = (...bytes: number[]) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(12)]);
    expect(audioType(padded(0xff, 0xfb, 0x90))).toBe('audio/mpeg');
    expect(audioType(padded(0xff, 0xf3, 0x90))).toBe('audio/mpeg');
    expect(audioType(Buffer.from('RIFF\x24\0\0\0WAVEfmt '))).toBe('audio/wav');
    expect(audioType(Buffer.from('RIFF\x24\0\0\0AVI LIST'))).toBeNull();
    expect(audioType(Buffer.from('<!doctype html>'))).toBeNull();
    expect(audioType(Buffer.from('ID3'))).toBeNull();
  });
});
