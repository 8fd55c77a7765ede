// SPDX-License-Identifier: MIT
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind } from '../../test/crm-emulators/common/faults.ts';
import { type Answer, type EmulatorServer, startServer } from '../../test/crm-emulators/common/server.ts';
import type { CrmRequest } from './api.ts';
import { CrmError } from './api.ts';
import { createCrmHttp } from './http.ts';
import { retryAfterMs } from './retry-after.ts';

const http = createCrmHttp({ fetch });
const never = new AbortController().signal;
let server: EmulatorServer;
let answer: Answer;

beforeEach(async () => {
  answer = { status: 200, body: { ok: true } };
  server = await startServer(() => answer);
});

afterEach(() => server.close());

function ask(method: CrmRequest['method'], more: Partial<CrmRequest> = {}) {
  return http({ method, url: `${server.url}/a`, ...more }, never);
}

async function failure(call: Promise<unknown>): Promise<CrmError> {
  const thrown = await call.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof CrmError)) throw thrown;
  return thrown;
}

/** What a GET and a POST come to when the answer is spoilt so. */
async function spoilt(kind: FaultKind, more: Partial<CrmRequest> = {}) {
  server.faults.plan.push({ kind, times: 2, ms: 5_000, to: 'https://example.com/' });
  const outcomes = [];
  for (const method of ['GET', 'POST'] as const) {
    const { failure: what, unsure } = await failure(ask(method, more).then((reply) => reply.json()));
    outcomes.push([what, unsure]);
  }
  return outcomes;
}

describe('an answer', () => {
  it('is given whatever its status, with headers and JSON', async () => {
    answer = { status: 429, headers: { 'Retry-After': '7' }, body: [{ id: 12345678901234567890n.toString() }] };
    const reply = await ask('PATCH', { body: 'a=1', headers: { 'X-A': 'b' } });
    expect([reply.status, reply.json(), retryAfterMs(reply.headers, 0)]).toEqual([
      429,
      [{ id: '12345678901234567890' }],
      7_000,
    ]);
    expect(server.calls[0]).toMatchObject({ method: 'PATCH', path: '/a', body: 'a=1', headers: { 'x-a': 'b' } });
  });

  it('keeps ids that are too long for a number', async () => {
    answer = { status: 200, body: '{"record":12345678901234567890}' };
    expect((await ask('GET')).json()).toEqual({ record: '12345678901234567890' });
  });

  it('may be empty', async () => {
    answer = { status: 204 };
    expect((await ask('DELETE')).text).toBe('');
  });
});

describe('what goes wrong is a failure, unsure for all but a GET, when', () => {
  it.each<[string, FaultKind, string, Partial<CrmRequest>]>([
    ['the body is slower than the limit', 'slow-body', 'network', { timeoutMs: 150 }],
    ['no answer begins within the limit', 'slow-head', 'network', { timeoutMs: 150 }],
    ['the body is too large', 'huge', 'bad-reply', {}],
    ['the body unpacks to something too large', 'gzip-bomb', 'bad-reply', {}],
    ['the body breaks off', 'cut-body', 'network', {}],
    ['the JSON ends in the middle', 'half-json', 'bad-reply', {}],
    ['the body is empty', 'empty', 'bad-reply', {}],
    ['a page comes', 'html-ok', 'bad-reply', {}],
    ['we are sent elsewhere', 'redirect', 'bad-reply', {}],
    ['the connection breaks before anything is done', 'reset-before', 'network', {}],
    ['the connection breaks after all is done', 'reset-after', 'network', {}],
  ])('%s', async (_when, kind, what, more) => {
    expect(await spoilt(kind, more)).toEqual([
      [what, false],
      [what, true],
    ]);
  });

  it('the caller stops it while it runs', async () => {
    server.faults.plan.push({ kind: 'slow-body', ms: 5_000 });
    const stop = new AbortController();
    const call = failure(http({ method: 'POST', url: server.url }, stop.signal));
    while (server.calls.length === 0) await new Promise(setImmediate);
    stop.abort();
    expect(await call).toMatchObject({ failure: 'network', message: 'stopped', unsure: true });
  });
});

describe('what surely never left is no reason to look whether it was carried out:', () => {
  it('nobody listens', async () => {
    const { url } = server;
    await server.close();
    expect(await failure(http({ method: 'POST', url }, never))).toMatchObject({ failure: 'network', unsure: false });
  });

  it('the caller had stopped before', async () => {
    const error = await failure(http({ method: 'POST', url: server.url }, AbortSignal.abort()));
    expect([error.failure, error.unsure, server.calls.length]).toEqual(['network', false, 0]);
  });

  it('the connection breaks before it is a secure one', async () => {
    const plain = createServer((socket) => socket.once('data', () => socket.destroy()));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as { port: number };
    const error = await failure(http({ method: 'POST', url: `https://127.0.0.1:${port}/` }, never));
    plain.close();
    expect([error.failure, error.unsure]).toEqual(['network', false]);
  });

  it.each([
    ['net::ERR_NAME_NOT_RESOLVED', 'network', false],
    ['net::ERR_CERT_AUTHORITY_INVALID', 'network', false],
    ['net::ERR_CONNECTION_RESET', 'network', true],
    ['Redirect was cancelled', 'bad-reply', true],
  ])('in Electron: %s', async (message, what, unsure) => {
    const electron = createCrmHttp({ fetch: () => Promise.reject(new Error(message)) });
    const error = await failure(electron({ method: 'POST', url: 'https://example.com' }, never));
    expect([error.failure, error.unsure]).toEqual([what, unsure]);
  });
});

it.each([
  'http://example.com/',
  'ftp://example.com',
  'https://user:pw@example.com',
  'nothing',
  'http://127.0.0.1.x.com',
])('sends nothing to %s', async (url) => {
  expect(await failure(http({ method: 'GET', url }, never))).toMatchObject({ failure: 'refused' });
});

it('keeps a header no header can carry out of its error', async () => {
  const error = await failure(ask('GET', { headers: { Authorization: 'Bearer secret\n1' } }));
  expect([error.failure, `${error.message} ${String(error.cause)}`.includes('secret')]).toEqual(['refused', false]);
});

it.each([
  ['Fri, 20 Nov 2026 10:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
  ['99999999', 86_400_000],
  ['soon', null],
])('Retry-After %s is %s ms', (text, ms) => {
  expect(retryAfterMs(new Headers({ 'Retry-After': text }), Date.UTC(2026, 10, 20, 10))).toBe(ms);
});
