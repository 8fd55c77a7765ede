// SPDX-License-Identifier: MIT
import { afterEach, describe, expect, it } from 'vitest';
import { signedRequest } from './client.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './index.ts';

const running: Sandbox[] = [];

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ sip: false, ...options });
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
});

describe('access', () => {
  it('accepts a good signature and refuses a wrong key, a wrong secret, changed parameters and none', async () => {
    const sandbox = await start();
    const { url, account } = sandbox;
    const good = await signedRequest(sandbox, 'GET', '/v1/info/balance/');
    expect(good.json).toEqual({ status: 'success', balance: 18.1636, currency: 'EUR' });
    const refused = [
      await signedRequest({ url, account: { ...account, key: 'other' } }, 'GET', '/v1/info/balance/'),
      await signedRequest({ url, account: { ...account, secret: 'other' } }, 'GET', '/v1/info/balance/'),
    ];
    const bare = await fetch(`${url}/v1/info/balance/`);
    for (const reply of refused) {
      expect(reply.status).toBe(401);
      expect(reply.json).toEqual({ status: 'error', message: 'Not authorized' });
    }
    expect(bare.status).toBe(401);
    expect(sandbox.api.log.map((entry) => entry.authOk)).toEqual([true, false, false, false]);
  });

  it('logs the raw query and body', async () => {
    const sandbox = await start();
    await signedRequest(sandbox, 'GET', '/v1/info/price/', { number: '+34912345678' });
    await signedRequest(sandbox, 'POST', '/v1/sms/send/', { number: '34600111222', message: 'a b+c' });
    expect(sandbox.api.log).toMatchObject([
      { method: 'GET', path: '/v1/info/price/', query: 'number=%2B34912345678', body: '', status: 200 },
      { method: 'POST', path: '/v1/sms/send/', query: '', body: 'number=34600111222&message=a+b%2Bc', status: 200 },
    ]);
  });

  it('answers a path without its last slash with a page, unless told to be lenient', async () => {
    const strict = await signedRequest(await start(), 'GET', '/v1/info/balance');
    expect(strict.status).toBe(404);
    expect(strict.headers.get('content-type')).toMatch('text/html');
    const lenient = await signedRequest(await start({ trailingSlash: 'optional' }), 'GET', '/v1/info/balance');
    expect(lenient.json).toMatchObject({ status: 'success' });
  });

  it('answers bad parameters with 400 and a sentence', async () => {
    const sandbox = await start();
    const price = await signedRequest(sandbox, 'GET', '/v1/info/price/', { number: 'abc' });
    expect([price.status, price.json]).toEqual([400, { status: 'error', message: "Check phone's number" }]);
    const from = await signedRequest(sandbox, 'GET', '/v1/request/callback/', { from: '999', to: '+34600111222' });
    expect([from.status, from.json?.message]).toEqual([400, 'Check your phone number']);
    const sip = await signedRequest(sandbox, 'GET', '/v1/request/callback/', {
      from: '101',
      to: '+34600111222',
      sip: '123456-101',
    });
    expect([sip.status, sip.json?.message]).toEqual([400, 'Field sip could be only SIP or PBX number']);
  });
});

describe('rate limits', () => {
  it('allows 100 a minute, and 3 of statistics, and says what is left', async () => {
    const sandbox = await start();
    const first = await signedRequest(sandbox, 'GET', '/v1/statistics/pbx/');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('2');
    for (let i = 0; i < 2; i++) await signedRequest(sandbox, 'GET', '/v1/statistics/pbx/');
    const fourth = await signedRequest(sandbox, 'GET', '/v1/statistics/pbx/');
    expect([fourth.status, fourth.json]).toEqual([429, { status: 'error', message: 'You exceeded the rate limit' }]);
    for (let i = 0; i < 100; i++) {
      expect((await signedRequest(sandbox, 'GET', '/v1/info/balance/')).status).toBe(200);
    }
    expect((await signedRequest(sandbox, 'GET', '/v1/info/balance/')).status).toBe(429);
  });

  it('can answer with 200 and an error instead', async () => {
    const sandbox = await start({ rateLimitAs200: true, limits: { general: 1 } });
    await signedRequest(sandbox, 'GET', '/v1/info/balance/');
    const second = await signedRequest(sandbox, 'GET', '/v1/info/balance/');
    expect([second.status, second.json]).toEqual([
      200,
      { status: 'error', message: 'You exceeded the rate limit by User Limits' },
    ]);
  });
});

