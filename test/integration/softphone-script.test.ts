// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LinePolicy, SipConfig } from '../../src-shared/engine-protocol.ts';
import { buildSite, type EnginePage, launchChromium, openEngine, type Site } from '../lab/browser.ts';
import { deadEndSdp, type ScriptedSwitch, type SipText, startScriptedSwitch } from '../lab/scripted-switch.ts';
import {
  dial,
  dialled,
  lineConfig,
  nothingLeft,
  now,
  POLICY,
  problem,
  register,
  session,
  sessions,
  transferred,
  transfers,
} from './softphone-stand.ts';

/** The softphone against a switch that does on demand what no real one will. */

let site: Site;
let browser: Browser;
let pbx: ScriptedSwitch;
let engine: EnginePage;

const CONTACT = 'Contact: <sip:script@script.invalid;transport=ws>';
const PLAIN = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n';

beforeAll(async () => {
  site = await buildSite('src-renderer', 'engine/index.html');
  browser = await launchChromium();
});

beforeEach(async () => {
  pbx = await startScriptedSwitch();
  engine = await openEngine(browser, site);
  await register(engine, config());
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    console.error(JSON.stringify(engine.events.slice(-12), null, 1), engine.errors);
    console.error(pbx.messages.slice(-6).map(({ text }) => text));
  }
  await engine.close();
  await pbx.stop();
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

function config(change: Partial<SipConfig> = {}): SipConfig {
  return lineConfig({ url: pbx.wsUrl, user: '101', password: 'secret', domain: 'pbx.test' }, change);
}

async function policy(change: Partial<LinePolicy>): Promise<void> {
  await engine.command({ type: 'policy', policy: { ...POLICY, ...change } });
}

const response = (callId: string, status: number) => (message: SipText) =>
  message.line.startsWith(`SIP/2.0 ${status}`) && message.headers.get('call-id') === callId;

/** Answers the calls of the agent, and lets re-INVITEs pass. */
function answerCalls(sdp = deadEndSdp('active')): void {
  pbx.on('INVITE', (request) => pbx.reply(request, 200, 'OK', { headers: [CONTACT], body: sdp }));
}

/** A call out that is answered: the phone's INVITE. */
async function outgoing(sdp?: string): Promise<{ readonly sessionId: string; readonly invite: SipText }> {
  answerCalls(sdp);
  const sessionId = await dialled(engine, '600111222');
  return { sessionId, invite: await pbx.wait('the INVITE', ({ method }) => method === 'INVITE') };
}

/** A call that comes in and is answered: the phone's 200. */
async function incoming(
  callId: string,
  options: { readonly body?: string; readonly from?: string } = {},
): Promise<{ readonly sessionId: string; readonly ok: SipText }> {
  const from = options.from ?? `<sip:${callId}@pbx.test>`;
  pbx.invite({ callId, from, ...(options.body === undefined ? {} : { body: options.body }) });
  const { sessionId } = await session(engine, 'a ringing call', ({ state }) => state === 'ringing');
  await engine.command({ type: 'answer', sessionId, others: 'hold' });
  const ok = await pbx.wait('200', response(callId, 200));
  if (options.body !== '') pbx.within(ok, 'ACK', { cseq: 1 });
  return { sessionId, ok };
}

describe('an INVITE without SDP', () => {
  it('rings, is answered with our offer, and is a call like any other', async () => {
    const { sessionId, ok } = await incoming('late', { body: '' });
    expect(ok.body).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m);
    expect(ok.body).toMatch(/^a=fingerprint:sha-256 /m);
    pbx.within(ok, 'ACK', { cseq: 1, body: deadEndSdp('active') });
    await session(engine, 'the call', now(sessionId, 'connected'));
    await engine.command({ type: 'hang-up', sessionId });
    await pbx.wait('BYE', ({ method }) => method === 'BYE');
    await nothingLeft(engine);
  });

  it('whose ACK has none either is ended', async () => {
    const { sessionId, ok } = await incoming('late', { body: '' });
    pbx.within(ok, 'ACK', { cseq: 1 });
    await pbx.wait('BYE', ({ method }) => method === 'BYE');
    await session(engine, 'the end', now(sessionId, 'ended'));
    await nothingLeft(engine);
  });
});

