// SPDX-License-Identifier: MIT
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentPhone, launchChromium } from './browser.ts';
import { sentEvents, signedRequest, until } from './client.ts';
import { type Sandbox, startSandbox } from './index.ts';

let browser: Browser;
let hook: Server;
/** What the app answers to NOTIFY_START. */
let startAnswer = '';
let sandbox: Sandbox;
let customer: Page;

beforeAll(async () => {
  browser = await launchChromium();
  hook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.end(body.includes('NOTIFY_START') ? startAnswer : ''));
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  hook.closeAllConnections();
  hook.close();
  await browser.close();
});

beforeEach(async () => {
  startAnswer = '';
  const { port } = hook.address() as AddressInfo;
  sandbox = await startSandbox({
    webhookUrl: `http://127.0.0.1:${port}/`,
    recordDelays: { notifyMs: 50, readyMs: 50 },
    ringTimeoutMs: 8000,
  });
  customer = await browser.newPage();
  await customer.goto(sandbox.controlUrl);
  await until(() => sandbox.switch?.isRegistered('customer'), 'the customer to register');
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await sandbox.stop();
});

async function agent(extension = '101'): Promise<AgentPhone> {
  const phone = await AgentPhone.open(browser, sandbox, extension);
  await phone.waitFor((state) => state.registered, `${extension} to register`);
  return phone;
}

const callState = (name: string) =>
  customer.locator(`#call-state[data-state="${name}"]`).waitFor({ state: 'attached', timeout: 15_000 });

const events = (count: number) =>
  until(() => sentEvents(sandbox).length >= count && sentEvents(sandbox), `${count} webhooks`);

const endOf = (name: string) => sandbox.webhooks.log.find((entry) => entry.event === name)?.fields;

describe('registration', () => {
  it('asks for the password and shows who is online', async () => {
    const phone = await agent();
    expect(sandbox.switch?.registered()).toEqual(['101', 'customer']);
    const online = await signedRequest(sandbox, 'GET', '/v1/pbx/internal/101/status/');
    expect(online.json).toMatchObject({ is_online: 'true' });
    await phone.tell('unregister');
    await until(() => sandbox.switch?.isRegistered('101') === false, '101 to be gone');
    const offline = await signedRequest(sandbox, 'GET', '/v1/pbx/internal/101/status/');
    expect(offline.json).toMatchObject({ is_online: 'false' });
    const stranger = await AgentPhone.open(browser, sandbox, '102', 'wrong');
    await stranger.waitFor((state) => state.cause.startsWith('401'), 'a refusal');
    expect(sandbox.switch?.isRegistered('102')).toBe(false);
  });

  it('comes back after all sockets were dropped, and after a stop and start', async () => {
    const phone = await agent();
    sandbox.switch?.dropAll();
    await until(() => sandbox.switch?.isRegistered('101') === false, 'the drop');
    await until(() => sandbox.switch?.isRegistered('101'), '101 to register again');
    sandbox.switch?.stop();
    await phone.waitFor((state) => !state.registered, 'the phone to notice');
    sandbox.switch?.start();
    await phone.waitFor((state) => state.registered, 'the phone to come back');
  });
});

