// SPDX-License-Identifier: MIT
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SipEvent } from '../../src-shared/calls/events.ts';
import type { EngineEvent } from '../../src-shared/engine-protocol.ts';
import { buildSite, type EnginePage, launchChromium, openEngine, type Site } from '../lab/browser.ts';
import { until } from '../lab/process.ts';
import { deadEndSdp, type ScriptedSwitch, type SipText, startScriptedSwitch } from '../lab/scripted-switch.ts';
import { startSilentStun } from '../lab/stun.ts';

/** The engine against a switch that misbehaves on demand. */

let site: Site;
let browser: Browser;
let pbx: ScriptedSwitch;
let engine: EnginePage;

beforeAll(async () => {
  site = await buildSite('src-renderer', 'engine/index.html');
  browser = await launchChromium();
});

beforeEach(async () => {
  pbx = await startScriptedSwitch();
  engine = await openEngine(browser, site);
});

afterEach(async () => {
  await engine.close();
  await pbx.stop();
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

async function register(stunUrls: readonly string[] = [], registerExpires = 300): Promise<void> {
  const ha1 = createHash('md5').update('101:pbx.test:secret').digest('hex');
  const line = { wssUrls: [pbx.wsUrl], user: '101', extension: '101', domain: 'pbx.test', ha1, realm: 'pbx.test' };
  const config = { ...line, displayName: null, registerExpires, stunUrls, dtmf: 'auto' } as const;
  await engine.command({ type: 'register', config });
}

const isRegistration = (state: string) => (event: EngineEvent) =>
  event.type === 'registration' && event.state === state;

async function registered(stunUrls: readonly string[] = []): Promise<void> {
  await register(stunUrls);
  await engine.wait('registered', isRegistration('registered'));
}

const sessions = () => engine.events.flatMap((event) => (event.type === 'session' ? [event.session] : []));

function snapshot(what: string, filter: (session: SipEvent) => boolean): Promise<SipEvent> {
  return until(what, () => sessions().find(filter));
}

const responses = (callId: string) =>
  pbx.messages.filter(({ method, headers }) => method === '' && headers.get('call-id') === callId);

/** Answers every INVITE, also the later ones of the same call when `reoffers` is 200. */
function answerInvites(reoffers = 200, sdp = deadEndSdp('active')): void {
  pbx.on('INVITE', (request: SipText) => {
    const contact = ['Contact: <sip:script@script.invalid;transport=ws>', 'Content-Type: application/sdp'];
    const again = request.headers.get('to')?.includes('tag=');
    if (again && reoffers !== 200) pbx.reply(request, reoffers, 'No');
    else pbx.reply(request, 200, 'OK', { headers: contact.slice(0, 1), body: sdp });
  });
}

async function dialled(): Promise<string> {
  const sessionId = randomUUID();
  await engine.command({ type: 'dial', sessionId, number: '600111222' });
  return sessionId;
}

describe('registration', () => {
  it('tries again after a server error on a live socket', async () => {
    let refusals = 0;
    pbx.on('REGISTER', (request) => {
      refusals += 1;
      if (refusals === 1) pbx.reply(request, 503, 'Busy now');
      else pbx.reply(request, 200, 'OK', { headers: [`Contact: ${request.headers.get('contact')}`] });
    });
    await register();
    const failed = await engine.wait('failed', isRegistration('failed'));
    expect(failed).toMatchObject({ error: { code: 'sip.server', params: { status: 503, reason: 'Busy now' } } });
    await engine.wait('registered', isRegistration('registered'));
    expect(await engine.page.evaluate('lab.sockets.length')).toBe(1);
  });

  it('does not take a 200 without its contact for a registration', async () => {
    pbx.on('REGISTER', (request) => pbx.reply(request, 200, 'OK'));
    await register();
    const failed = await engine.wait('failed', isRegistration('failed'));
    expect(failed).toMatchObject({ error: { code: 'sip.server' } });
  });

  it('knows 404 from a wrong password', async () => {
    pbx.on('REGISTER', (request) => pbx.reply(request, 404, 'Not Found'));
    await register();
    expect(await engine.wait('failed', isRegistration('failed'))).toMatchObject({ error: { code: 'sip.not-found' } });
  });

  it('asks for a longer time when the server wants it', async () => {
    pbx.on('REGISTER', (request) => {
      const long = request.headers.get('expires') === '900';
      if (!long) pbx.reply(request, 423, 'Interval Too Brief', { headers: ['Min-Expires: 900'] });
      else pbx.reply(request, 200, 'OK', { headers: [`Contact: ${request.headers.get('contact')}`] });
    });
    await registered();
  });

  it('replaces a socket on which REGISTER gets no answer', async () => {
    let calls = 0;
    pbx.on('REGISTER', (request) => {
      calls += 1;
      if (calls > 1) pbx.reply(request, 200, 'OK', { headers: [`Contact: ${request.headers.get('contact')}`] });
    });
    await register();
    await engine.wait('registered', isRegistration('registered'), 20_000);
    expect(await engine.page.evaluate('lab.sockets.length')).toBe(2);
  });
});

it('stays registered over refreshes, and says so once', async () => {
  await register([], 10);
  await engine.wait('registered', isRegistration('registered'));
  await until('a refresh', () => pbx.messages.filter(({ method }) => method === 'REGISTER').length >= 2, 20_000);
  await sleep(300);
  expect(engine.events.filter(({ type }) => type === 'registration')).toHaveLength(3);
  const last = engine.events.findLast(({ type }) => type === 'registration');
  expect(last).toMatchObject({ state: 'registered' });
});

describe('hostile callers', () => {
  it.each([
    ['"<img src=x onerror=alert(1)>" <sip:+34600@x>', '+34600', '<img src=x onerror=alert(1)>'],
    [`"${'N'.repeat(500)}" <sip:${'9'.repeat(200)}@x>`, '9'.repeat(60), 'N'.repeat(100)],
    ['"Anonymous" <sip:anonymous@anonymous.invalid>', '', 'Anonymous'],
    ['"a\u202eb" <sip:%2B34%20600%00@x;user=phone>', '+34600', 'a b'],
  ])('shows %s as plain short text', async (from, number, name) => {
    await registered();
    pbx.invite({ callId: randomUUID(), from });
    const call = await snapshot('a call', ({ direction }) => direction === 'in');
    expect(call).toMatchObject({ number, networkName: name });
  });

  it('believes the asserted identity before From', async () => {
    await registered();
    const headers = ['P-Asserted-Identity: "Real" <sip:+34911@pbx.test>'];
    pbx.invite({ callId: randomUUID(), from: '"Fake" <sip:666@x>', headers });
    expect(await snapshot('a call', () => true)).toMatchObject({ number: '+34911', networkName: 'Real' });
  });

  it('rings for eight calls of a thousand and stays alive', async () => {
    await registered();
    for (let at = 0; at < 1_000; at += 1) pbx.invite({ callId: `flood-${at}`, from: `<sip:${at}@x>` });
    const refused = () => pbx.messages.filter(({ line }) => line.startsWith('SIP/2.0 486'));
    await until('992 refusals', () => refused().length === 992, 30_000);
    expect(new Set(sessions().map(({ sessionId }) => sessionId)).size).toBe(8);
    for (let at = 0; at < 8; at += 1) pbx.cancel(`flood-${at}`);
    await until('eight ends', () => sessions().filter(({ state }) => state === 'ended').length === 8);
    pbx.invite({ callId: 'after', from: '<sip:42@x>' });
    expect((await snapshot('one more call', ({ number }) => number === '42')).state).toBe('ringing');
  });

  it('refuses to be transferred', async () => {
    answerInvites();
    await registered();
    const sessionId = await dialled();
    await snapshot('an answer', (s) => s.sessionId === sessionId && s.state === 'connected');
    const invite = await pbx.wait('the INVITE', ({ method }) => method === 'INVITE');
    const refer = [
      `REFER ${/<([^>]+)>/.exec(invite.headers.get('contact') ?? '')?.[1]} SIP/2.0`,
      'Via: SIP/2.0/WS script.invalid;branch=z9hG4bKrefer',
      `From: ${invite.headers.get('to')};tag=script`,
      `To: ${invite.headers.get('from')}`,
      `Call-ID: ${invite.headers.get('call-id')}`,
      'CSeq: 9 REFER',
      'Contact: <sip:script@script.invalid;transport=ws>',
      'Refer-To: <sip:+881999@premium.example>',
      'Max-Forwards: 70',
      'Content-Length: 0',
    ];
    pbx.send(`${refer.join('\r\n')}\r\n\r\n`);
    await pbx.wait('the NOTIFY', ({ method, body }) => method === 'NOTIFY' && body.includes(' 603 '));
    expect(pbx.messages.filter(({ method }) => method === 'INVITE')).toHaveLength(1);
  });
});

describe('ends', () => {
  it.each([
    ['SIP;cause=200;text="Call completed elsewhere"', 'answered-elsewhere'],
    ['Q.850;cause=26', 'answered-elsewhere'],
    ['Q.850;cause=16, SIP;cause=200', 'answered-elsewhere'],
    ['SIP;cause=487', 'cancelled'],
    [null, 'cancelled'],
  ])('reads the reason %s of a CANCEL', async (reason, cause) => {
    await registered();
    pbx.invite({ callId: 'call', from: '<sip:1@x>' });
    await snapshot('ringing', ({ state }) => state === 'ringing');
    pbx.cancel('call', reason === null ? [] : [`Reason: ${reason}`]);
    expect((await snapshot('the end', ({ state }) => state === 'ended')).endCause).toBe(cause);
    await until('487', () => responses('call').some(({ line }) => line.includes(' 487 ')));
  });

  it.each([
    [480, 'no-answer'],
    [484, 'not-found'],
    [486, 'busy'],
    [488, 'failed'],
    [503, 'failed'],
    [603, 'declined'],
  ])('reads status %d', async (status, cause) => {
    pbx.on('INVITE', (request) => pbx.reply(request, status, 'No'));
    await registered();
    await dialled();
    expect((await snapshot('the end', ({ state }) => state === 'ended')).endCause).toBe(cause);
  });

  it('ends a call that is being dialled when the socket goes', async () => {
    pbx.on('INVITE', (request) => pbx.reply(request, 100, 'Trying'));
    await registered();
    await dialled();
    await pbx.wait('the INVITE', ({ method }) => method === 'INVITE');
    await sleep(200);
    await engine.page.evaluate('lab.sockets.at(-1).close()');
    expect((await snapshot('the end', ({ state }) => state === 'ended')).endCause).toBe('failed');
  });
});

describe('a socket that goes while a call rings', () => {
  it('ends the call, which could not be answered any more, and takes the next one', async () => {
    await registered();
    pbx.invite({ callId: 'one', from: '<sip:1@x>' });
    await snapshot('ringing', ({ state }) => state === 'ringing');
    await engine.page.evaluate('lab.sockets.at(-1).close()');
    expect((await snapshot('the end', ({ state }) => state === 'ended')).endCause).toBe('failed');
    await until('the new line', () => engine.events.filter(isRegistration('registered')).length === 2);
    pbx.invite({ callId: 'two', from: '<sip:2@x>' });
    await snapshot('the next call', ({ number }) => number === '2');
  });
});

describe('hold', () => {
  it('keeps the call when the other side refuses to be held', async () => {
    answerInvites(488);
    await registered();
    const sessionId = await dialled();
    await snapshot('an answer', ({ state }) => state === 'connected');
    await engine.command({ type: 'hold', sessionId, on: true });
    await engine.wait('the refusal', (event) => event.type === 'problem' && event.code === 'sip.server');
    await sleep(300);
    expect(sessions().at(-1)).toMatchObject({ state: 'connected', hold: 'none' });
    expect(await engine.page.evaluate('lab.peers.at(-1).signalingState')).toBe('stable');
    expect(await engine.page.evaluate('lab.peers.at(-1).getSenders()[0].track.enabled')).toBe(true);
  });
});

describe('tones', () => {
  it('go by SIP INFO when the other side takes no RTP events', async () => {
    answerInvites(
      200,
      deadEndSdp('active')
        .replace(' 8 101', ' 8')
        .replace(/a=rtpmap:101.*\r\n/, ''),
    );
    await registered();
    const sessionId = await dialled();
    await snapshot('an answer', ({ state }) => state === 'connected');
    await engine.command({ type: 'dtmf', sessionId, tones: '7' });
    const info = await pbx.wait('INFO', ({ method }) => method === 'INFO');
    expect(info.body).toContain('Signal=7');
  });

  it('are refused before the call is answered', async () => {
    await registered();
    pbx.invite({ callId: 'one', from: '<sip:1@x>' });
    const { sessionId } = await snapshot('ringing', ({ state }) => state === 'ringing');
    await engine.command({ type: 'dtmf', sessionId, tones: '7' });
    await engine.wait('the refusal', (event) => event.type === 'problem' && event.sessionId === sessionId);
  });
});

describe('ICE', () => {
  it('does not wait for a STUN server that never answers, neither to call nor to answer', async () => {
    const stun = await startSilentStun();
    try {
      await registered([stun.url]);
      const sessionId = await dialled();
      await pbx.wait('the INVITE', ({ method }) => method === 'INVITE', 5_000);
      const timing = await engine.wait('invite-sent', (event) => event.type === 'timing');
      expect(timing).toMatchObject({ sessionId, name: 'invite-sent', iceReason: 'host-timeout' });
      expect(stun.requests()).toBeGreaterThan(0);
      pbx.invite({ callId: 'in', from: '<sip:1@x>' });
      const call = await snapshot('an incoming call', ({ direction }) => direction === 'in');
      await engine.command({ type: 'answer', sessionId: call.sessionId, others: 'hold' });
      await until('200', () => responses('in').some(({ line }) => line.startsWith('SIP/2.0 200')), 5_000);
    } finally {
      await stun.stop();
    }
  });
});

describe('sound', () => {
  beforeEach(async () => {
    await engine.page.evaluate(`
      lab.played = [];
      const { play } = HTMLMediaElement.prototype;
      HTMLMediaElement.prototype.play = function () {
        // A voice has a stream and no address.
        if (this.src !== '') lab.played.push(this);
        return play.apply(this);
      };
    `);
    await registered();
  });

  const starts = () => engine.page.evaluate('lab.played.length');
  const sounding = () =>
    engine.page.evaluate('lab.played.filter(({ paused }) => !paused).map(({ src }) => src)') as Promise<string[]>;

  it('rings only while a call rings and the ringer is on', async () => {
    pbx.invite({ callId: 'one', from: '<sip:1@x>' });
    await snapshot('ringing', ({ state }) => state === 'ringing');
    await until('the bell', async () => (await starts()) === 1);
    await engine.command({ type: 'ringer', enabled: false, volume: 1 });
    pbx.cancel('one');
    await snapshot('the end', ({ state }) => state === 'ended');
    pbx.invite({ callId: 'two', from: '<sip:2@x>' });
    await snapshot('ringing', ({ number }) => number === '2');
    await sleep(200);
    expect(await starts()).toBe(1);
  });

  it('of a second call is a beep in the place of the bell', async () => {
    pbx.invite({ callId: 'one', from: '<sip:1@x>' });
    const { sessionId } = await snapshot('ringing', ({ state }) => state === 'ringing');
    const [bell] = await until('the bell', async () => ((await sounding()).length === 1 ? sounding() : null));
    await engine.command({ type: 'answer', sessionId, others: 'hold' });
    await until('silence', async () => (await sounding()).length === 0);
    pbx.invite({ callId: 'two', from: '<sip:2@x>' });
    await until('a beep', async () => (await sounding()).length === 1);
    expect(await sounding()).not.toEqual([bell]);
    pbx.cancel('two');
    await until('silence', async () => (await sounding()).length === 0);
  });

  it.each([
    [180, '', 1],
    [183, deadEndSdp('active'), 0],
  ])('on %d plays a ringing tone unless the other side sends its own', async (status, body, tones) => {
    const contact = ['Contact: <sip:script@script.invalid;transport=ws>'];
    pbx.on('INVITE', (request) => pbx.reply(request, status, 'Wait', { headers: contact, body }));
    await dialled();
    await snapshot('ringing', ({ state }) => state === 'ringing');
    await sleep(200);
    expect(await starts()).toBe(tones);
  });
});