describe('a voice that would travel in the clear', () => {
  it.each([
    ['plain RTP', PLAIN],
    ['no description at all', 'rubbish\r\n'],
    ['no fingerprint', deadEndSdp('actpass').replace(/a=fingerprint.*\r\n/, '')],
  ])('is refused with 488 before it rings: %s', async (_what, body) => {
    pbx.invite({ callId: 'clear', from: '<sip:1@x>', body });
    await pbx.wait('488', response('clear', 488));
    expect((await session(engine, 'the end', ({ state }) => state === 'ended')).endCause).toBe('failed');
    expect(pbx.messages.some(response('clear', 180))).toBe(false);
    await nothingLeft(engine);
  });

  it('ends a call that we made', async () => {
    answerCalls(PLAIN);
    const sessionId = await dial(engine, '600111222');
    expect((await session(engine, 'the end', now(sessionId, 'ended'))).endCause).toBe('failed');
    await nothingLeft(engine);
  });
});

describe('re-INVITE from the far side', () => {
  it('without SDP gets our offer, and the answer to it may hold us', async () => {
    const { sessionId, ok } = await incoming('call');
    for (const [cseq, direction, hold] of [
      [2, 'sendonly', 'remote'],
      [3, 'sendrecv', 'none'],
      [4, 'inactive', 'remote'],
    ] as const) {
      pbx.within(ok, 'INVITE', { cseq });
      const again = await pbx.wait(
        'our offer',
        (m) => response('call', 200)(m) && m.headers.get('cseq') === `${cseq} INVITE`,
      );
      expect(again.body).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m);
      pbx.within(ok, 'ACK', { cseq, body: deadEndSdp('passive', direction) });
      await session(engine, hold, now(sessionId, 'connected', hold));
    }
    await nothingLeft(engine);
  });

  it('does not end our hold', async () => {
    const { sessionId, ok } = await incoming('call');
    answerCalls(deadEndSdp('passive', 'recvonly'));
    await engine.command({ type: 'hold', sessionId, on: true });
    await session(engine, 'hold', now(sessionId, 'connected', 'local'));
    pbx.within(ok, 'INVITE', { cseq: 2, body: deadEndSdp('actpass') });
    const answer = await pbx.wait(
      'our answer',
      (m) => response('call', 200)(m) && m.headers.get('cseq') === '2 INVITE',
    );
    pbx.within(ok, 'ACK', { cseq: 2 });
    expect(answer.body).toMatch(/^a=sendonly/m);
    expect(answer.body).not.toMatch(/^a=sendrecv/m);
    expect(sessions(engine)[0]).toMatchObject({ hold: 'local' });
    await nothingLeft(engine);
  });

  it.each([
    ['plain RTP', PLAIN],
    ['rubbish', 'rubbish\r\n'],
  ])('with %s is refused, and the call goes on', async (_what, body) => {
    const { sessionId, ok } = await incoming('call');
    pbx.within(ok, 'INVITE', { cseq: 2, body });
    await pbx.wait('a refusal', (m) => /^SIP\/2\.0 [45]\d\d/.test(m.line) && m.headers.get('cseq') === '2 INVITE');
    pbx.within(ok, 'INVITE', { cseq: 3, body: deadEndSdp('actpass') });
    await pbx.wait('an answer', (m) => response('call', 200)(m) && m.headers.get('cseq') === '3 INVITE');
    pbx.within(ok, 'ACK', { cseq: 3 });
    expect(sessions(engine)[0]).toMatchObject({ sessionId, state: 'connected' });
    await nothingLeft(engine);
  });
});