describe('the customer calls', () => {
  it('and is answered: packets both ways, hold, webhooks in order, a recording later', async () => {
    startAnswer = '{"caller_name":"Carmen Ruiz"}';
    const phone = await agent();
    await customer.click('#call');
    const ringing = await phone.waitFor((state) => state.call === 'incoming', 'the ring');
    expect(ringing).toMatchObject({ from: '+34600111222', name: 'Carmen Ruiz', to: '+34912345678' });
    await phone.tell('answer');
    await callState('talking');
    await phone.waitFor((state) => state.sent > 20 && state.received > 20, 'packets at the agent');
    await customer.waitForFunction(
      () =>
        Number(document.getElementById('packets-sent')?.textContent) > 20 &&
        Number(document.getElementById('packets-received')?.textContent) > 20,
    );
    await phone.tell('hold');
    await customer.getByText('Put on hold by the other side').waitFor();
    await phone.tell('unhold');
    await customer.getByText('In a call').waitFor();
    await customer.click('#hangup');
    await phone.waitFor((state) => state.call === 'idle', 'the end');
    expect(await events(5)).toEqual([
      'NOTIFY_START',
      'NOTIFY_INTERNAL',
      'NOTIFY_ANSWER',
      'NOTIFY_END',
      'NOTIFY_RECORD',
    ]);
    expect(endOf('NOTIFY_END')).toMatchObject({ disposition: 'answered', last_internal: '101', is_recorded: '1' });
    const callId = endOf('NOTIFY_RECORD')?.call_id_with_rec ?? '';
    await until(() => sandbox.recordings.ready({ callId })[0], 'the recording');
    const statistics = await signedRequest(sandbox, 'GET', '/v1/statistics/pbx/', { call_type: 'in' });
    expect(statistics.json?.stats).toMatchObject([{ call_id: callId, sip: '101', disposition: 'answered' }]);
  });

  it('and gives up', async () => {
    const phone = await agent();
    await customer.click('#call');
    await phone.waitFor((state) => state.call === 'incoming', 'the ring');
    await callState('ringing');
    await customer.click('#hangup');
    await phone.waitFor((state) => state.call === 'idle', 'the end of the ring');
    expect(await events(3)).toEqual(['NOTIFY_START', 'NOTIFY_INTERNAL', 'NOTIFY_END']);
    expect(endOf('NOTIFY_END')).toMatchObject({ disposition: 'cancel', duration: '0', is_recorded: '0' });
  });

  it('and hears busy when the agent declines', async () => {
    const phone = await agent();
    await customer.click('#call');
    await phone.waitFor((state) => state.call === 'incoming', 'the ring');
    await phone.tell('busy');
    await customer.getByText('Not connected: Busy').waitFor();
    await events(3);
    expect(endOf('NOTIFY_END')).toMatchObject({ disposition: 'busy', status_code: '17' });
  });

  it('a group: the first to answer has it, the others learn that it was taken', async () => {
    const [first, second] = [await agent('101'), await agent('102')];
    await customer.click('#call');
    await first.waitFor((state) => state.call === 'incoming', 'the ring at 101');
    await second.waitFor((state) => state.call === 'incoming', 'the ring at 102');
    await second.tell('answer');
    await callState('talking');
    const lost = await first.waitFor((state) => state.call === 'idle', 'the end of the ring at 101');
    expect(lost.reason).toMatch(/cause=200/);
    await second.tell('hangup');
    await callState('idle');
    expect((await events(6)).filter((name) => name === 'NOTIFY_INTERNAL')).toHaveLength(2);
    expect(endOf('NOTIFY_ANSWER')).toMatchObject({ internal: '102' });
  });

  it('and is sent where the app says, and on to the others when nobody takes it', async () => {
    startAnswer = '{"redirect":"102","return_timeout":"3"}';
    const [first, second] = [await agent('101'), await agent('102')];
    await customer.click('#call');
    await second.waitFor((state) => state.call === 'incoming', 'the ring at 102');
    expect((await first.state()).call).toBe('idle');
    await first.waitFor((state) => state.call === 'incoming', 'the ring at 101 after the time');
    await first.tell('answer');
    await callState('talking');
    await customer.click('#hangup');
    await events(5);
    expect(endOf('NOTIFY_END')).toMatchObject({ internal: '101', disposition: 'answered' });
  });

  it('and is turned away when the app says blacklist', async () => {
    startAnswer = '{"redirect":"blacklist"}';
    const phone = await agent();
    await customer.click('#call');
    await customer.getByText('Not connected: Busy').waitFor();
    expect(await events(2)).toEqual(['NOTIFY_START', 'NOTIFY_END']);
    expect((await phone.state()).call).toBe('idle');
  });

  it('with the number it wants to show, or none', async () => {
    const phone = await agent();
    await customer.fill('#caller-id', '+33123456789');
    await customer.click('#call');
    expect((await phone.waitFor((state) => state.call === 'incoming', 'the ring')).from).toBe('+33123456789');
    await customer.click('#hangup');
    await phone.waitFor((state) => state.call === 'idle', 'the end');
    await customer.fill('#caller-id', '0');
    await customer.click('#call');
    expect((await phone.waitFor((state) => state.call === 'incoming', 'the ring')).from).toBe('anonymous');
    await customer.click('#hangup');
    await events(6);
    const starts = sandbox.webhooks.log.filter((entry) => entry.event === 'NOTIFY_START');
    expect(starts.map((entry) => entry.fields.caller_id)).toEqual(['+33123456789', '0']);
  });

  it('and is transferred to a colleague', async () => {
    const [first, second] = [await agent('101'), await agent('102')];
    await customer.selectOption('#did', '101');
    await customer.click('#call');
    await first.waitFor((state) => state.call === 'incoming', 'the ring');
    await first.tell('answer');
    await callState('talking');
    await first.tell('transfer');
    await second.waitFor((state) => state.call === 'incoming', 'the ring at the colleague');
    await second.tell('answer');
    await second.waitFor((state) => state.received > 20, 'packets from the customer');
  });

  it('and nobody is there', async () => {
    await customer.click('#call');
    await callState('idle');
    await events(2);
    expect(endOf('NOTIFY_END')).toMatchObject({ disposition: 'no answer' });
  });
});

