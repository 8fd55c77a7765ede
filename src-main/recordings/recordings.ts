// SPDX-License-Identifier: MIT
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import type { StoreApi, StoredRecording } from '../store/api.ts';
import { download } from './download.ts';

export type RecordingsOptions = {
  readonly store: StoreApi['recordings'];
  readonly client: Pick<MegacallClient, 'recordLinks'>;
  readonly fetch: typeof globalThis.fetch;
  readonly cacheDir: string;
  readonly now: () => number;
  /** Runs something later and answers how to call it off. */
  readonly schedule?: (run: () => void, ms: number) => () => void;
  /** What the call itself says of its recordings: those of old calls are fetched only when they are asked for. */
  readonly announcementOf: (callRowId: number) => Promise<Announcement | null>;
  /** The recording of this row looks different now. */
  readonly onChange: (callRowId: number) => void;
  readonly log: Log;
};

/** What the PBX said of a call's recordings: their ids, or only that there is one. */
export type Announcement = {
  readonly pbxCallId: string | null;
  readonly recordIds: readonly string[];
  /** NOTIFY_RECORD came: whatever was tried before, now it is worth asking again. */
  readonly ready?: boolean;
};

/**
 * Fetches recordings once into the cache, for the `recording:` protocol. They become ready some time after the call
 * (megacall-api.md, trap 14), so each is asked for six times over three minutes before it counts as failed. Of a call
 * with several recordings the first is kept.
 */
export type Recordings = {
  /**
   * On NOTIFY_RECORD, or an end with `is_recorded`; the same announcement again changes nothing. Never rejects: an event
   * must not fail over its recording.
   */
  announced(callRowId: number, announcement: Announcement): Promise<void>;
  /** The person asks for it, again or before its time. @throws AppError `recording.gone` when none was announced */
  request(callRowId: number): Promise<undefined>;
  /** Goes on with those that waited when the app was closed. */
  resume(): Promise<void>;
  /** The cached file, or null. */
  file(callRowId: number): Promise<{ path: string; mime: string } | null>;
  /** Calls off what is planned and under way; it stays waiting in the store. */
  stop(): Promise<void>;
};

/** Moments of the tries after the announcement, in milliseconds. */
export const TRY_AT = [0, 5_000, 15_000, 40_000, 90_000, 180_000] as const;
/** A link is used at once. */
const LINK_LIFETIME_SECONDS = 600;

export function createRecordings(options: RecordingsOptions): Recordings {
  const { store, client, cacheDir, now, onChange, log } = options;
  const schedule = options.schedule ?? afterTimeout;
  const planned = new Map<number, () => void>();
  const underWay = new Map<number, Promise<void>>();
  const changes = new Map<number, Promise<unknown>>();
  const stopping = new AbortController();

  /** Reads, decides and writes; changes of one call's recording never overlap. */
  function change(id: number, decide: (current: StoredRecording | null) => StoredRecording | null) {
    const run = async (): Promise<StoredRecording | null> => {
      const next = decide(await store.ofCall(id));
      if (next === null) return null;
      await store.upsert(next);
      onChange(id);
      return next;
    };
    const result = (changes.get(id) ?? Promise.resolve()).then(run, run);
    changes.set(id, result);
    const done = (): void => void (changes.get(id) === result && changes.delete(id));
    result.then(done, done);
    return result;
  }

  function plan(recording: StoredRecording): void {
    planned.get(recording.callRowId)?.();
    if (stopping.signal.aborted || recording.state !== 'waiting') return;
    const cancel = schedule(() => start(recording.callRowId), Math.max(0, (recording.nextAt ?? 0) - now()));
    planned.set(recording.callRowId, cancel);
  }

  /** Single flight: a try that is under way is the try. */
  function start(id: number): void {
    planned.delete(id);
    if (underWay.has(id) || stopping.signal.aborted) return;
    const run = tryOnce(id)
      .catch((error: unknown) => log.error('recording not stored', { row: id, error }))
      .finally(() => underWay.delete(id));
    underWay.set(id, run);
  }

  async function tryOnce(id: number): Promise<void> {
    const wanted = await store.ofCall(id);
    if (wanted?.state !== 'waiting') return;
    try {
      const found = await fetchFirst(wanted);
      const ready = { ...found, state: 'ready', nextAt: null, errorCode: null } as const;
      await change(id, (latest) => ({ ...(latest ?? wanted), ...ready }));
      log.info('recording stored', { row: id, bytes: found.bytes });
    } catch (error) {
      if (stopping.signal.aborted) return;
      const code = error instanceof AppError ? error.code : 'recording.failed';
      log.warn('recording not fetched', { row: id, code });
      const next = await change(id, (latest) => afterFailure(latest ?? wanted, code, now()));
      if (next !== null) plan(next);
    }
  }

  async function fetchFirst({ callRowId, recordIds }: StoredRecording) {
    // A team's relay gives a link only for a call that this extension had part in: it must be told which.
    const pbxCallId = (await options.announcementOf(callRowId))?.pbxCallId ?? null;
    const link = await firstLink(client, recordIds, pbxCallId);
    const target = { dir: cacheDir, name: String(callRowId) };
    return download(options.fetch, link, target, stopping.signal);
  }

  async function cached({ state, file }: StoredRecording): Promise<string | null> {
    if (state !== 'ready' || file === null || !/^\d+\.(mp3|wav)$/.test(file)) return null;
    const path = join(cacheDir, file);
    return (await stat(path).catch(() => null))?.isFile() ? path : null;
  }

  async function again(id: number, from: (current: StoredRecording | null) => StoredRecording | null): Promise<void> {
    const next = await change(id, from);
    if (next !== null) plan(next);
  }

  return {
    announced: (id, announcement) =>
      again(id, (current) => afterAnnouncement(id, current, announcement, now())).catch((error: unknown) =>
        log.error('recording not noted', { row: id, error }),
      ),

    async request(id) {
      const current = await store.ofCall(id);
      if (current === null) {
        const announcement = await options.announcementOf(id);
        if (announcement === null) throw new AppError('recording.gone');
        await again(id, (latest) => afterAnnouncement(id, latest, announcement, now()));
        return undefined;
      }
      if (underWay.has(id) || (await cached(current)) !== null) return undefined;
      await again(id, (latest) => waitingNow(latest ?? current, now()));
      return undefined;
    },

    async resume() {
      const files = await readdir(cacheDir).catch(() => []);
      for (const name of files) if (name.endsWith('.part')) await rm(join(cacheDir, name), { force: true });
      for (const recording of await store.waiting()) plan(recording);
    },

    async file(id) {
      const recording = await store.ofCall(id);
      const path = recording === null ? null : await cached(recording);
      return path === null || recording?.mime == null ? null : { path, mime: recording.mime };
    },

    async stop() {
      stopping.abort();
      for (const cancel of planned.values()) cancel();
      planned.clear();
      await Promise.allSettled(underWay.values());
    },
  };
}

