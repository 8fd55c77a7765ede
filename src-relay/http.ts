// SPDX-License-Identifier: MIT
import http from 'node:http';
import https from 'node:https';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import { type Fields, readFields, readForm } from './body.ts';
import { RelayError } from './store/api.ts';

/** PEM texts. */
export type TlsFiles = { readonly cert: string; readonly key: string };

export type HttpOptions = {
  /** Null for plain HTTP, behind a proxy. */
  readonly tls: TlsFiles | null;
  /** Whether WebSockets may be opened: the server then emits `upgrade`. */
  readonly sockets?: boolean;
  /** When it closes: cut requests off that are under way, or let them finish. */
  readonly cutOff: boolean;
  /** Told of each request refused before a route saw it, and of each that failed in one (status 500 and above). */
  readonly onRefused: (status: number, error: Error) => void;
};

/** A notification is about 400 bytes; a transcript some kilobytes. */
const BODY_LIMIT = 64 * 1024;
const HEADER_LIMIT = 16 * 1024;
const SLOWEST_HEADERS_MS = 5_000;
const SLOWEST_REQUEST_MS = 10_000;

/** Seconds after which a request the store could not serve is worth another try. */
export const RETRY_AFTER_S = 5;

const contentTypes = new WeakMap<FastifyRequest, string>();

/** A server with the limits that everything facing the network has, and no routes yet. */
export function createHttp({ tls, cutOff, sockets = false, onRefused }: HttpOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    forceCloseConnections: cutOff ? true : 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    serverFactory: (handler) => {
      const limits = {
        maxHeaderSize: HEADER_LIMIT,
        headersTimeout: SLOWEST_HEADERS_MS,
        requestTimeout: SLOWEST_REQUEST_MS,
        keepAliveTimeout: SLOWEST_REQUEST_MS,
        connectionsCheckingInterval: 1_000,
        // Some clients offer HTTP/2 with each request; only a desktop's WebSocket is taken at its word.
        shouldUpgradeCallback: (request: http.IncomingMessage) =>
          sockets && /^websocket$/i.test(request.headers.upgrade ?? ''),
      };
      if (tls === null) return http.createServer(limits, handler);
      return https.createServer({ ...limits, ...tls, handshakeTimeout: SLOWEST_HEADERS_MS }, handler);
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    // Fastify would refuse a content type with an odd boundary before we see the body.
    contentTypes.set(request, request.headers['content-type'] ?? '');
    request.headers['content-type'] = 'application/octet-stream';
    reply.header('X-Content-Type-Options', 'nosniff').header('Content-Security-Policy', "default-src 'none'");
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('Not found'));
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const isStore = error instanceof RelayError;
    const status = isStore ? 503 : (error.statusCode ?? 500);
    onRefused(status, error);
    if (isStore) reply.header('Retry-After', RETRY_AFTER_S);
    // The rest of an oversized body must not be waited for.
    return reply.code(status).header('Connection', 'close').type('text/plain').send('Refused');
  });
  return app;
}

/** The fields of a request's body, or null when it cannot be read; see `readFields`. */
export function bodyFields(request: FastifyRequest): Promise<Fields | null> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return readFields(body, contentTypes.get(request) ?? '');
}

/** The fields of the query string. */
export function queryFields(request: FastifyRequest): Fields {
  return readForm(request.url.split('?').slice(1).join('?'));
}

/** The fields of body and query; of two equal names the body's counts. */
export async function allFields(request: FastifyRequest): Promise<Fields> {
  return { ...queryFields(request), ...(await bodyFields(request)) };
}

export function plain(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(text);
}
