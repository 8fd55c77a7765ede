// SPDX-License-Identifier: MIT
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../src-shared/errors.ts';

export type Downloaded = { readonly file: string; readonly bytes: number; readonly mime: AudioMime };
export type AudioMime = 'audio/mpeg' | 'audio/wav';

/** An hour of mono telephone audio is about 14 MB as MP3 and 60 MB as WAV. */
export const MAX_RECORDING_BYTES = 200 * 1024 * 1024;
const TIMEOUT_MS = 10 * 60_000;
const SUFFIX: Readonly<Record<AudioMime, string>> = { 'audio/mpeg': 'mp3', 'audio/wav': 'wav' };

/**
 * Fetches a recording into the cache as `<name>.mp3` or `<name>.wav`. The file appears whole or not at all: it is
 * written under another name, flushed to the disk and then renamed. No credentials are sent: the link is all it takes
 * (megacall-api.md section 2.5).
 *
 * @param link https, or http where the client lets it pass; a redirect may not leave https
 * @throws AppError `recording.gone` (404, 410), `recording.failed`, `store.disk-full`
 */
export async function download(
  fetch: typeof globalThis.fetch,
  link: string,
  target: { readonly dir: string; readonly name: string },
  stopped: AbortSignal,
): Promise<Downloaded> {
  const part = join(target.dir, `${target.name}.part`);
  const refused = new AbortController();
  try {
    const { protocol } = new URL(link);
    const signal = AbortSignal.any([stopped, refused.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(link, { credentials: 'omit', redirect: 'follow', signal });
    checkReply(response, protocol);
    await mkdir(target.dir, { recursive: true, mode: 0o700 });
    const handle = await open(part, 'w', 0o600);
    const { bytes, mime } = await write(response, handle).finally(() => handle.close());
    const file = `${target.name}.${SUFFIX[mime]}`;
    await rename(part, join(target.dir, file));
    return { file, bytes, mime };
  } catch (error) {
    refused.abort(); // the rest of a reply nobody reads must not hold the connection
    await rm(part, { force: true });
    throw toAppError(error);
  }
}

function checkReply(response: Response, protocol: string): void {
  const leftHttps = protocol === 'https:' && response.url !== '' && !response.url.startsWith('https:');
  if (response.status === 404 || response.status === 410) throw new AppError('recording.gone');
  const type = response.headers.get('content-type') ?? 'audio/mpeg';
  const isAudio = /^\s*(audio\/|application\/(octet-stream|force-download)|binary\/)/i.test(type);
  const tooLarge = Number(response.headers.get('content-length') ?? 0) > MAX_RECORDING_BYTES;
  if (!response.ok || !isAudio || tooLarge || leftHttps) {
    throw new AppError('recording.failed', { status: response.status });
  }
}

/** Writes the body and flushes it. What it is, is read from its first bytes: headers say little. */
async function write(response: Response, handle: FileHandle): Promise<{ bytes: number; mime: AudioMime }> {
  let bytes = 0;
  let head = Buffer.alloc(0);
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_RECORDING_BYTES) throw new AppError('recording.failed');
    if (head.byteLength < MAGIC_BYTES) {
      head = Buffer.concat([head, chunk]).subarray(0, MAGIC_BYTES);
      if (head.byteLength === MAGIC_BYTES && audioType(head) === null) throw new AppError('recording.failed');
    }
    await handle.writeFile(chunk);
  }
  const mime = audioType(head);
  if (mime === null || !isWhole(response, bytes)) throw new AppError('recording.failed');
  await handle.sync();
  return { bytes, mime };
}

function isWhole(response: Response, bytes: number): boolean {
  const stated = response.headers.get('content-length');
  return stated === null || response.headers.has('content-encoding') || Number(stated) === bytes;
}

const MAGIC_BYTES = 12;

/** MP3 (with or without an ID3 tag) or WAV by their first twelve bytes; null for anything else, HTML above all. */
export function audioType(head: Buffer): AudioMime | null {
  if (head.byteLength < MAGIC_BYTES) return null;
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WAVE') return 'audio/wav';
  const isFrame = head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0 && ((head[1] ?? 0) & 0x06) !== 0;
  return isFrame || head.toString('latin1', 0, 3) === 'ID3' ? 'audio/mpeg' : null;
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return new AppError(
    code === 'ENOSPC' || code === 'EDQUOT' ? 'store.disk-full' : 'recording.failed',
    {},
    { cause: error },
  );
}