/** The first link of the first id that has one; ids of calls (`in_…`, `out_…`) and of recordings are asked differently. */
async function firstLink(
  client: Pick<MegacallClient, 'recordLinks'>,
  recordIds: readonly string[],
  pbxCallId: string | null,
): Promise<string> {
  const of = pbxCallId === null ? {} : { pbxCallId };
  let failure = new AppError('recording.not-ready');
  for (const id of recordIds) {
    try {
      const record = /^(in|out)_/.test(id) ? { pbxCallId: id } : { callId: id, ...of };
      const [link] = await client.recordLinks(record, LINK_LIFETIME_SECONDS);
      if (link !== undefined) return link;
    } catch (error) {
      // "File not found" is said of one that is not ready, of one that was deleted, and of one that never was.
      if (error instanceof AppError && error.code !== 'api.rejected') failure = error;
    }
  }
  throw failure;
}

function afterAnnouncement(
  callRowId: number,
  current: StoredRecording | null,
  { pbxCallId, recordIds, ready = false }: Announcement,
  now: number,
): StoredRecording | null {
  const known = current?.recordIds ?? [];
  const given = recordIds.length > 0 || known.length > 0 ? recordIds : pbxCallId === null ? [] : [pbxCallId];
  const fresh = given.filter((id) => !known.includes(id));
  if (fresh.length === 0 && (!ready || current === null || current.state === 'ready')) return null;
  const ids = [...known, ...new Set(fresh)];
  if (current?.state === 'ready') return { ...current, recordIds: ids };
  return waitingNow({ ...(current ?? nothing(callRowId)), recordIds: ids }, now);
}

function nothing(callRowId: number): StoredRecording {
  const unknown = { nextAt: null, file: null, bytes: 0, mime: null, errorCode: null };
  return { callRowId, recordIds: [], state: 'waiting', attempt: 0, ...unknown };
}

function waitingNow(recording: StoredRecording, now: number): StoredRecording {
  return { ...recording, state: 'waiting', attempt: 0, nextAt: now, file: null, bytes: 0, mime: null, errorCode: null };
}

/** A full disk is not asked again by itself: the person must make room first. */
function afterFailure(recording: StoredRecording, errorCode: AppError['code'], now: number): StoredRecording {
  const attempt = recording.attempt + 1;
  const next = errorCode === 'store.disk-full' ? undefined : TRY_AT[attempt];
  if (next === undefined) return { ...recording, state: 'failed', attempt, nextAt: null, errorCode };
  return { ...recording, attempt, nextAt: now + next - (TRY_AT[attempt - 1] ?? 0), errorCode };
}

function afterTimeout(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
