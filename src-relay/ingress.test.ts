// SPDX-License-Identifier: MIT
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbeddedRelay } from '../src-main/events/embedded-relay.ts';
import { notificationHash } from './hash.ts';
import type { Ingress, IngressOptions, Notification } from './ingress.ts';
import { createIngress } from './ingress.ts';
import { inNetworks, sourceOf } from './sources.ts';

const SECRET = 'appsecret_test_0001';
const START = {
  event: 'NOTIFY_START',
  call_start: '2026-05-14 09:30:05',
  pbx_call_id: 'in_0123456789abcdef0123456789abcdef01234567',
  caller_id: '+34600111222',
  called_did: '+34912345678',
};
const W1 = 'ZjZjMTYzZTA4YTljZDdmZjQ1ZWUwYjkwMTllZTE1MDliYzFkZDUyOQ==';
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let received: Notification[] = [];
let ingress: Ingress;
let url: string;
let options: IngressOptions;

beforeEach(async () => {
  received = [];
  options = {
    path: '/megacall',
    secret: async () => SECRET,
    sources: () => ['127.0.0.0/8'],
    onNotification: async (notification) => {
      received.push(notification);
      return null;
    },
    log,
  };
  await open(options);
});

afterEach(() => ingress.app.close());

async function open(with_: IngressOptions): Promise<void> {
  if (ingress) await ingress.app.close();
  ingress = createIngress(with_);
  url = `${await ingress.app.listen({ host: '127.0.0.1', port: 0 })}/megacall`;
}

/** The rule of megacall-api.md section 3.2 with Node's own HMAC. */
function sign(...values: string[]): string {
  return Buffer.from(createHmac('sha1', SECRET).update(values.join('')).digest('hex')).toString('base64');
}

async function post(body: string | Uint8Array<ArrayBuffer> | FormData, headers: Record<string, string>) {
  return fetch(url, { method: 'POST', body, headers });
}

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

describe('echo', () => {
  it('answers GET and POST with the very text, as plain text', async () => {
    for (const echo of ['4f3a', 'a b+c&d=é€', '<script>alert(1)</script>', '']) {
      const get = await fetch(`${url}?${form({ zd_echo: echo })}`);
      expect([get.status, await get.text()]).toEqual([200, echo]);
      const posted = await post(form({ zd_echo: echo }), FORM);
      expect([posted.status, await posted.text()]).toEqual([200, echo]);
      expect(get.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(get.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(received).toEqual([]);
  });

  it('is exact for any text, and limited in length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), async (echo) => {
        expect(await (await fetch(`${url}?${form({ zd_echo: echo })}`)).text()).toBe(echo.replace(/^\uFEFF/, ''));
      }),
      { numRuns: 50 },
    );
    expect((await fetch(`${url}?zd_echo=${'x'.repeat(1025)}`)).status).toBe(400);
  });
});