describe('an agent calls', () => {
  it('a number outside: the customer sees our number and answers', async () => {
    const phone = await agent();
    await phone.dial('+34600111222');
    await callState('incoming');
    expect(await customer.textContent('#call-peer')).toContain('+34912345678');
    await customer.click('#answer');
    await phone.waitFor((state) => state.sent > 20 && state.received > 20, 'packets');
    await phone.tell('hangup');
    await callState('idle');
    expect(await events(4)).toEqual(['NOTIFY_OUT_START', 'NOTIFY_ANSWER', 'NOTIFY_OUT_END', 'NOTIFY_RECORD']);
    expect(endOf('NOTIFY_OUT_END')).toMatchObject({ internal: '101', destination: '+34600111222' });
  });

  it('and is declined, or dials what is no number', async () => {
    const phone = await agent();
    await phone.dial('+34600111222');
    await callState('incoming');
    await customer.click('#decline');
    const declined = await phone.waitFor((state) => state.call === 'idle', 'the refusal');
    expect(declined.cause).toBe('Busy');
    await phone.dial('12');
    const wrong = await phone.waitFor((state) => state.call === 'idle' && state.cause === 'Not Found', 'a 404');
    expect(wrong.cause).toBe('Not Found');
    await events(4);
    const ends = sandbox.webhooks.log.filter((entry) => entry.event === 'NOTIFY_OUT_END');
    expect(ends.map((entry) => entry.fields.disposition)).toEqual(['busy', 'unallocated number']);
  });

  it('a colleague, of which no webhook tells', async () => {
    const [first, second] = [await agent('101'), await agent('102')];
    await first.dial('102');
    const ringing = await second.waitFor((state) => state.call === 'incoming', 'the ring');
    expect(ringing).toMatchObject({ from: '101', name: 'Ana Torres' });
    await second.tell('answer');
    await first.waitFor((state) => state.received > 20, 'packets');
    await first.tell('hangup');
    await second.waitFor((state) => state.call === 'idle', 'the end');
    expect(sentEvents(sandbox)).toEqual([]);
  });

  it('by callback: the own phone rings first, then the customer', async () => {
    const phone = await agent();
    await signedRequest(sandbox, 'GET', '/v1/request/callback/', { from: '101', to: '+34600111222' });
    const ringing = await phone.waitFor((state) => state.call === 'incoming', 'the first leg');
    expect(ringing.from).toBe('+34600111222');
    await phone.tell('answer');
    await callState('incoming');
    await customer.click('#answer');
    await phone.waitFor((state) => state.sent > 20 && state.received > 20, 'packets');
    await phone.tell('hold');
    await customer.getByText('Put on hold by the other side').waitFor();
    await customer.click('#hangup');
    await phone.waitFor((state) => state.call === 'idle', 'the end');
    expect(await events(4)).toEqual(['NOTIFY_OUT_START', 'NOTIFY_ANSWER', 'NOTIFY_OUT_END', 'NOTIFY_RECORD']);
  });
});

describe('the customer as a script wants it', () => {
  it('answers by itself, is busy, and sees the webhooks', async () => {
    const phone = await agent();
    await customer.check('#auto-answer');
    await phone.dial('+34600111222');
    await phone.waitFor((state) => state.call === 'talking' && state.received > 20, 'the answer');
    await phone.tell('hangup');
    await callState('idle');
    await customer.check('#busy');
    await phone.dial('+34600111222');
    await phone.waitFor((state) => state.cause === 'Busy', 'the refusal');
    await customer.locator('[data-testid="webhook"][data-event="NOTIFY_OUT_END"]').nth(1).waitFor();
    await customer.check('#fault-webhooks-twice');
    await until(() => sandbox.webhooks.faults.twice, 'the fault switch');
  });
});

describe('a call whose socket drops', () => {
  it('lives on, and can be renegotiated and ended once the phones are back', async () => {
    const phone = await agent();
    await customer.click('#call');
    await phone.waitFor((state) => state.call === 'incoming', 'the ring');
    await phone.tell('answer');
    await callState('talking');
    sandbox.switch?.dropAll();
    await until(() => sandbox.switch?.registered().length === 0, 'the drop');
    await until(() => sandbox.switch?.registered().length === 2, 'both phones to register again');
    await phone.tell('hold');
    await customer.getByText('Put on hold by the other side').waitFor();
    await phone.tell('hangup');
    await callState('idle');
    await events(4);
    expect(endOf('NOTIFY_END')).toMatchObject({ disposition: 'answered' });
  });

  it('is ended by the switch when one phone never returns', async () => {
    const phone = await agent();
    await customer.click('#call');
    await phone.waitFor((state) => state.call === 'incoming', 'the ring');
    await phone.tell('answer');
    await callState('talking');
    await phone.page.route('**', (route) => route.abort());
    await phone.page.goto('about:blank').catch(() => undefined);
    await phone.page.close();
    await customer.locator('#call-state[data-state="idle"]').waitFor({ timeout: 20_000 });
    expect(endOf('NOTIFY_END')).toMatchObject({ disposition: 'answered' });
  });
});