describe('methods', () => {
  it('describes the account', async () => {
    const sandbox = await start({ account: { timezone: 'UTC+5:30' } });
    const get = async (path: string, params = {}) => (await signedRequest(sandbox, 'GET', path, params)).json;
    const zone = await get('/v1/info/timezone/');
    expect(zone).toMatchObject({ status: 'success', timezone: 'UTC+5:30' });
    const shown = Date.parse(`${String(zone?.datetime).replace(' ', 'T')}Z`) / 1000;
    expect(shown - Number(zone?.unixtime)).toBe(5.5 * 3600);
    const madrid = await start({ account: { timezone: 'Europe/Madrid' } });
    for (const [now, label] of [
      [Date.UTC(2026, 6, 1), 'UTC+2'],
      [Date.UTC(2026, 11, 1), 'UTC+1'],
    ] as const) {
      madrid.api.faults.skewMs = now - Date.now();
      expect((await signedRequest(madrid, 'GET', '/v1/info/timezone/')).json).toMatchObject({ timezone: label });
    }
    expect(await get('/v1/info/price/', { number: '34912345678' })).toMatchObject({
      info: { prefix: '34', description: 'Spain', price: '0.009', currency: 'EUR' },
    });
    expect(await get('/v1/pbx/internal/')).toEqual({ status: 'success', pbx_id: 123456, numbers: [101, 102, 103] });
    expect(await get('/v1/pbx/internal/101/status/')).toMatchObject({ number: 101, is_online: 'true' });
    expect(await get('/v1/pbx/internal/101/info/')).toMatchObject({ number: 101, name: 'Ana Torres', lines: '3' });
    expect(await get('/v1/pbx/internal/101/password/')).toMatchObject({ sip: '101', password: 'Sandbox-101' });
    expect(await get('/v1/pbx/internal/999/password/')).toMatchObject({ status: 'error' });
    expect(await get('/v1/tariff/')).toMatchObject({ info: { is_active: true } });
    expect(await get('/v1/direct_numbers/')).toMatchObject({ info: [{ number: '34912345678', autorenew: 'true' }] });
    expect(await get('/v1/sip/')).toMatchObject({ sips: [{ lines: 3 }] });
    expect(await get('/v1/webrtc/get_key/', { sip: '123456-101' })).toMatchObject({ status: 'success' });
    expect(await get('/v1/no/such/')).toMatchObject({ status: 'error' });
  });

  it('sends an SMS to the numbers that are some and names the others', async () => {
    const sandbox = await start();
    const reply = await signedRequest(sandbox, 'POST', '/v1/sms/send/', { number: '34600111222,12', message: 'Hola' });
    expect(reply.json).toMatchObject({ messages: 1, denied_numbers: [{ number: '12' }] });
  });

  it('keeps the callback requests it accepted', async () => {
    const sandbox = await start();
    const reply = await signedRequest(sandbox, 'GET', '/v1/request/callback/', { from: '101', to: '+34600111222' });
    expect(reply.json).toMatchObject({ status: 'success', from: '101', to: '34600111222' });
    expect(sandbox.api.callbacks).toMatchObject([{ from: '101', to: '+34600111222' }]);
  });
});