describe('notifications', () => {
  it('takes form, multipart and JSON bodies with the same outcome', async () => {
    const data = new FormData();
    for (const [name, value] of Object.entries(START)) data.set(name, value);
    const replies = [
      await post(form(START), { ...FORM, Signature: W1 }),
      await post(data, { Signature: W1 }),
      await post(JSON.stringify(START), { 'Content-Type': 'application/json; charset=utf-8', Signature: W1 }),
      await post(Buffer.from(form(START)), { Signature: W1 }),
    ];
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200]);
    expect(received).toEqual(Array.from({ length: 4 }, () => ({ fields: START, verified: true })));
    expect(new Set(received.map(({ fields }) => notificationHash(fields))).size).toBe(1);
    expect(ingress.counters()).toEqual({ accepted: 4, forged: 0, wrongSource: 0, failed: 0 });
  });

  it.each([
    ['---------------------------=_a:b/c?d', 'multipart/form-data; boundary=---------------------------=_a:b/c?d'],
    ['odd (boundary), "quoted"', 'multipart/form-data; boundary=odd (boundary), "quoted"'],
    ['xyz', 'multipart/form-data'],
    ['xyz', 'multipart/form-data; boundary='],
    ['xyz', 'multipart/form-data; charset=utf-8; boundary="not the one in the body"'],
  ])('takes a multipart body with the boundary %s', async (boundary, contentType) => {
    for (const newline of ['\r\n', '\n']) {
      const parts = Object.entries(START).map(
        ([name, value]) =>
          `--${boundary}${newline}Content-Disposition: form-data; name="${name}"${newline}${newline}${value}${newline}`,
      );
      const body = `${parts.join('')}--${boundary}--${newline}`;
      const reply = await post(Buffer.from(body), { 'Content-Type': contentType, Signature: W1 });
      expect(reply.status).toBe(200);
    }
    expect(received.map(({ fields }) => fields)).toEqual([START, START]);
  });

  it('keeps the digits of JSON numbers and the text of JSON objects', async () => {
    const body =
      '{"event":"NOTIFY_RECORD","pbx_call_id":"in_1","call_id_with_rec":1781129241.26640977,"n":null,"o":{"a":[1]}}';
    await post(body, { 'Content-Type': 'application/json', Signature: sign('in_1', '1781129241.26640977') });
    expect(received[0]?.fields).toEqual({
      event: 'NOTIFY_RECORD',
      pbx_call_id: 'in_1',
      call_id_with_rec: '1781129241.26640977',
      n: '',
      o: '{"a":["1"]}',
    });
  });

  it('refuses forged ones and those without a signature, counts them and keeps nothing', async () => {
    const forged = [
      await post(form({ ...START, caller_id: '+34600111223' }), { ...FORM, Signature: W1 }),
      await post(form(START), FORM),
      await post(form(START), { ...FORM, Signature: '' }),
      await post(form(START), { ...FORM, Signature: '9sFj4Iqc1/9F7guQGe4VCbwd1Sk=' }),
    ];
    expect(forged.map((reply) => reply.status)).toEqual([403, 403, 403, 403]);
    expect(received).toEqual([]);
    expect(ingress.counters().forged).toBe(4);
  });

  it('gives a replayed one the same hash, and any other content another', () => {
    expect(notificationHash(Object.fromEntries(Object.entries(START).toReversed()))).toBe(notificationHash(START));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(START)), fc.string(), (name, value) => {
        const changed = { ...START, [name]: value };
        const same = START[name as keyof typeof START] === value;
        expect(notificationHash(changed) === notificationHash(START)).toBe(same);
      }),
    );
  });

  it('keeps events it does not know, unverified, and not without end', async () => {
    const fields = { event: 'SPEECH_RECOGNITION', pbx_call_id: 'in_1', result: '{"words":[]}' };
    expect((await post(form(fields), FORM)).status).toBe(200);
    expect(received).toEqual([{ fields, verified: false }]);
    const many = await Promise.all(Array.from({ length: 150 }, () => post(form(fields), FORM)));
    expect(many.some((reply) => reply.status === 429)).toBe(true);
    expect((await post(form(START), { ...FORM, Signature: W1 })).status).toBe(200);
  });

  it('answers a start with JSON when there is an answer, other events without', async () => {
    await open({ ...options, onNotification: async () => ({ redirect: '101', return_timeout: '15' }) });
    const start = await post(form(START), { ...FORM, Signature: W1 });
    expect(await start.json()).toEqual({ redirect: '101', return_timeout: '15' });
    const end = await post(form({ ...START, event: 'NOTIFY_END' }), { ...FORM, Signature: W1 });
    expect(await end.text()).toBe('');
  });

  it('answers 500 when the event could not be kept, 503 when there is no secret to check with', async () => {
    await open({ ...options, onNotification: () => Promise.reject(new Error('disk full')) });
    expect((await post(form(START), { ...FORM, Signature: W1 })).status).toBe(500);
    expect(ingress.counters().failed).toBe(1);
    for (const secret of [async () => null, () => Promise.reject(new Error('keychain'))]) {
      await open({ ...options, secret });
      expect((await post(form(START), { ...FORM, Signature: W1 })).status).toBe(503);
    }
    expect(received).toEqual([]);
  });

  it('verifies whatever was signed by the rule, and refuses any change to a signed field', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(text, text, text), text, fc.nat({ max: 2 }), async (values, other, index) => {
        const [internal, destination, call_start] = values;
        const fields = { event: 'NOTIFY_OUT_START', internal, destination, call_start };
        const headers = { ...FORM, Signature: sign(...values) };
        expect((await post(form(fields), headers)).status).toBe(200);
        const name = (['internal', 'destination', 'call_start'] as const)[index] ?? 'internal';
        const changed = { ...fields, [name]: fields[name] + other };
        expect((await post(form(changed), headers)).status).toBe(403);
      }),
      { numRuns: 40 },
    );
  });
});

