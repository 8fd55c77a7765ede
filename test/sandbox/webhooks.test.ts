// SPDX-License-Identifier: MIT
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sentEvents, signedRequest } from './client.ts';
import { type Sandbox, startSandbox } from './index.ts';
import { webhookSignature } from './sign.ts';

type Received = {
  url: string;
  type: string;
  signature: string | undefined;
  body: string;
  fields: Record<string, string>;
};

/** A stand-in for the app's relay: keeps what comes and answers what the test says. */
class Receiver {
  readonly received: Received[] = [];
  answer: (fields: Record<string, string>) => string = () => '';
  echo: (text: string) => string = (text) => text;
  readonly #server: Server = createServer((request, response) => {
    void this.#take(request).then(
      (text) => response.writeHead(200).end(text),
      () => response.writeHead(500).end(),
    );
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/hook`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage): Promise<string> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    let body = '';
    for await (const chunk of request) body += chunk;
    const echo = url.searchParams.get('zd_echo') ?? new URLSearchParams(body).get('zd_echo');
    if (echo !== null) return this.echo(echo);
    const type = request.headers['content-type'] ?? '';
    const fields = type.startsWith('application/json')
      ? (JSON.parse(body) as Record<string, string>)
      : type.startsWith('multipart/')
        ? Object.fromEntries([...body.matchAll(/name="(\w+)"\r\n\r\n([^\r]*)\r\n/g)].map((part) => [part[1], part[2]]))
        : Object.fromEntries(new URLSearchParams(body));
    const signature = request.headers.signature;
    this.received.push({ url: url.pathname, type, body, fields, signature: signature?.toString() });
    return this.answer(fields);
  }
}

let receiver: Receiver;
let sandbox: Sandbox;

beforeEach(async () => {
  receiver = new Receiver();
  sandbox = await startSandbox({ sip: false, webhookUrl: await receiver.start() });
});

afterEach(async () => {
  await sandbox.stop();
  receiver.stop();
});

const call = () => sandbox.calls.incoming({ from: '+34600111222', did: '+34912345678', extensions: ['101'] });

function expectSigned(item: Received | undefined, good = true): void {
  const { event = '', ...fields } = item?.fields ?? {};
  const expected = webhookSignature(sandbox.account.secret, event, fields);
  expect(item?.signature === expected).toBe(good);
}

describe('a scripted call', () => {
  it('sends its events in order, signed, and gives the answer to START', async () => {
    receiver.answer = ({ event }) => (event === 'NOTIFY_START' ? '{"redirect":"101","return_timeout":15}' : '');
    const handle = call();
    expect(handle.pbxCallId).toMatch(/^in_[0-9a-f]{40}$/);
    expect(await handle.start()).toEqual({ redirect: '101', return_timeout: 15 });
    await handle.ring('101');
    await handle.answer('101');
    await handle.end({ disposition: 'answered', duration: 62, isRecorded: true });
    await handle.record({ readyAfterMs: 60_000 });
    expect(sentEvents(sandbox)).toEqual([
      'NOTIFY_START',
      'NOTIFY_INTERNAL',
      'NOTIFY_ANSWER',
      'NOTIFY_END',
      'NOTIFY_RECORD',
    ]);
    for (const item of receiver.received) {
      expectSigned(item);
      expect(item.type).toBe('application/x-www-form-urlencoded');
      expect(item.fields.pbx_call_id).toBe(handle.pbxCallId);
    }
    expect(receiver.received[2]?.fields).toMatchObject({ destination: '101', internal: '101' });
    expect(receiver.received[3]?.fields).toMatchObject({
      call_start: handle.callStart,
      internal: '101',
      last_internal: '101',
      duration: '62',
      disposition: 'answered',
      status_code: '16',
      is_recorded: '1',
      call_id_with_rec: handle.recordId(),
    });
    expect(sandbox.recordings.ready({ pbxCallId: handle.pbxCallId })).toEqual([]);
  });

  it('that nobody took names no extension as its own, and cannot be recorded', async () => {
    const handle = call();
    await handle.start();
    await handle.ring('101');
    await handle.end({ disposition: 'cancel' });
    const { fields } = receiver.received[2] ?? {};
    expect(fields).toMatchObject({ disposition: 'cancel', duration: '0', is_recorded: '0', last_internal: '101' });
    expect(fields).not.toHaveProperty('internal');
    await expect(handle.record()).rejects.toThrow();
  });

  it('goes out too', async () => {
    const handle = sandbox.calls.outgoing({ extension: '101', to: '+34600111333' });
    await handle.start();
    await handle.answer();
    await handle.end({ disposition: 'answered', duration: 5 });
    await handle.record();
    expect(handle.pbxCallId).toMatch(/^out_/);
    expect(sentEvents(sandbox)).toEqual(['NOTIFY_OUT_START', 'NOTIFY_ANSWER', 'NOTIFY_OUT_END', 'NOTIFY_RECORD']);
    for (const item of receiver.received) expectSigned(item);
    expect(receiver.received[0]?.fields).toMatchObject({ internal: '101', destination: '+34600111333' });
  });
});

describe('encodings and faults', () => {
  it.each(['form', 'multipart', 'json'] as const)('sends bodies as %s', async (encoding) => {
    sandbox.webhooks.faults.encoding = encoding;
    await call().start();
    expectSigned(receiver.received[0]);
    expect(receiver.received[0]?.fields).toMatchObject({ event: 'NOTIFY_START', caller_id: '+34600111222' });
  });

  it('forges, leaves unsigned, repeats and loses on demand, for all events or one', async () => {
    const { faults } = sandbox.webhooks;
    const handle = call();
    await handle.start({ forged: true });
    expectSigned(receiver.received[0], false);
    await handle.start({ unsigned: true });
    expect(receiver.received[1]?.signature).toBeUndefined();
    faults.perEvent.NOTIFY_INTERNAL = { twice: true };
    await handle.ring('101');
    expect(receiver.received).toHaveLength(4);
    expect(receiver.received[3]?.body).toBe(receiver.received[2]?.body);
    faults.lost = true;
    const lost = await handle.end({ disposition: 'cancel' });
    expect([lost.outcome, receiver.received.length]).toEqual(['lost', 4]);
  });

  it('delivers late and out of order', async () => {
    const handle = call();
    const start = handle.start({ outOfOrder: true });
    const ring = handle.ring('101', { lateMs: 200 });
    await handle.answer('101');
    await Promise.all([start, ring]);
    expect(receiver.received.map((item) => item.fields.event)).toEqual([
      'NOTIFY_ANSWER',
      'NOTIFY_START',
      'NOTIFY_INTERNAL',
    ]);
  });

  it('records what the app answered, also when it is no JSON, an error, or nothing at all', async () => {
    receiver.answer = () => '<html>';
    const page = await sandbox.webhooks.send('NOTIFY_START', { call_start: 'x' });
    expect(page).toMatchObject({ status: 200, body: '<html>', answer: null, outcome: 'sent' });
    receiver.stop();
    expect(await sandbox.webhooks.send('NOTIFY_START', {})).toMatchObject({ status: null, outcome: 'failed' });
    sandbox.setWebhookUrl(null);
    expect(await sandbox.webhooks.send('NOTIFY_START', {})).toMatchObject({ outcome: 'no-url' });
  });
});

describe('registering the URL', () => {
  it('asks for the echo, and accepts nothing but the very same text', async () => {
    const url = sandbox.webhooks.urls.callinfo ?? '';
    sandbox.setWebhookUrl(null);
    receiver.echo = (text) => ` ${text}`;
    const refused = await signedRequest(sandbox, 'POST', '/v1/pbx/callinfo/url/', { url });
    expect([refused.status, sandbox.webhooks.urls.callinfo]).toEqual([400, null]);
    receiver.echo = (text) => text;
    const accepted = await signedRequest(sandbox, 'POST', '/v1/pbx/callinfo/url/', { url });
    expect(accepted.json).toEqual({ status: 'success', url });
    expect(await sandbox.webhooks.echoCheck(url, 'POST')).toBe(true);
    const events = await signedRequest(sandbox, 'POST', '/v1/pbx/webhooks/url/', { url: `${url}/events` });
    expect(events.json).toMatchObject({ status: 'success' });
    await sandbox.webhooks.send('SMS', { result: '{}' });
    expect(receiver.received[0]?.url).toBe('/hook/events');
    const read = await signedRequest(sandbox, 'GET', '/v1/pbx/callinfo/');
    expect(read.json).toMatchObject({ url, notifications: { notify_start: 'true', notify_out_end: 'true' } });
    const hooks = await signedRequest(sandbox, 'GET', '/v1/pbx/webhooks/');
    expect(hooks.json).toMatchObject({ hooks: { sms: 'true' } });
    await signedRequest(sandbox, 'DELETE', '/v1/pbx/callinfo/url/', { url });
    expect(sandbox.webhooks.urls.callinfo).toBeNull();
  });

  it('honours the notification flags', async () => {
    const path = '/v1/pbx/callinfo/notifications/';
    const reply = await signedRequest(sandbox, 'POST', path, { notify_internal: 'false' });
    expect(reply.json).toMatchObject({ notifications: { notify_internal: 'false', notify_start: 'true' } });
    expect((await signedRequest(sandbox, 'POST', path, { notify_start: 'perhaps' })).status).toBe(400);
    expect(await call().ring('101')).toMatchObject({ outcome: 'flag-off' });
  });
});

describe('scenarios of the control page', () => {
  it.each([
    ['answered-recorded', ['NOTIFY_START', 'NOTIFY_INTERNAL', 'NOTIFY_ANSWER', 'NOTIFY_END', 'NOTIFY_RECORD']],
    ['blacklisted', ['NOTIFY_START', 'NOTIFY_END']],
    ['unknown-event', ['NOTIFY_PARKED']],
    ['forged', ['NOTIFY_START']],
    ['sms', ['SMS']],
  ])('%s', async (name, events) => {
    const post = (body: unknown) =>
      fetch(`${sandbox.controlUrl}api/scenario`, { method: 'POST', body: JSON.stringify(body) });
    expect((await post({ name })).status).toBe(200);
    expect(receiver.received.map((item) => item.fields.event)).toEqual(events);
    expectSigned(receiver.received[0], name !== 'forged');
    expect((await post({ name: 'toString' })).status).toBe(404);
  });
});