describe('statistics', () => {
  async function withCalls(options: SandboxOptions): Promise<Sandbox> {
    const sandbox = await start({ limits: { statistics: 100 }, ...options });
    const incoming = sandbox.calls.incoming({ from: '+34600111222', did: '+34912345678', name: 'Carmen' });
    await incoming.start();
    await incoming.ring('101');
    await incoming.ring('102');
    await incoming.answer('102');
    await incoming.end({ disposition: 'answered', duration: 62 });
    const outgoing = sandbox.calls.outgoing({ extension: '101', to: '+34600111333' });
    await outgoing.start();
    await outgoing.end({ disposition: 'failed' });
    return sandbox;
  }

  it('has a row for each leg, as texts', async () => {
    const sandbox = await withCalls({ variant: 'text' });
    const { json } = await signedRequest(sandbox, 'GET', '/v1/statistics/pbx/', { version: '2' });
    expect(json).toMatchObject({ status: 'success', version: 2 });
    expect(json?.stats).toMatchObject([
      { sip: '101', disposition: 'no answer', seconds: 0, is_recorded: 'false', destination: '34912345678' },
      { sip: '102', disposition: 'answered', seconds: 62, is_recorded: 'true', clid: 'Carmen (34600111222)' },
      { sip: '101', disposition: 'call failed', clid: 'Ana Torres 101 (101)', destination: '34600111333' },
    ]);
  });

  it('writes an 18-digit id as a JSON number without losing a digit', async () => {
    const sandbox = await withCalls({ variant: 'numbers' });
    const { text, json } = await signedRequest(sandbox, 'GET', '/v1/statistics/pbx/', { call_type: 'in' });
    const answered = sandbox.history.rows.find((row) => row.disposition === 'answered');
    expect(answered?.callId).toMatch(/^\d{10}\.\d{8}$/);
    expect(text).toContain(`"call_id":${answered?.callId},`);
    expect(json?.stats).toMatchObject([
      { sip: 101, clid: 34600111222, destination: 34912345678, is_recorded: false },
      { sip: 102, is_recorded: true },
    ]);
  });

  it('filters by direction, pages, and cuts a range of more than a month', async () => {
    const sandbox = await withCalls({});
    const get = async (params: Record<string, string>) =>
      (await signedRequest(sandbox, 'GET', '/v1/statistics/pbx/', params)).json;
    expect((await get({ call_type: 'out' }))?.stats).toHaveLength(1);
    expect((await get({ skip: '1', limit: '1' }))?.stats).toMatchObject([{ sip: '102' }]);
    expect(await get({ start: '2020-01-01 00:00:00', end: '2020-12-31 23:59:59' })).toMatchObject({
      end: '2020-01-31 00:00:00',
      stats: [],
    });
    expect(await get({ start: 'yesterday' })).toMatchObject({ status: 'error' });
    const other = await signedRequest(sandbox, 'GET', '/v1/statistics/');
    expect(other.json).toMatchObject({ status: 'success', stats: [] });
  });
});

describe('recordings', () => {
  async function recorded(readyAfterMs: number): Promise<{ sandbox: Sandbox; callId: string; pbxCallId: string }> {
    const sandbox = await start();
    const call = sandbox.calls.incoming({ from: '+34600111222', did: '+34912345678' });
    await call.answer('101');
    await call.end({ disposition: 'answered', duration: 6, isRecorded: true });
    await call.record({ readyAfterMs });
    return { sandbox, callId: call.recordId() ?? '', pbxCallId: call.pbxCallId };
  }

  it('become ready late', async () => {
    const { sandbox, callId } = await recorded(60_000);
    const ask = () => signedRequest(sandbox, 'GET', '/v1/pbx/record/request/', { call_id: callId });
    expect((await ask()).json).toEqual({ status: 'error', message: 'File not found' });
    const [recording] = sandbox.recordings.list();
    if (recording !== undefined) recording.readyAt = Date.now();
    expect((await ask()).json).toMatchObject({ status: 'success' });
  });

  it('give one link by call id and several by PBX call id, and honour ranges', async () => {
    const { sandbox, callId, pbxCallId } = await recorded(0);
    const one = await signedRequest(sandbox, 'GET', '/v1/pbx/record/request/', { call_id: callId });
    const many = await signedRequest(sandbox, 'GET', '/v1/pbx/record/request/', {
      pbx_call_id: pbxCallId,
      call_id: '',
      lifetime: '5184000',
    });
    expect(many.json?.links).toHaveLength(1);
    const link = String(one.json?.link);
    expect(link).toMatch(new RegExp(`/v1/pbx/record/download/[0-9a-f]+/${callId}\\.mp3$`));
    const whole = await fetch(link);
    expect(whole.headers.get('content-type')).toBe('audio/mpeg');
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(bytes.subarray(0, 3).toString('latin1') === 'ID3' || bytes[0] === 0xff).toBe(true);
    const range = async (header: string) => {
      const response = await fetch(link, { headers: { range: header } });
      const body = Buffer.from(await response.arrayBuffer());
      return [response.status, response.headers.get('content-range'), body] as const;
    };
    const total = bytes.length;
    expect(await range('bytes=100-199')).toEqual([206, `bytes 100-199/${total}`, bytes.subarray(100, 200)]);
    expect(await range('bytes=-50')).toEqual([206, `bytes ${total - 50}-${total - 1}/${total}`, bytes.subarray(-50)]);
    expect((await range(`bytes=${total}-`))[0]).toBe(416);
  });

  it('refuse an unknown token, an odd lifetime, and what was deleted', async () => {
    const { sandbox, callId } = await recorded(0);
    const ask = (params: Record<string, string>) => signedRequest(sandbox, 'GET', '/v1/pbx/record/request/', params);
    const link = String((await ask({ call_id: callId })).json?.link);
    sandbox.api.faults.html = true;
    expect((await fetch(link)).status).toBe(502);
    sandbox.api.faults.html = false;
    expect((await fetch(link.replace(/download\/\w+/, 'download/0000'))).status).toBe(404);
    expect((await ask({ call_id: callId, lifetime: '10' })).status).toBe(400);
    expect((await ask({})).status).toBe(400);
    const gone = await signedRequest(sandbox, 'DELETE', '/v1/pbx/record/request/', { call_id: callId });
    expect(gone.json).toMatchObject({ file_name: `${callId}.mp3` });
    expect((await fetch(link)).status).toBe(404);
    const expired = sandbox.recordings.link(callId, -1);
    expect(sandbox.recordings.open(expired.token, callId)).toBeNull();
  });
});