describe('transfer', () => {
  const notify = (dialog: SipText, cseq: number, status: string, state = 'active') =>
    pbx.within(dialog, 'NOTIFY', {
      cseq,
      headers: ['Event: refer', `Subscription-State: ${state}`, 'X-Body: sipfrag'],
      body: `SIP/2.0 ${status}\r\n`,
    });

  it.each([403, 603])('that is refused with %d brings the call back', async (status) => {
    pbx.on('REFER', (request) => pbx.reply(request, status, 'No'));
    const { sessionId } = await outgoing();
    await engine.command({ type: 'transfer', sessionId, target: '+34600333444' });
    expect(await transferred(engine, 'failed')).toMatchObject({ status });
    expect(await problem(engine, 'transfer.refused')).toMatchObject({ params: { status } });
    const refer = await pbx.wait('REFER', ({ method }) => method === 'REFER');
    expect(refer.headers.get('refer-to')).toBe('<sip:+34600333444@pbx.test>');
    await session(engine, 'the call back', now(sessionId, 'connected', 'none'));
    await nothingLeft(engine);
  });

  it.each([
    ['answered and never notified', true],
    ['never answered', false],
  ])('%s: the call is kept', async (_what, isAnswered) => {
    pbx.on('REFER', (request) => {
      if (isAnswered) pbx.reply(request, 202, 'Accepted');
    });
    const { sessionId } = await outgoing();
    await engine.command({ type: 'transfer', sessionId, target: '702' });
    expect(await transferred(engine, 'failed', 30_000)).toMatchObject({ status: null });
    await problem(engine, 'transfer.unanswered');
    await session(engine, 'the call back', now(sessionId, 'connected', 'none'));
    await nothingLeft(engine);
  });

  it('is told step by step, bears with nonsense, and ends our leg', async () => {
    pbx.on('REFER', (request) => pbx.reply(request, 202, 'Accepted'));
    const { sessionId, invite } = await outgoing();
    await engine.command({ type: 'transfer', sessionId, target: '702' });
    await pbx.wait('REFER', ({ method }) => method === 'REFER');
    pbx.within(invite, 'NOTIFY', { cseq: 100 });
    await pbx.wait('489', ({ line, headers }) => line.includes(' 489 ') && headers.get('cseq') === '100 NOTIFY');
    notify(invite, 101, 'x\u0000\u202e');
    notify(invite, 102, '100 Trying');
    notify(invite, 103, '180 Ringing');
    notify(invite, 104, '200 OK', 'terminated;reason=noresource');
    await transferred(engine, 'done');
    await pbx.wait('BYE', ({ method }) => method === 'BYE');
    await session(engine, 'the end', now(sessionId, 'ended'));
    expect(transfers(engine).map(({ state }) => state)).toEqual(['asked', 'ringing', 'done']);
    await nothingLeft(engine);
  });

  it('is done when the party takes the REFER and hangs up', async () => {
    pbx.on('REFER', (request) => pbx.reply(request, 202, 'Accepted'));
    const { sessionId, invite } = await outgoing();
    await engine.command({ type: 'transfer', sessionId, target: '702' });
    await pbx.wait('REFER', ({ method }) => method === 'REFER');
    await sleep(100);
    pbx.within(invite, 'BYE', { cseq: 100 });
    await transferred(engine, 'done');
    await session(engine, 'the end', now(sessionId, 'ended'));
    await nothingLeft(engine);
  });

  it("is nobody's concern any more when the agent hangs up meanwhile", async () => {
    pbx.on('REFER', (request) => pbx.reply(request, 202, 'Accepted'));
    const { sessionId } = await outgoing();
    await engine.command({ type: 'transfer', sessionId, target: '702' });
    await pbx.wait('REFER', ({ method }) => method === 'REFER');
    await engine.command({ type: 'hang-up', sessionId });
    expect((await session(engine, 'the end', now(sessionId, 'ended'))).endCause).toBe('hung-up');
    expect(transfers(engine).map(({ state }) => state)).toEqual(['asked']);
    expect(engine.events.some(({ type }) => type === 'problem')).toBe(false);
    await nothingLeft(engine);
  });

  it('to the contact of a caller who is not at our switch', async () => {
    pbx.on('REFER', (request) => pbx.reply(request, 603, 'No'));
    const stranger = await incoming('stranger', { from: '<sip:anonymous@anonymous.invalid>' });
    const { sessionId } = await outgoing();
    await engine.command({ type: 'transfer-to', sessionId, otherId: stranger.sessionId });
    const refer = await pbx.wait('REFER', ({ method }) => method === 'REFER');
    const tag = /;tag=([^;]+)/.exec(stranger.ok.headers.get('to') ?? '')?.[1];
    expect(refer.headers.get('refer-to')).toBe(
      `<sip:script@script.invalid;transport=ws?Replaces=stranger%3Bto-tag%3Dstranger%3Bfrom-tag%3D${tag}>`,
    );
    await transferred(engine, 'failed');
    await nothingLeft(engine);
  });

  it('of a call that is not there, or not answered, is said to be impossible', async () => {
    pbx.invite({ callId: 'ring', from: '<sip:1@x>' });
    const { sessionId } = await session(engine, 'a ringing call', ({ state }) => state === 'ringing');
    await engine.command({ type: 'transfer', sessionId, target: '702' });
    await engine.wait('the problem', (event) => event.type === 'problem' && event.sessionId === sessionId);
    await engine.command({ type: 'transfer', sessionId: 'nobody', target: '702' });
    await engine.wait('the problem', (event) => event.type === 'problem' && event.sessionId === 'nobody');
    await nothingLeft(engine);
  });
});

