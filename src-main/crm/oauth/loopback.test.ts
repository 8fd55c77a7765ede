// SPDX-License-Identifier: MIT
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_REDIRECT, redirectSettings, redirectUris } from '../../../src-shared/crm/redirect-settings.ts';
import { listenForRedirect, type RedirectListener } from './loopback.ts';

let listener: RedirectListener;

beforeEach(async () => {
  listener = await listenForRedirect({ ports: [0], host: 'localhost' }, 'es', (query) => query.get('code') === 'good');
});

afterEach(() => listener.close());

type Options = { readonly method?: string; readonly path?: string; readonly headers?: Record<string, string> };

/** A request with a Host header of our choice, which `fetch` does not send. */
function visit(query: string, { method = 'GET', path = '/oauth/callback', headers = {} }: Options = {}) {
  const { port } = new URL(listener.redirectUri);
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: path + query, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function occupied(host: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: (server.address() as { port: number }).port };
}

describe('the page', () => {
  it('takes the first answer, in the language of the program, and keeps nothing of it', async () => {
    const { status, headers, text } = await visit('?code=good&state=topsecret');
    expect([status, text]).toEqual([200, expect.stringContaining('Vuelva a Megadial')]);
    expect(text).not.toMatch(/topsecret|good/);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect((await listener.answered).get('state')).toBe('topsecret');
  });

  it('says when the answer gives no access', async () => {
    const { status, text } = await visit('?error=access_denied');
    expect([status, text]).toEqual([400, expect.stringContaining('no obtuvo acceso')]);
    expect((await listener.answered).get('error')).toBe('access_denied');
  });

  it('turns a second answer away', async () => {
    await visit('?code=good');
    const { status, text } = await visit('?code=good');
    expect([status, text]).toEqual([400, expect.stringContaining('Nada que hacer')]);
    expect((await listener.answered).get('code')).toBe('good');
  });
});

describe('what is no answer', () => {
  it.each<[string, number, string, Options]>([
    ['a favicon', 404, '', { path: '/favicon.ico' }],
    ['another path', 404, '?code=good', { path: '/oauth/callback/x' }],
    ['no code', 400, '?a=b', {}],
    ['another method', 405, '?code=good', { method: 'POST' }],
    ['HEAD', 405, '?code=good', { method: 'HEAD' }],
    ['OPTIONS without the question', 405, '', { method: 'OPTIONS' }],
    ['a DNS name that leads here', 400, '?code=good', { headers: { Host: 'evil.example:80' } }],
  ])('%s', async (_what, status, query, options) => {
    expect((await visit(query, options)).status).toBe(status);
    expect((await visit('?code=good')).status).toBe(200);
  });

  it('the question whether a public page may lead here', async () => {
    const headers = { Origin: 'https://login.example.com', 'Access-Control-Request-Private-Network': 'true' };
    const { status, headers: answer } = await visit('', { method: 'OPTIONS', headers });
    expect([status, answer['access-control-allow-origin'], answer['access-control-allow-private-network']]).toEqual([
      204,
      'https://login.example.com',
      'true',
    ]);
  });
});

describe('ports', () => {
  it('are tried in their order', async () => {
    const taken = await occupied('127.0.0.1');
    const other = await listenForRedirect({ ports: [taken.port, 0], host: '127.0.0.1' }, 'en', () => true);
    expect(other.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
    expect(other.redirectUri).not.toContain(`:${taken.port}/`);
    other.close();
    taken.server.close();
  });

  it('all taken are named', async () => {
    const taken = await occupied('127.0.0.1');
    const attempt = listenForRedirect({ ports: [taken.port], host: 'localhost' }, 'en', () => true);
    await expect(attempt).rejects.toMatchObject({ code: 'oauth.port-taken', params: { ports: String(taken.port) } });
    taken.server.close();
  });

  it('that another program has on one address family only are taken too', async () => {
    const taken = await occupied('::1').catch(() => null);
    if (taken === null) return; // a computer without IPv6 has nothing to share
    const attempt = listenForRedirect({ ports: [taken.port], host: 'localhost' }, 'en', () => true);
    await expect(attempt).rejects.toMatchObject({ code: 'oauth.port-taken' });
    taken.server.close();
  });

  it('are closed to the network: only loopback answers', async () => {
    const { port, hostname } = new URL(listener.redirectUri);
    expect(hostname).toBe('localhost');
    const foreign = await import('node:os').then(({ networkInterfaces }) =>
      Object.values(networkInterfaces())
        .flat()
        .find((one) => one !== undefined && !one.internal && one.family === 'IPv4'),
    );
    if (foreign === undefined) return; // no other network to ask from
    await expect(fetch(`http://${foreign.address}:${port}/oauth/callback?code=good`)).rejects.toThrow();
  });
});

it.each([
  [{}, DEFAULT_REDIRECT],
  [{ redirectPorts: [80, 'x', 70000], redirectHost: 'evil.example' }, DEFAULT_REDIRECT],
  [
    { redirectPorts: [8123, 80], redirectHost: '127.0.0.1' },
    { ports: [8123], host: '127.0.0.1' },
  ],
])('settings %j', (options, expected) => {
  expect(redirectSettings(options)).toEqual(expected);
});

it('addresses to register', () => {
  expect(redirectUris(DEFAULT_REDIRECT)[0]).toBe('http://localhost:17171/oauth/callback');
});