describe('faults', () => {
  it('answer as broken servers do, and stop when switched off', async () => {
    const sandbox = await start();
    const { faults } = sandbox.api;
    const get = () => signedRequest(sandbox, 'GET', '/v1/info/balance/');
    faults.html = true;
    const page = await get();
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    faults.html = false;
    faults.emptyBody = true;
    expect((await get()).text).toBe('');
    faults.emptyBody = false;
    faults.truncatedJson = true;
    const cut = await get();
    expect([cut.status, cut.json, cut.text.length > 0]).toEqual([200, null, true]);
    faults.truncatedJson = false;
    faults.unauthorized = true;
    expect((await get()).status).toBe(401);
    faults.unauthorized = false;
    faults.rateLimited = true;
    expect((await get()).status).toBe(429);
    faults.rateLimited = false;
    faults.rateLimitedAs200 = true;
    expect((await get()).json?.message).toBe('You exceeded the rate limit by User Limits');
    faults.rateLimitedAs200 = false;
    faults.down = true;
    await expect(get()).rejects.toThrow();
    faults.down = false;
    faults.noPassword = true;
    const password = await signedRequest(sandbox, 'GET', '/v1/pbx/internal/101/password/');
    expect(password.json).toMatchObject({ status: 'error' });
    faults.noPassword = false;
    expect((await get()).json?.status).toBe('success');
  });

  it('can show a wrong clock, be slow, and be limited to some paths', async () => {
    const sandbox = await start();
    const { faults } = sandbox.api;
    faults.skewMs = -2 * 3_600_000;
    const zone = await signedRequest(sandbox, 'GET', '/v1/info/timezone/');
    const shift = Date.parse(zone.headers.get('date') ?? '') - Date.now();
    expect(Math.round(shift / 3_600_000)).toBe(-2);
    faults.skewMs = 0;
    faults.slow = 50;
    expect((await signedRequest(sandbox, 'GET', '/v1/info/balance/')).status).toBe(200);
    faults.slow = 0;
    faults.only = '/v1/pbx/record';
    faults.html = true;
    expect((await signedRequest(sandbox, 'GET', '/v1/info/balance/')).status).toBe(200);
    expect((await signedRequest(sandbox, 'GET', '/v1/pbx/record/request/')).status).toBe(502);
  });

  it('are set by HTTP too, where unknown names and types are refused', async () => {
    const sandbox = await start();
    const post = (body: unknown, headers = {}) =>
      fetch(`${sandbox.controlUrl}api/faults`, { method: 'POST', headers, body: JSON.stringify(body) });
    const reply = await post({ api: { html: true, slow: 'much', nonsense: 1 }, webhooks: { twice: true } });
    expect(await reply.json()).toMatchObject({ refused: ['slow', 'nonsense'] });
    expect([sandbox.api.faults.html, sandbox.api.faults.slow, sandbox.webhooks.faults.twice]).toEqual([true, 0, true]);
    expect((await post({ api: { html: false } }, { origin: 'http://elsewhere.test' })).status).toBe(403);
    expect(sandbox.api.faults.html).toBe(true);
  });
});