describe('hostile requests', () => {
  it('stops reading a body of 5 MB at the limit', async () => {
    const reply = await rawPost(`Content-Length: ${5 * 1024 * 1024}`, '');
    expect(reply).toContain('413');
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    expect(await rawPost('Transfer-Encoding: chunked', chunk + chunk)).toContain('413');
    expect(received).toEqual([]);
  });

  it('refuses unreadable bodies without failing', async () => {
    const bad = ['', 'x', '{"event":', '[1]', '{"event":{}}', '--b\r\n', `{"a":${'['.repeat(30_000)}`, '\0\xff'];
    for (const body of bad) {
      for (const type of ['application/json', 'multipart/form-data; boundary=b', 'nonsense']) {
        const reply = await post(Buffer.from(body, 'latin1'), { 'Content-Type': type, Signature: W1 });
        expect([body.slice(0, 20), type, [200, 400, 403].includes(reply.status)]).toEqual([
          body.slice(0, 20),
          type,
          true,
        ]);
      }
    }
    expect(received.filter(({ verified }) => verified)).toEqual([]);
  });

  it('knows no other path and no other method', async () => {
    const root = url.replace('/megacall', '');
    expect((await fetch(`${root}/other`)).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
    for (const method of ['PUT', 'DELETE', 'HEAD']) expect((await fetch(url, { method })).status).toBe(404);
    expect((await fetch(`${url}/?zd_echo=1`)).status).toBe(200);
  });

  it('takes notifications from the networks listed only', async () => {
    await open({ ...options, sources: () => ['185.45.152.40/30'] });
    const headers = { ...FORM, Signature: W1, 'X-Forwarded-For': '185.45.152.42' };
    expect((await post(form(START), headers)).status).toBe(403);
    expect(ingress.counters().wrongSource).toBe(1);
    await open({ ...options, sources: () => ['185.45.152.40/30'], trustedProxies: ['127.0.0.1'] });
    expect((await post(form(START), headers)).status).toBe(200);
    expect((await post(form(START), { ...headers, 'X-Forwarded-For': '185.45.152.42, 8.8.8.8' })).status).toBe(403);
    expect((await post(form(START), { ...headers, 'X-Forwarded-For': '8.8.8.8, 185.45.152.42' })).status).toBe(200);
    expect((await post(form(START), { ...headers, 'X-Forwarded-For': 'unknown' })).status).toBe(403);
  });
});

describe('networks', () => {
  it('matches CIDR, single and IPv4-mapped addresses and passes over nonsense', () => {
    const pbx = ['185.45.152.40/30'];
    expect(['.40', '.43', '.39', '.44'].map((end) => inNetworks(`185.45.152${end}`, pbx))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(inNetworks('::ffff:185.45.152.42', pbx)).toBe(true);
    expect(inNetworks('2001:db8::5', ['2001:db8::/32', 'nonsense', '1.2.3.4/99'])).toBe(true);
    expect(inNetworks('10.0.0.7', ['10.0.0.7'])).toBe(true);
    expect(inNetworks('', ['0.0.0.0/0'])).toBe(false);
    expect(sourceOf('10.0.0.1', '1.1.1.1, 2.2.2.2, 10.0.0.2', ['10.0.0.0/8'])).toBe('2.2.2.2');
  });
});

describe('embedded relay', () => {
  it('listens on loopback, says when its port is taken, and frees it', async () => {
    const { path, secret, sources, onNotification } = options;
    const start = (port: number) => startEmbeddedRelay({ port, path, secret, sources, onNotification, log });
    const first = await start(0);
    await expect(start(first.port)).rejects.toMatchObject({ code: 'relay.port-taken', params: { port: first.port } });
    expect((await fetch(`http://127.0.0.1:${first.port}/megacall?zd_echo=hi`)).status).toBe(200);
    await first.close();
    const second = await start(first.port);
    await second.close();
  });
});

/** Writes a request by hand and answers with what came back before the connection closed. */
function rawPost(header: string, body: string): Promise<string> {
  const { port, hostname, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n${header}\r\n\r\n${body}`);
    });
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}