describe('tones', () => {
  const DEAF = deadEndSdp('active')
    .replace(' 8 101', ' 8')
    .replace(/a=rtpmap:101.*\r\n/, '');

  it('that cannot be sent are said to be lost, and the call goes on', async () => {
    pbx.on('INFO', (request) => pbx.reply(request, 405, 'No'));
    const { sessionId } = await outgoing(DEAF);
    await engine.command({ type: 'dtmf', sessionId, tones: '12' });
    await problem(engine, 'dtmf.failed');
    await sleep(400);
    expect(pbx.messages.filter(({ method }) => method === 'INFO')).toHaveLength(1);
    engine.clear();
    await engine.command({ type: 'dtmf', sessionId, tones: '1<2' });
    await problem(engine, 'dtmf.failed');
    await engine.command({ type: 'hang-up', sessionId });
    await pbx.wait('BYE', ({ method }) => method === 'BYE');
  });

  it('stay on RTP when the account says so', async () => {
    await register(engine, config({ dtmf: 'rfc4733' }));
    const { sessionId } = await outgoing(DEAF);
    await engine.command({ type: 'dtmf', sessionId, tones: '5' });
    await problem(engine, 'dtmf.failed');
    expect(pbx.messages.some(({ method }) => method === 'INFO')).toBe(false);
    await nothingLeft(engine);
  });
});

describe('do not disturb', () => {
  it('answers 486 without a sound, and tells of the call', async () => {
    await policy({ dnd: true });
    pbx.invite({ callId: 'one', from: '<sip:34600111222@x>' });
    await pbx.wait('486', response('one', 486));
    expect(await session(engine, 'the end', ({ state }) => state === 'ended')).toMatchObject({
      number: '34600111222',
      endCause: 'busy',
      answeredAt: null,
    });
    expect(pbx.messages.some(response('one', 180))).toBe(false);
    await policy({});
    pbx.invite({ callId: 'two', from: '<sip:2@x>' });
    await session(engine, 'a ringing call', ({ number, state }) => number === '2' && state === 'ringing');
    await nothingLeft(engine);
  });
});

describe('automatic answer', () => {
  const offer = (callId: string, headers: readonly string[] = []) =>
    pbx.invite({ callId, from: `<sip:${callId}@x>`, headers });
  const rings = (number: string) =>
    session(engine, `${number} to ring`, (s) => s.number === number && s.state === 'ringing');
  const talks = async (number: string) => {
    const call = await session(
      engine,
      `${number} to be answered`,
      (s) => s.number === number && s.state === 'connected',
    );
    pbx.within(await pbx.wait('200', response(number, 200)), 'ACK', { cseq: 1 });
    return call;
  };

  it('of every call, after the time that is set, and of none when it is off', async () => {
    await policy({ autoAnswer: 'always', autoAnswerAfter: 200 });
    offer('1');
    const { sessionId } = await talks('1');
    await engine.command({ type: 'hang-up', sessionId });
    await policy({});
    offer('2', ['Alert-Info: <http://x>;info=alert-autoanswer']);
    await rings('2');
    await sleep(500);
    expect(pbx.messages.some(response('2', 200))).toBe(false);
    await nothingLeft(engine);
  });

  it.each(['Alert-Info: <http://x>;info=alert-autoanswer', 'Call-Info: <sip:pbx.test>;answer-after=0'])(
    'when the call asks for it: %s',
    async (header) => {
      await policy({ autoAnswer: 'header' });
      offer('1');
      await rings('1');
      await sleep(300);
      expect(pbx.messages.some(response('1', 200))).toBe(false);
      pbx.cancel('1');
      await session(engine, 'the end', ({ number, state }) => number === '1' && state === 'ended');
      offer('2', [header]);
      await talks('2');
      await nothingLeft(engine);
    },
  );

  it('never breaks into a call, but for one that was asked for', async () => {
    await policy({ autoAnswer: 'always' });
    offer('1');
    const first = await talks('1');
    answerCalls(deadEndSdp('passive', 'recvonly'));
    offer('2');
    await rings('2');
    await sleep(300);
    expect(pbx.messages.some(response('2', 200))).toBe(false);
    const until_ = Date.now() + 60_000;
    const expected = [{ number: '34600111222', until: until_ }];
    await policy({ autoAnswer: 'always', dnd: true, expected });
    offer('34600111222');
    await talks('34600111222');
    await session(engine, 'the first on hold', now(first.sessionId, 'connected', 'local'));
    await nothingLeft(engine);
  });

  it('of an expected number happens once, also when the list comes again', async () => {
    const expected = [{ number: '600111222', until: Date.now() + 60_000 }];
    await policy({ expected });
    offer('34600111222');
    const { sessionId } = await talks('34600111222');
    await engine.command({ type: 'hang-up', sessionId });
    await session(engine, 'the end', now(sessionId, 'ended'));
    await policy({ expected });
    pbx.invite({ callId: 'again', from: '<sip:34600111222@x>' });
    await rings('34600111222');
    await sleep(300);
    expect(pbx.messages.some(response('again', 200))).toBe(false);
    await nothingLeft(engine);
  });
});

