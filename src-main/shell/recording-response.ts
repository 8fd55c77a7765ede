// SPDX-License-Identifier: MIT
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parseRange } from './byte-range.ts';
import { APP_ORIGIN } from './origin.ts';

export type FindRecording = (callRowId: number) => Promise<{ path: string; mime: string } | null>;

/** The row id of `recording://call/<id>`, or null. */
export function recordingId(url: string): number | null {
  const match = /^recording:\/\/call\/([1-9]\d{0,15})$/.exec(url);
  return match === null ? null : Number(match[1]);
}

/**
 * Answers one request for a recording, streamed from its file: 200, 206 with the part asked for, 404 when there is
 * none, 416 for a part that is not in it, 405 for anything but GET and HEAD.
 */
export async function recordingResponse(request: Request, find: FindRecording): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refused(405);
  const id = recordingId(request.url);
  const found = id === null ? null : await find(id);
  if (found === null) return refused(404);
  let file: FileHandle;
  try {
    file = await open(found.path, 'r');
  } catch {
    return refused(404);
  }
  let handedOver = false;
  try {
    const { size } = await file.stat();
    const range = parseRange(request.headers.get('range'), size);
    const headers = new Headers({ ...common, 'Content-Type': found.mime, 'Accept-Ranges': 'bytes' });
    if (range.kind === 'unsatisfiable') {
      headers.set('Content-Range', `bytes */${size}`);
      return new Response(null, { status: 416, headers });
    }
    const start = range.kind === 'part' ? range.start : 0;
    const end = range.kind === 'part' ? range.end : size - 1;
    headers.set('Content-Length', String(end - start + 1));
    if (range.kind === 'part') headers.set('Content-Range', `bytes ${start}-${end}/${size}`);
    const status = range.kind === 'part' ? 206 : 200;
    if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers });
    handedOver = true;
    return new Response(body(file, start, end), { status, headers });
  } finally {
    if (!handedOver) await file.close();
  }
}

/** The stream closes the file when it ends or the player loses interest. */
function body(file: FileHandle, start: number, end: number): ConstructorParameters<typeof Response>[0] {
  // Node's own type of a web stream and the one of its fetch differ in name only.
  return Readable.toWeb(file.createReadStream({ start, end })) as ConstructorParameters<typeof Response>[0];
}

function refused(status: number): Response {
  return new Response(null, { status, headers: common });
}

/** The page lives at another origin and reads the bytes for its waveform. */
const common = {
  'Access-Control-Allow-Origin': APP_ORIGIN,
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Length, Content-Range',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  Vary: 'Origin',
};
