// SPDX-License-Identifier: MIT
import { timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { writeJson } from '../json.ts';
import { parseForm, requestSignature } from '../sign.ts';
import { type DownloadRoute, download } from './download.ts';
import { findMethod } from './methods.ts';
import { RateLimiter } from './rate.ts';
import { type ApiContext, ApiError, type ApiLogEntry, HTML_502 } from './types.ts';

const HTML_404 = '<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>';

/** Mounts `/v1/*` on the server. Every answer, refused ones too, leaves a line in `context.log`. */
export function mountApi(app: FastifyInstance, context: ApiContext): void {
  const limiter = new RateLimiter(context.limits);
  app.get<DownloadRoute>('/v1/pbx/record/download/:token/:file', (request, reply) => download(context, request, reply));
  app.all('/v1/*', async (request, reply) => {
    const [path = '', query = ''] = request.url.split('?', 2);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const entry: ApiLogEntry = {
      at: Date.now(),
      method: request.method,
      path,
      query,
      body: body.toString('utf8').slice(0, 10_000),
      authOk: null,
      status: 0,
    };
    context.log.push(entry);
    if (context.log.length > 2000) context.log.shift();
    await answer(context, limiter, request, reply, entry, body);
    return reply;
  });
}

async function answer(
  context: ApiContext,
  limiter: RateLimiter,
  request: FastifyRequest,
  reply: FastifyReply,
  entry: ApiLogEntry,
  body: Buffer,
): Promise<void> {
  const on = entry.path.startsWith(context.faults.only);
  const faults = context.faults;
  const send = (status: number, type: string, text: string): void => {
    entry.status = status;
    void reply.code(status).header('content-type', type).send(text);
  };
  const json = (status: number, value: unknown): void => {
    const text = writeJson(value);
    send(status, 'application/json', on && faults.truncatedJson ? text.slice(0, Math.ceil(text.length / 2)) : text);
  };
  const error = (status: number, message: string): void => json(status, { status: 'error', message });

  if (on && faults.slow > 0) await new Promise((resolve) => setTimeout(resolve, faults.slow));
  if (on && faults.down) {
    reply.hijack();
    request.raw.socket.destroy();
    return;
  }
  void reply.header('date', new Date(context.now()).toUTCString());
  if (on && faults.html) return send(502, 'text/html', HTML_502);
  if (on && faults.emptyBody) return send(200, 'application/json', '');
  if (context.trailingSlash === 'required' && !entry.path.endsWith('/')) return send(404, 'text/html', HTML_404);

  const pairs = await readPairs(request, entry.query, body);
  entry.authOk = authorised(context, entry.path, pairs, request.headers.authorization);
  if (!entry.authOk || (on && faults.unauthorized)) return error(401, 'Not authorized');

  const budget = limiter.take(entry.path.startsWith('/v1/statistics') ? 'statistics' : 'general');
  for (const [name, value] of Object.entries(budget.headers)) void reply.header(name, value);
  if (on && faults.rateLimitedAs200) return error(200, 'You exceeded the rate limit by User Limits');
  if (!budget.allowed || (on && faults.rateLimited)) {
    if (context.rateLimitAs200) return error(200, 'You exceeded the rate limit by User Limits');
    return error(429, 'You exceeded the rate limit');
  }

  const found = findMethod(request.method, entry.path);
  if (found === null) return error(404, 'Method not found');
  try {
    const params = new Map(pairs);
    json(200, { status: 'success', ...(await found.run(context, params, found.argument)) });
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem;
    error(problem.httpStatus, problem.message);
  }
}

/** Parameters stand in the query of a GET and in the body of the others (section 1.3); files are not signed. */
async function readPairs(request: FastifyRequest, query: string, body: Buffer): Promise<[string, string][]> {
  const type = request.headers['content-type'] ?? '';
  if (request.method === 'GET' || body.length === 0) return parseForm(query).map(([k, v]) => [k, v]);
  if (!type.startsWith('multipart/form-data')) return parseForm(body.toString('utf8')).map(([k, v]) => [k, v]);
  const pairs: [string, string][] = [];
  const parser = new Busboy({ headers: { ...request.headers, 'content-type': type } });
  parser.on('field', (name, value) => pairs.push([name, value]));
  parser.on('file', (_name, file) => file.resume());
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve);
    parser.on('error', reject);
    Readable.from(body).pipe(parser);
  });
  return pairs;
}

function authorised(context: ApiContext, path: string, pairs: [string, string][], header: string | undefined): boolean {
  const expected = Buffer.from(`${context.account.key}:${requestSignature(context.account.secret, path, pairs)}`);
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