describe('a switch that is not well', () => {
  it('never answers an INVITE: the call is given up', async () => {
    const sessionId = await dial(engine, '600111222');
    await pbx.wait('the INVITE', ({ method }) => method === 'INVITE');
    expect((await session(engine, 'the end', now(sessionId, 'ended'), 40_000)).endCause).toBe('failed');
    await nothingLeft(engine);
  });

  it('rings for ever: a person may cancel at any time', async () => {
    pbx.on('INVITE', (request) => pbx.reply(request, 180, 'Ringing', { headers: [CONTACT] }));
    const sessionId = await dial(engine, '600111222');
    await session(engine, 'ringing', now(sessionId, 'ringing'));
    await engine.command({ type: 'hang-up', sessionId });
    await pbx.wait('CANCEL', ({ method }) => method === 'CANCEL');
    expect((await session(engine, 'the end', now(sessionId, 'ended'))).endCause).toBe('cancelled');
    await nothingLeft(engine);
  });

  it('rings for ever: the call is given up after five minutes', async () => {
    pbx.on('INVITE', (request) => pbx.reply(request, 180, 'Ringing', { headers: [CONTACT] }));
    await engine.page.clock.install();
    const sessionId = await dial(engine, '600111222');
    await session(engine, 'ringing', now(sessionId, 'ringing'));
    await engine.page.clock.fastForward(301_000);
    await pbx.wait('CANCEL', ({ method }) => method === 'CANCEL');
    expect((await session(engine, 'the end', now(sessionId, 'ended'))).endCause).toBe('no-answer');
  });

  it('sends what is no SIP: the next call comes as ever', async () => {
    const { sessionId, ok } = await incoming('call');
    const via = 'Via: SIP/2.0/WS script.invalid;branch=z9hG4bK';
    const to = '<sip:101@pbx.test>';
    const bad = [
      'INVITE',
      '\r\n\r\n\r\n',
      '\u0000\u0001\ufffd',
      'SIP/2.0 200 OK\r\n\r\n',
      'SIP/2.0 999 \r\nVia: x\r\n\r\n',
      `INVITE sip:101@pbx.test SIP/2.0\r\n${via}1\r\n\r\n`,
      `INVITE sip:101@pbx.test SIP/2.0\r\n${via}2\r\nFrom: x\r\nTo: ${to}\r\nCall-ID: m2\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
      `INVITE sip:101@pbx.test SIP/2.0\r\n${via}3\r\nFrom: <sip:1@x>;tag=a\r\nTo: ${to}\r\nCall-ID: m3\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
      `INVITE sip:101@pbx.test SIP/2.0\r\n${via}4\r\nFrom: <sip:1@x>;tag=a\r\nTo: ${to}\r\nCall-ID: m4\r\nCSeq: x INVITE\r\nContact: <<<>>>\r\nMax-Forwards: -1\r\nContent-Length: 99999\r\n\r\nv=0`,
      `INVITE sip:101@pbx.test SIP/2.0\r\n${via}5\r\nFrom: <sip:1@x>;tag=a\r\nTo: ${to}\r\nCall-ID: m5\r\nCSeq: 1 INVITE\r\nContact: ;;;\r\nReplaces: x\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
      `BYE sip:101@pbx.test SIP/2.0\r\n${via}6\r\nFrom: <sip:1@x>;tag=a\r\nTo: ${to};tag=b\r\nCall-ID: m6\r\nCSeq: 1 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
      `${'A'.repeat(300_000)} sip:101@pbx.test SIP/2.0\r\n\r\n`,
    ];
    for (const text of bad) pbx.send(text);
    for (const method of ['REFER', 'NOTIFY', 'INFO', 'UPDATE', 'SUBSCRIBE', 'PUBLISH', 'MESSAGE']) {
      pbx.within(ok, method, { cseq: 50 + method.length });
    }
    await sleep(300);
    expect(sessions(engine)).toMatchObject([{ sessionId, state: 'connected' }]);
    pbx.invite({ callId: 'next', from: '<sip:77@x>' });
    await session(engine, 'the next call', ({ number, state }) => number === '77' && state === 'ringing');
    pbx.cancel('next');
    await session(engine, 'its end', ({ number, state }) => number === '77' && state === 'ended');
    await nothingLeft(engine);
  });
});
