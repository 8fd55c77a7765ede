// SPDX-License-Identifier: MIT
import { createHash, createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { parseStatisticsRow } from '../src-shared/megacall/statistics.ts';
import { fixedZone } from '../src-shared/megacall/zone.ts';
import type { MegacallClient } from './client.ts';
import { createMegacallClient } from './client.ts';
import { MAX_BODY_BYTES } from './transport.ts';

const KEY = 'appkey_test_0001';
const SECRET = 'appsecret_test_0001';
const NOW = Date.UTC(2026, 4, 14, 7, 30, 5);

type Sent = { url: string; method: string; headers: Headers; body: string | null; redirect: string | undefined };

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(text, { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

/** A client on a PBX that answers in turn as given, the last answer for ever. */
function bench(...answers: (Response | (() => Response | Promise<Response>))[]) {
  const sent: Sent[] = [];
  const slept: number[] = [];
  const lines: unknown[] = [];
  let time = 0;
  const note = (message: string, fields?: unknown) => void lines.push([message, fields]);
  const log = { warn: note };
  const client = createMegacallClient({
    baseUrl: () => 'https://api.example.com',
    credentials: async () => ({ key: KEY, secret: SECRET }),
    fetch: async (input, init) => {
      const body = typeof init?.body === 'string' ? init.body : null;
      const { method = 'GET', redirect } = init ?? {};
      sent.push({ url: String(input), method, headers: new Headers(init?.headers), body, redirect });
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      return typeof answer === 'function' ? answer() : (answer?.clone() ?? Response.error());
    },
    now: () => NOW,
    log,
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
    monotonic: () => time,
    random: () => 0.5,
  });
  return { client, sent, slept, lines };
}

/** The algorithm of megacall-api.md section 1.1 with Node's own crypto, over the bytes that were sent. */
function expectedAuthorization({ url, body }: Sent): string {
  const { pathname, search } = new URL(url);
  const query = body ?? search.slice(1);
  const md5 = createHash('md5').update(query).digest('hex');
  const hex = createHmac('sha1', SECRET).update(`${pathname}${query}${md5}`).digest('hex');
  return `${KEY}:${Buffer.from(hex).toString('base64')}`;
}

const LIMITED = { status: 'error', message: 'You exceeded the rate limit by User Limits' };
const REFUSED = { status: 'error', message: 'Not authorized' };
const BALANCE = { status: 'success', balance: 10.34, currency: 'USD' };

describe('requests', () => {
  const calls: [name: string, run: (client: MegacallClient) => Promise<unknown>, method: string, path: string][] = [
    ['balance', (client) => client.balance(), 'GET', '/v1/info/balance/'],
    ['callback', (c) => c.callback({ from: '101', to: '+34912345678', sip: '101' }), 'GET', '/v1/request/callback/'],
    ['links', (c) => c.recordLinks({ callId: "a b~*!'()" }, 600), 'GET', '/v1/pbx/record/request/'],
    [
      'statistics',
      (c) => c.statisticsPbx({ start: NOW - 1000, end: NOW, callType: 'in' }, 7_200_000),
      'GET',
      '/v1/statistics/pbx/',
    ],
    ['callinfo', (c) => c.setCallinfoUrl('https://relay.example.com/megacall?a=b'), 'POST', '/v1/pbx/callinfo/url/'],
    ['none', (c) => c.removeCallinfoUrl('https://relay.example.com/megacall?a=b'), 'DELETE', '/v1/pbx/callinfo/url/'],
  ];

  it.each(calls)('%s signs the very bytes it sends', async (_name, run, method, path) => {
    const { client, sent } = bench(json(BALANCE));
    await run(client);
    expect(sent).toHaveLength(1);
    const [request] = sent;
    if (!request) throw new Error('nothing sent');
    expect([request.method, new URL(request.url).pathname, request.redirect]).toEqual([method, path, 'manual']);
    expect(request.headers.get('authorization')).toBe(expectedAuthorization(request));
    if (method !== 'GET') {
      expect(request.body).toBe('url=https%3A%2F%2Frelay.example.com%2Fmegacall%3Fa%3Db');
      expect(request.url).not.toContain('?');
      expect(request.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
    }
  });

  it('asks for statistics in the wall clock of the account', async () => {
    const { client, sent } = bench(json({ status: 'success', stats: [] }));
    await client.statisticsPbx({ start: NOW - 60_000, end: NOW, callType: 'out', limit: 50 }, 7_200_000);
    expect(Object.fromEntries(new URL(sent[0]?.url ?? '').searchParams)).toEqual({
      call_type: 'out',
      end: '2026-05-14 09:30:05',
      limit: '50',
      skip: '0',
      start: '2026-05-14 09:29:05',
      version: '2',
    });
  });
});

describe('forwarding, section 2.5', () => {
  const set = (forwarding: Parameters<MegacallClient['setRedirection']>[1]) => {
    const { client, sent } = bench(json({ status: 'success', current_status: 'off' }));
    return client.setRedirection('101', forwarding).then(() => new URLSearchParams(sent[0]?.body ?? '').toString());
  };

  it('is switched on with everything it needs, and off with nothing more', async () => {
    expect(await set({ on: true, to: '+34600111222', condition: 'noanswer' })).toBe(
      'condition=noanswer&destination=34600111222&pbx_number=101&status=on&type=phone',
    );
    expect(await set({ on: false, to: '+34600111222', condition: 'noanswer' })).toBe('pbx_number=101&status=off');
  });

  it.each([
    [{ current_status: 'off' }, { on: false, to: '', condition: 'always' }],
    [
      { current_status: 'on', type: 'phone', destination: '34600111222', condition: 'noanswer' },
      { on: true, to: '+34600111222', condition: 'noanswer' },
    ],
    [
      { current_status: true, type: 'phone', destination: 34600111222, condition: 'always' },
      { on: true, to: '+34600111222', condition: 'always' },
    ],
    [
      { current_status: 'on', type: 'voicemail', destination: '', condition: 'noanswer' },
      { on: true, to: '', condition: 'noanswer' },
    ],
  ])('%j', async (body, expected) => {
    const { client, sent } = bench(json({ status: 'success', ...body }));
    expect(await client.redirection('101')).toEqual(expected);
    expect(sent[0]?.url).toBe('https://api.example.com/v1/pbx/redirection/?pbx_number=101');
  });

  it('that says nothing of its state is no answer, and is set only once', async () => {
    await expect(bench(json({ status: 'success' })).client.redirection('101')).rejects.toMatchObject({
      code: 'api.bad-reply',
    });
    const { client, sent } = bench(json({ status: 'error', message: 'busy' }, 503));
    const on = { on: true, to: '102', condition: 'always' } as const;
    await expect(client.setRedirection('101', on)).rejects.toMatchObject({ code: 'api.rejected' });
    expect(sent).toHaveLength(1);
  });
});

it('reads the numbers of the account, and only numbers', async () => {
  const info = [{ number: '34912345678' }, { number: 34912345679 }, { number: '<b>' }, null, 'x'];
  expect(await bench(json({ status: 'success', info })).client.directNumbers()).toEqual(['34912345678', '34912345679']);
});

describe('replies, in both variants of section 2.13', () => {
  it.each([
    [{ status: 'success', pbx_id: 123456, numbers: [100, 101] }],
    [{ status: 'success', pbx_id: '123456', numbers: ['100', '101', null] }],
  ])('extensions', async (body) => {
    expect(await bench(json(body)).client.extensions()).toEqual({ pbxId: '123456', numbers: ['100', '101'] });
  });

  it.each([
    ['true', true],
    [1, true],
    [false, false],
    ['?', null],
  ])('status %s', async (is_online, online) => {
    const { client, sent } = bench(json({ status: 'success', is_online }));
    expect(await client.extensionStatus('101')).toEqual({ online });
    expect(sent[0]?.url).toBe('https://api.example.com/v1/pbx/internal/101/status/');
  });

  it('takes link and links, and any 2xx', async () => {
    const link = 'https://api.example.com/v1/pbx/record/download/T/1.mp3';
    const { client } = bench(
      json({ status: 'success', link }, 201),
      json({ status: 'success', links: [link, link, 5] }),
    );
    expect(await client.recordLinks({ callId: '1.2' }, 600)).toEqual([link]);
    expect(await client.recordLinks({ pbxCallId: 'in_1' }, 600)).toEqual([link]);
  });

  it('gives no link over http, nor to a file, while the API is at https', async () => {
    for (const link of ['http://api.example.com/a.mp3', 'file:///etc/hostname', 'data:audio/mpeg;base64,SUQz', 'x']) {
      const { client } = bench(json({ status: 'success', link }));
      await expect(client.recordLinks({ callId: '1.2' }, 600)).rejects.toMatchObject({ code: 'api.bad-reply' });
    }
  });

  it('keeps eighteen digits of an id, number or text', async () => {
    for (const id of ['1781129241.26640977', '"1781129241.26640977"']) {
      const row = `{"call_id":${id},"sip":101,"callstart":"2026-05-14 09:30:05","clid":"Ana (34600111222)",
        "destination":34912345678,"disposition":"no answer","seconds":"62","is_recorded":"true","pbx_call_id":"in_1"}`;
      const { client } = bench(json(`{"status":"success","stats":[${row},{"call_id":1},null]}`));
      const { rows, more } = await client.statisticsPbx({ start: 0, end: 1, callType: 'out', limit: 4 }, 7_200_000);
      expect(more).toBe(false);
      expect(rows.map((one) => parseStatisticsRow(one, fixedZone(7_200_000), 'out'))).toEqual([
        {
          source: 'row',
          type: 'row',
          callId: '1781129241.26640977',
          pbxCallId: 'in_1',
          direction: 'in',
          extension: '101',
          number: '+34600111222',
          did: '+34912345678',
          networkName: 'Ana',
          callStart: NOW,
          duration: 62,
          disposition: 'no-answer',
          isRecorded: true,
        },
        null,
        null,
      ]);
    }
  });

  it('reads clock, password, callback and notification settings', async () => {
    const { client } = bench(
      json({ status: 'success', unixtime: String(NOW / 1000), datetime: '2026-05-14 09:30:05', timezone: 'UTC+2' }),
      json({ status: 'success', sip: 101, password: 'p w' }),
      json({ status: 'success', from: 101, to: 34600111222, time: 1778743805 }),
      json({ status: 'success', url: 'https://r.example.com', notifications: { notify_start: 'true', notify_end: 0 } }),
    );
    expect(await client.timezone()).toEqual({ unixtime: NOW / 1000, offsetMs: 7_200_000, label: 'UTC+2' });
    expect(await client.sipPassword('101')).toBe('p w');
    expect(await client.callback({ from: '101', to: '1' })).toEqual({
      from: '101',
      to: '34600111222',
      time: 1778743805,
    });
    expect(await client.callinfo()).toEqual({
      url: 'https://r.example.com',
      notifications: { notify_start: true, notify_end: false },
    });
  });

  it('refuses a shape it cannot use, and an extension that is no number', async () => {
    for (const body of [{}, [], { balance: 'x' }, { balance: null }]) {
      await expect(bench(json(body)).client.balance()).rejects.toMatchObject({ code: 'api.bad-reply' });
    }
    const { client, sent } = bench(json({}));
    await expect(client.sipPassword('../../x')).rejects.toMatchObject({ code: 'api.bad-reply' });
    await expect(client.sipPassword('101')).rejects.toMatchObject({ code: 'api.bad-reply' });
    expect(sent).toHaveLength(1);
  });
});

describe('errors', () => {
  it.each<[string, Response, string, object]>([
    ['401', json(REFUSED, 401, { Date: new Date(NOW + 60_000).toUTCString() }), 'api.unauthorized', {}],
    ['200 with Not authorized', json(REFUSED), 'api.unauthorized', {}],
    ['clock', json(REFUSED, 401, { Date: new Date(NOW - 26 * 60_000).toUTCString() }), 'api.clock', { minutes: 26 }],
    ['HTML', new Response('<html>Sign in</html>'), 'api.not-json', { status: 200 }],
    ['empty', new Response(''), 'api.not-json', { status: 200 }],
    [
      'redirect',
      new Response(null, { status: 302, headers: { Location: 'https://evil.example' } }),
      'api.not-json',
      { status: 302 },
    ],
    [
      '400',
      json({ status: 'error', message: "Check phone's number" }, 400),
      'api.rejected',
      { status: 400, message: "Check phone's number" },
    ],
    ['200 error', json({ status: 'error', data: 'a\u0000\n\u202eb' }), 'api.rejected', { status: 200, message: 'a b' }],
    [
      'long text',
      json({ status: 'error', message: 'x'.repeat(900) }),
      'api.rejected',
      { status: 200, message: 'x'.repeat(200) },
    ],
    ['no text', json({}, 404), 'api.rejected', { status: 404, message: 'HTTP 404' }],
  ])('%s', async (_name, answer, code, params) => {
    const { client, sent } = bench(answer);
    await expect(client.balance()).rejects.toMatchObject({ code, params });
    expect(sent).toHaveLength(1);
  });

  it('tries a read three times with growing waits, then says why', async () => {
    const down = () => Promise.reject(new TypeError('fetch failed'));
    const first = bench(down);
    await expect(first.client.balance()).rejects.toMatchObject({ code: 'api.network' });
    expect([first.sent.length, first.slept]).toEqual([3, [500, 1000]]);
    const second = bench(new Response('<html>Bad gateway</html>', { status: 502 }), json(BALANCE));
    expect(await second.client.balance()).toEqual({ balance: 10.34, currency: 'USD' });
    expect(second.sent).toHaveLength(2);
  });

  it('never repeats a callback or a write, whatever happened', async () => {
    const failures = [
      () => Promise.reject(new TypeError('x')),
      json(LIMITED),
      json({}, 500),
      new Response('<', { status: 502 }),
    ];
    for (const failure of failures) {
      const { client, sent } = bench(failure);
      await expect(client.callback({ from: '101', to: '1' })).rejects.toMatchObject({ code: /^api\./ });
      await expect(client.setCallinfoUrl('https://x.example')).rejects.toMatchObject({ code: /^api\./ });
      expect(sent.length).toBeLessThanOrEqual(2);
      expect(sent.filter(({ url }) => url.includes('callback'))).toHaveLength(1);
    }
  });

  it('pauses alike for 429 and for 200 with the limit text, and honours Retry-After', async () => {
    for (const limited of [json(LIMITED, 429), json(LIMITED), json('', 429)]) {
      const { client, sent, slept } = bench(limited, json(BALANCE));
      await client.balance();
      expect(sent).toHaveLength(2);
      expect(slept.reduce((sum, ms) => sum + ms)).toBeGreaterThanOrEqual(5_000);
    }
    const told = bench(json(LIMITED, 429, { 'Retry-After': '9' }), json(BALANCE));
    await told.client.balance();
    expect(told.slept.reduce((sum, ms) => sum + ms)).toBe(9_000);
    const long = bench(json(LIMITED, 429, { 'Retry-After': '120' }), json(BALANCE));
    await expect(long.client.balance()).rejects.toMatchObject({ code: 'api.rate-limited' });
    expect(long.sent).toHaveLength(1);
  });

  it('waits when the headers say that nothing remains', async () => {
    const spent = json(BALANCE, 200, { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(NOW / 1000 + 7) });
    const { client, slept } = bench(spent, json(BALANCE));
    await client.balance();
    await client.balance();
    expect(slept).toEqual([7_000]);
    const plenty = bench(json(BALANCE, 200, { 'X-RateLimit-Remaining': '90', 'X-RateLimit-Reset': '30' }));
    await plenty.client.balance();
    await plenty.client.balance();
    expect(plenty.slept).toEqual([]);
  });

  it('gives up a body that never ends', async () => {
    let pulled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled += 65_536;
            controller.enqueue(new Uint8Array(65_536));
          },
        }),
      );
    await expect(bench(endless).client.balance()).rejects.toMatchObject({ code: 'api.bad-reply' });
    expect(pulled).toBeLessThan(MAX_BODY_BYTES + 10 * 65_536);
  });

  it('names a timeout, on a server that accepts and says nothing', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort());
    const { client } = bench(() => Promise.reject(new DOMException('aborted', 'TimeoutError')));
    await expect(client.callback({ from: '1', to: '2' })).rejects.toMatchObject({ code: 'api.timeout' });
    expect(timeout).toHaveBeenCalledWith(10_000);
    timeout.mockRestore();
  });

  it('never writes a secret: not in logs, not in errors, not for a key no header can carry', async () => {
    const { client, lines } = bench(() => Promise.reject(new Error('boom')));
    const error = await client.balance().catch((thrown: unknown) => thrown);
    const bad = createMegacallClient({
      baseUrl: () => 'https://api.example.com',
      credentials: async () => ({ key: 'bad\nkey', secret: SECRET }),
      fetch,
      now: () => NOW,
      log: { warn: (...line) => void lines.push(line) },
    });
    const refused = await bad.balance().catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'api.unauthorized' });
    const written = JSON.stringify([lines, error, refused, String((refused as Error).stack)]);
    for (const secret of [KEY, SECRET, 'bad\\nkey']) expect(written).not.toContain(secret);
  });
});

describe('on a real connection', () => {
  it('sends the query as it was signed, and follows no redirect', async () => {
    const seen: (string | undefined)[] = [];
    const server: Server = createServer((request, response) => {
      seen.push(request.url, request.headers.authorization);
      response.writeHead(307, { Location: '/elsewhere/' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = createMegacallClient({
      baseUrl: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      credentials: async () => ({ key: KEY, secret: SECRET }),
      fetch,
      now: () => NOW,
      log: { warn() {} },
    });
    const links = client.recordLinks({ callId: "a b~*!'()+é" }, 600);
    await expect(links).rejects.toMatchObject({ code: 'api.not-json', params: { status: 307 } });
    const url = '/v1/pbx/record/request/?call_id=a+b%7E%2A%21%27%28%29%2B%C3%A9&lifetime=600';
    const request = { url: `http://x${url}`, method: 'GET', headers: new Headers(), body: null, redirect: undefined };
    expect(seen).toEqual([url, expectedAuthorization(request)]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
