// SPDX-License-Identifier: MIT
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src-shared/errors.ts';
import { browse } from '../../../test/crm-emulators/common/browser.ts';
import { type PlainCrm, startPlainCrm } from '../../../test/crm-emulators/common/plain.ts';
import { createCrmHttp } from '../http.ts';
import { type ConnectOptions, connectInBrowser } from './connect.ts';
import type { OAuthProvider } from './model.ts';

const never = new AbortController().signal;
let crm: PlainCrm;
let options: ConnectOptions;
let opened: URL[];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeEach(async () => {
  const port = await freePort();
  crm = await startPlainCrm([`http://localhost:${port}/oauth/callback`]);
  opened = [];
  options = {
    http: createCrmHttp({ fetch }),
    openExternal: async (url) => {
      opened.push(new URL(url));
      await browse(url);
    },
    redirect: { ports: [port], host: 'localhost' },
    language: 'en',
    now: () => 1_000,
  };
});

afterEach(() => crm.close());

function connect(more: Partial<ConnectOptions> = {}, provider: Partial<OAuthProvider> = {}, signal = never) {
  return connectInBrowser({ ...crm.provider, ...provider }, { ...options, ...more }, signal);
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const thrown = await attempt.then(
    () => 'connected',
    (error: unknown) => error,
  );
  return thrown instanceof AppError ? thrown.code : String(thrown);
}

describe('connecting', () => {
  it('gives tokens, with what redirect and answer say beside them', async () => {
    expect(await connect()).toEqual({
      access: expect.stringMatching(/^access/),
      refresh: expect.stringMatching(/^refresh/),
      expiresAt: 3_601_000,
      facts: { location: 'eu', place: 'here' },
    });
    expect(opened[0]?.searchParams.get('prompt')).toBe('consent');
  });

  it('uses a new state and a new S256 challenge each time, and never sends the verifier by way of the browser', async () => {
    await connect();
    await connect();
    const [a, b] = opened.map(({ searchParams }) => [searchParams.get('state'), searchParams.get('code_challenge')]);
    expect([a?.[0] === b?.[0], a?.[1] === b?.[1]]).toEqual([false, false]);
    const verifiers = crm.server.calls.flatMap(({ body }) => new URLSearchParams(body).getAll('code_verifier'));
    expect(verifiers.map((verifier) => verifier.length)).toEqual([43, 43]);
    expect(opened.some(({ href }) => verifiers.some((verifier) => href.includes(verifier)))).toBe(false);
  });

  it('sends the secret where the app has one', async () => {
    crm.oauth.switches.requireSecret = true;
    expect((await connect({}, { clientSecret: async () => 'secret-1' })).refresh).toMatch(/^refresh/);
  });

  it('frees the port afterwards, whatever came of it', async () => {
    crm.oauth.switches.consent = 'deny';
    expect(await codeOf(connect())).toBe('oauth.denied');
    crm.oauth.switches.consent = 'allow';
    expect((await connect()).refresh).toMatch(/^refresh/);
  });
});

describe('a failure says what to do:', () => {
  const never5 = { limitMs: 5 };
  it.each<[string, () => Promise<unknown>]>([
    ['oauth.denied', () => with_({ consent: 'deny' })],
    ['oauth.state', () => with_({ consent: 'wrong-state' })],
    ['oauth.timeout', () => with_({ consent: 'never' }, never5)],
    ['oauth.not-lasting', () => with_({ offline: false })],
    ['oauth.secret', () => with_({ requireSecret: true })],
    ['oauth.secret', () => connect({}, { clientSecret: async () => 'wrong' })],
    ['oauth.secret', () => with_({ refuse: { error: 'invalid_client_secret', description: '' } })],
    ['oauth.client', () => with_({ refuse: { error: 'invalid_client_id', description: 'client identifier invalid' } })],
    ['oauth.redirect', () => with_({ refuse: { error: 'redirect_uri_mismatch', description: '' } })],
    ['oauth.refused', () => with_({ refuse: { error: 'invalid_grant', description: 'invalid code verifier' } })],
    ['oauth.refused', () => with_({ requirePkce: true }, {}, { pkce: false })],
    ['oauth.timeout', () => connect(never5, { clientId: 'unknown' })], // the CRM tells it in the browser alone
    ['oauth.browser', () => connect({ openExternal: () => Promise.reject(new Error('xdg-open')) })],
    ['oauth.cancelled', () => connect({}, {}, AbortSignal.abort())],
    ['oauth.network', () => spoilt('error-before')],
    ['oauth.network', () => spoilt('reset-after')],
    ['oauth.bad-reply', () => spoilt('html-ok')],
    ['oauth.bad-reply', () => spoilt('half-json')],
  ])('%s', async (code, attempt) => {
    expect(await codeOf(attempt())).toBe(code);
  });

  it('oauth.cancelled while the person is away', async () => {
    crm.oauth.switches.consent = 'never';
    const stop = new AbortController();
    const attempt = codeOf(connect({}, {}, stop.signal));
    while (opened.length === 0) await new Promise(setImmediate);
    stop.abort();
    expect(await attempt).toBe('oauth.cancelled');
  });

  it('oauth.bad-reply from a redirect that names a foreign server, which is sent nothing', async () => {
    const redirectFacts = () => {
      throw new AppError('oauth.bad-reply');
    };
    expect(await codeOf(connect({}, { redirectFacts }))).toBe('oauth.bad-reply');
    expect(crm.oauth.count.exchanges).toBe(0);
  });

  function with_(switches: Partial<PlainCrm['oauth']['switches']>, more = {}, provider = {}) {
    Object.assign(crm.oauth.switches, switches);
    return connect(more, provider);
  }

  function spoilt(kind: 'error-before' | 'reset-after' | 'html-ok' | 'half-json') {
    crm.server.faults.plan.push({ kind, only: '/token' });
    return connect();
  }
});

it('an error with status 200 is an error', async () => {
  const http = createCrmHttp({
    fetch: async () => Response.json({ error: 'invalid_code', status: 'failure' }, { status: 200 }),
  });
  expect(await codeOf(connect({ http }))).toBe('oauth.refused');
});

it('a code that another page of the same browser brings is not taken', async () => {
  const openExternal = async (url: string) => {
    const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
    await browse(`${redirectUri}?code=theirs&state=guessed`);
  };
  expect(await codeOf(connect({ openExternal }))).toBe('oauth.state');
  expect(crm.oauth.count.exchanges).toBe(0);
});
