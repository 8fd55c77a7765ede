// SPDX-License-Identifier: MIT
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import { signedFields, verifyNotification } from '../src-shared/megacall/signature.ts';
import type { Fields } from './body.ts';
import { readFields, readForm } from './body.ts';
import { inNetworks, sourceOf } from './sources.ts';

/** A notification that may be believed as far as its signature goes: see `verified`. */
export type Notification = {
  /** Raw decoded values, as signed. */
  readonly fields: Fields;
  /** False for events whose signature rule is not published: kept, but proof of nothing. */
  readonly verified: boolean;
};

/** What may be answered to NOTIFY_START and NOTIFY_IVR (megacall-api.md section 3.5). */
export type NotifyStartAnswer = {
  readonly redirect?: string;
  readonly return_timeout?: string;
  readonly rewrite_forward_number?: string;
  readonly hangup?: 1;
  readonly caller_name?: string;
};

export type IngressLog = Record<
  'info' | 'warn' | 'error',
  (message: string, fields?: Readonly<Record<string, unknown>>) => void
>;

export type IngressOptions = {
  /** Path of the webhook URL; everything else is a 404. */
  readonly path: string;
  /** The API secret; null while it cannot be read, which is answered with 503. */
  readonly secret: () => Promise<string | null>;
  /** Networks notifications are taken from, CIDR. */
  readonly sources: () => readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed, CIDR; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Keeps the notification. A rejection is answered with 500, so that the PBX may send it again. */
  readonly onNotification: (notification: Notification) => Promise<NotifyStartAnswer | null>;
  readonly log: IngressLog;
};

/** What came in since the start, for the settings screen and for tests. */
export type IngressCounters = Record<'accepted' | 'forged' | 'wrongSource' | 'failed', number>;

export type Ingress = { readonly app: FastifyInstance; readonly counters: () => Readonly<IngressCounters> };

/** A notification is about 400 bytes; a transcript some kilobytes. */
const BODY_LIMIT = 64 * 1024;
const HEADER_LIMIT = 16 * 1024;
const ECHO_LIMIT = 1024;
const SLOWEST_HEADERS_MS = 5_000;
const SLOWEST_REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 200;
/** Events nobody can verify are kept, but may not fill the disk. */
const UNVERIFIED_PER_MINUTE = 60;

/** The HTTP side of the relay, not yet listening: echo check, notifications, nothing else. */
export function createIngress(options: IngressOptions): Ingress {
  const { log, onNotification } = options;
  const counters: IngressCounters = { accepted: 0, forged: 0, wrongSource: 0, failed: 0 };
  let minute = { number: 0, unverified: 0 };
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    requestTimeout: SLOWEST_REQUEST_MS,
    keepAliveTimeout: SLOWEST_REQUEST_MS,
    routerOptions: { ignoreTrailingSlash: true },
    http: { maxHeaderSize: HEADER_LIMIT, headersTimeout: SLOWEST_HEADERS_MS, connectionsCheckingInterval: 1_000 },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  const contentTypes = new WeakMap<FastifyRequest, string>();

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    // Fastify would refuse a content type with an odd boundary before we see the body.
    contentTypes.set(request, request.headers['content-type'] ?? '');
    request.headers['content-type'] = 'application/octet-stream';
    reply.header('X-Content-Type-Options', 'nosniff').header('Content-Security-Policy', "default-src 'none'");
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('Not found'));
  app.setErrorHandler<{ statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    log.warn('webhook refused', { status });
    // The rest of an oversized body must not be waited for.
    return reply.code(status).header('Connection', 'close').type('text/plain').send('Refused');
  });

  app.get(options.path, (request, reply) => {
    const { zd_echo: echo } = query(request);
    return echo === undefined ? reply.callNotFound() : sendEcho(reply, echo);
  });
  app.post(options.path, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const fields = await readFields(body, contentTypes.get(request) ?? '');
    const echo = fields?.zd_echo ?? query(request).zd_echo;
    // The check of a new address may come from any machine of the PBX; echoing plain text gives nothing away.
    if (echo !== undefined && fields?.event === undefined) return sendEcho(reply, echo);
    if (!isFromPbx(request)) return refuse(reply, 'wrongSource');
    if (!fields?.event) return plain(reply, 400, 'No event');
    return take(request, reply, fields, fields.event);
  });

  async function take(request: FastifyRequest, reply: FastifyReply, fields: Fields, event: string) {
    const secret = await options.secret().catch(() => null);
    if (secret === null) return plain(reply, 503, 'Not ready');
    const verified = signedFields(event) !== null;
    const signature = request.headers.signature;
    if (verified && !verifyNotification(secret, fields, typeof signature === 'string' ? signature : null)) {
      return refuse(reply, 'forged');
    }
    if (!verified && tooManyUnverified()) return plain(reply, 429, 'Too many');
    try {
      const answer = await onNotification({ fields, verified });
      counters.accepted++;
      const isQuestion = /^NOTIFY_(START|IVR)$/i.test(event);
      return isQuestion && answer !== null ? reply.send(answer) : plain(reply, 200, '');
    } catch (error) {
      counters.failed++;
      log.error('webhook not kept', { error });
      return plain(reply, 500, 'Not kept');
    }
  }

  function isFromPbx(request: FastifyRequest): boolean {
    const forwarded = request.headers['x-forwarded-for'];
    const header = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    const source = sourceOf(request.socket.remoteAddress ?? '', header, options.trustedProxies ?? []);
    return inNetworks(source, options.sources());
  }

  function refuse(reply: FastifyReply, why: 'forged' | 'wrongSource') {
    counters[why]++;
    log.warn('webhook refused', { why, count: counters[why] });
    return plain(reply, 403, 'Refused');
  }

  function tooManyUnverified(): boolean {
    const number = Math.floor(performance.now() / 60_000);
    if (minute.number !== number) minute = { number, unverified: 0 };
    minute.unverified++;
    return minute.unverified > UNVERIFIED_PER_MINUTE;
  }

  return { app, counters: () => ({ ...counters }) };
}

function query(request: FastifyRequest): Fields {
  return readForm(request.url.split('?').slice(1).join('?'));
}

/** The text exactly, as plain text no browser will take for a page (megacall-api.md section 3.1). */
function sendEcho(reply: FastifyReply, echo: string) {
  return echo.length > ECHO_LIMIT ? plain(reply, 400, 'Too long') : plain(reply, 200, echo);
}

function plain(reply: FastifyReply, status: number, text: string) {
  return reply.code(status).type('text/plain; charset=utf-8').send(text);
}
