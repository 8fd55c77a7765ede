// SPDX-License-Identifier: MIT
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mapMarkup, mapPolicy } from './csp.ts';
import { guard } from './guard.ts';
import type { SchemeRights } from './inject/page.ts';
import { runtime } from './runtime.ts';
import { defaultSession } from './session.ts';
import { makeUrls, type Urls } from './urls.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const rights = new Map<string, SchemeRights>();
const handlers = new Map<string, Handler>();
let listening: Promise<number> | null = null;
let urls: Urls = makeUrls(0, []);
let boundPort = 0;

function remap(): void {
  urls = makeUrls(boundPort, [...new Set([...rights.keys(), ...handlers.keys()])]);
}

function listen(): Promise<number> {
  listening ??= new Promise((resolve, reject) => {
    const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      serve(request, response).catch((error: unknown) => {
        if (!response.destroyed) response.destroy(error as Error);
      });
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      boundPort = (server.address() as AddressInfo).port;
      remap();
      resolve(boundPort);
    });
  });
  return listening;
}

/** Where custom schemes live for Chromium. */
export const mapServer = {
  port: listen,
  rights: (): SchemeRights[] =>
    [...new Set([...rights.keys(), ...handlers.keys()])].map(
      (scheme) => rights.get(scheme) ?? { scheme, fetch: false, stream: false },
    ),
  toPage: (url: string) => urls.toPage(url),
  toApp: (url: string) => urls.toApp(url),
  isMapped: (url: string) => urls.isMapped(url),
  handlerOf: (url: string) => handlers.get(/^([^:]+):/.exec(url)?.[1]?.toLowerCase() ?? ''),
};

const hopByHop = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

function requestFrom(message: IncomingMessage, url: string, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value === undefined || hopByHop.has(name)) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    headers.set(name, name === 'origin' || name === 'referer' ? urls.toApp(text) : text);
  }
  const hasBody = message.method !== 'GET' && message.method !== 'HEAD';
  const request = new Request(url, {
    method: message.method ?? 'GET',
    headers,
    signal,
    ...(hasBody && { body: Readable.toWeb(message) as ReadableStream, duplex: 'half' }),
  } as RequestInit);
  // Electron tells the handler which page asks; Chromium tells us in one of two headers.
  const asking = headers.get('origin') ?? headers.get('referer');
  const initiatorOrigin = asking ? /^[^:]+:\/\/[^/]*/.exec(asking)?.[0] : undefined;
  return Object.defineProperty(request, 'initiatorOrigin', { value: initiatorOrigin });
}

function mayLoad(message: IncomingMessage, scheme: string): boolean {
  const destination = message.headers['sec-fetch-dest'];
  if (destination === 'audio' || destination === 'video') return rights.get(scheme)?.stream ?? false;
  return true;
}

async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urls.toApp(`http://${message.headers.host}${message.url}`);
  const handler = mapServer.handlerOf(url);
  const scheme = /^([^:]+):/.exec(url)?.[1] ?? '';
  if (!urls.isMapped(url) || !handler || !mayLoad(message, scheme)) {
    // Electron answers ERR_UNKNOWN_URL_SCHEME: no response at all.
    message.socket.destroy();
    return;
  }
  if (message.method === 'OPTIONS' && message.headers['access-control-request-method']) {
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': '*',
      'access-control-allow-methods': '*',
    };
    response.writeHead(204, headers).end();
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const answer = await run(handler, requestFrom(message, url, gone.signal));
  if (answer.type === 'error') {
    message.socket.destroy();
    return;
  }
  await write(answer, url, response, message.method === 'HEAD');
}

/** An error of the handler is a failed request for the page; here it is also told. */
async function run(handler: Handler, request: Request): Promise<Response> {
  try {
    return await handler(request);
  } catch (error) {
    if (!request.signal.aborted) console.error(`the handler of ${request.url} failed:`, error);
    return Response.error();
  }
}

async function write(answer: Response, url: string, response: ServerResponse, headOnly: boolean): Promise<void> {
  // Electron lets any page read a custom scheme's answer.
  const headers: Record<string, string[]> = { 'access-control-allow-origin': ['*'] };
  for (const [name, value] of answer.headers) {
    headers[name] = name === 'set-cookie' ? answer.headers.getSetCookie() : [value];
  }
  const filtered = await defaultSession().filterHeaders(url, answer.status, headers);
  if (!filtered) {
    response.destroy();
    return;
  }
  const html = /^text\/html\b/i.test(answer.headers.get('content-type') ?? '');
  for (const [name, value] of Object.entries(filtered)) {
    const key = name.toLowerCase();
    if (html && key === 'content-length') continue;
    if (key === 'access-control-allow-origin') {
      response.setHeader(key, [value].flat().map(pageOrigin));
      continue;
    }
    const policy = key === 'content-security-policy' || key === 'content-security-policy-report-only';
    response.setHeader(key, policy ? [value].flat().map((text) => mapPolicy(text, urls, boundPort)) : value);
  }
  if (key(filtered, 'location'))
    response.setHeader('location', urls.toPage(new URL(key(filtered, 'location'), url).href));
  response.statusCode = answer.status;
  if (headOnly || !answer.body) {
    response.end();
    return;
  }
  if (html) {
    response.end(mapMarkup(await answer.text(), urls, boundPort));
    return;
  }
  // A page that seeks drops the answer half-way: that is no error.
  await pipeline(Readable.fromWeb(answer.body as never), response).catch(() => undefined);
}

/** `app://host` as the page's browser knows it; `*` and others stay. */
function pageOrigin(origin: string): string {
  const mapped = URL.canParse(origin) ? urls.toPage(`${origin}/`) : origin;
  return mapped.startsWith('http') ? new URL(mapped).origin : origin;
}

function key(headers: Record<string, string | string[]>, name: string): string {
  const found = Object.entries(headers).find(([header]) => header.toLowerCase() === name)?.[1];
  return Array.isArray(found) ? (found[0] ?? '') : (found ?? '');
}

export const protocol = guard('protocol', {
  registerSchemesAsPrivileged(schemes) {
    if (runtime.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges } of schemes) {
      const name = scheme.toLowerCase();
      rights.set(name, {
        scheme: name,
        fetch: privileges?.supportFetchAPI ?? false,
        stream: privileges?.stream ?? false,
      });
    }
    remap();
  },
  handle(scheme, handler) {
    if (!runtime.ready) throw new Error('protocol.handle: the app is not ready');
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    handlers.set(scheme.toLowerCase(), handler as Handler);
    remap();
  },
  unhandle(scheme) {
    if (!handlers.delete(scheme.toLowerCase())) throw new Error(`Failed to unhandle protocol: ${scheme}`);
  },
  isProtocolHandled: (scheme) => handlers.has(scheme.toLowerCase()),
} satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle' | 'unhandle' | 'isProtocolHandled'>);
