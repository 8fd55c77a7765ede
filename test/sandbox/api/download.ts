// SPDX-License-Identifier: MIT
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, type ApiLogEntry, HTML_502 } from './types.ts';

export type DownloadRoute = { Params: { token: string; file: string } };

/** The link of `pbx/record/request`: no Authorization header, `Range` honoured (section 2.5). */
export async function download(
  context: ApiContext,
  request: FastifyRequest<DownloadRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const entry: ApiLogEntry = {
    at: Date.now(),
    method: 'GET',
    path: request.url,
    query: '',
    body: '',
    authOk: null,
    status: 0,
  };
  context.log.push(entry);
  const done = (status: number): FastifyReply => {
    entry.status = status;
    return reply.code(status);
  };
  const { faults } = context;
  if (request.url.startsWith(faults.only)) {
    if (faults.slow > 0) await new Promise((resolve) => setTimeout(resolve, faults.slow));
    if (faults.down) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (faults.html) return done(502).type('text/html').send(HTML_502);
  }
  const callId = request.params.file.replace(/\.mp3$/, '');
  const file = context.recordings.open(request.params.token, callId);
  if (file === null) return done(404).type('text/html').send('<html><body><h1>Not Found</h1></body></html>');
  void reply.header('accept-ranges', 'bytes').type('audio/mpeg');
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (range === null) return done(200).send(file);
  const [, first = '', last = ''] = range;
  // `-500` means the last 500 bytes.
  const start = first === '' ? Math.max(0, file.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? file.length - 1 : Math.min(Number(last), file.length - 1);
  if (start > end || (first === '' && last === '')) {
    return done(416).header('content-range', `bytes */${file.length}`).send();
  }
  return done(206)
    .header('content-range', `bytes ${start}-${end}/${file.length}`)
    .send(file.subarray(start, end + 1));
}
