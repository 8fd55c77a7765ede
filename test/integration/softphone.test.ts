// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SipConfig } from '../../src-shared/engine-protocol.ts';
import { type Phone, startBaresip } from '../lab/baresip.ts';
import { buildSite, type EnginePage, launchChromium, openEngine, type Site } from '../lab/browser.ts';
import { type Kamailio, startKamailio } from '../lab/kamailio.ts';
import { buildParty, openParty, type Party } from '../lab/party.ts';
import { until } from '../lab/process.ts';
import {
  dial,
  dialled,
  flows,
  lineConfig,
  nothingLeft,
  now,
  packets,
  problem,
  register,
  session,
  sessions,
  speakAt,
  stands,
  transferred,
  transfers,
} from './softphone-stand.ts';

/** All the calls of an agent's day, on a real switch (Kamailio) with foreign phones (baresip, another WebRTC phone). */

const AGENT = '12345-101';
const DID = '34910000001';
const VOICE = 1_000; // Hz, of the agent
const SINE = 440; // Hz, of baresip
let kamailio: Kamailio;
let bob: Phone; // baresip, answers by itself
let carol: Phone; // baresip, waits to be told
let site: Site;
let partySite: Site;
let browser: Browser;
let engine: EnginePage;
let ann: Party;
let ben: Party;
const others: EnginePage[] = [];

beforeAll(async () => {
  kamailio = await startKamailio({
    users: ['agent', 'bob', 'carol', 'ann', 'ben'].map((name) => ({
      user: name === 'agent' ? AGENT : name,
      password: `${name}-pw`,
    })),
    routes: { [DID]: AGENT, '700': 'carol', '701': 'ann', '702': 'ben', '703': 'bob' },
    replies: { '993': 403, '990': 480, '996': 486, '998': 488, '999': 603 },
    tls: true,
  });
  const lab = { domain: kamailio.domain, sipPort: kamailio.sipPort };
  bob = await startBaresip({ ...lab, user: 'bob', password: 'bob-pw', answerMode: 'auto' });
  carol = await startBaresip({ ...lab, user: 'carol', password: 'carol-pw', answerMode: 'manual' });
  site = await buildSite('src-renderer', 'engine/index.html');
  partySite = await buildParty();
  browser = await launchChromium();
});

beforeEach(async () => {
  engine = await openEngine(browser, site);
  await speakAt(engine, VOICE);
  ann = await openParty(browser, partySite, kamailio, { user: 'ann', password: 'ann-pw', hertz: 600 });
  ben = await openParty(browser, partySite, kamailio, { user: 'ben', password: 'ben-pw', hertz: 1_600 });
  await register(engine, config());
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    const told = engine.events.filter(({ type }) => type !== 'quality' && type !== 'devices' && type !== 'levels');
    console.error(JSON.stringify(told.slice(-25), null, 1), engine.errors);
    console.error((await engine.sent()).slice(-6).map(({ text }) => text));
    console.error(bob.events, kamailio.log().slice(-2_000));
  }
  for (const page of [engine, ann, ben, ...others.splice(0)]) await page.close();
  for (const phone of [bob, carol]) {
    await phone.hangUp();
    phone.clear();
  }
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await partySite?.stop();
  await bob?.stop();
  await carol?.stop();
  await kamailio?.stop();
});

function config(change: Partial<SipConfig> = {}): SipConfig {
  return lineConfig({ url: kamailio.wsUrl, user: AGENT, password: 'agent-pw', domain: kamailio.domain }, change);
}

const heard = async (phone: Phone) => (await phone.rtpStats()).received;
const received = async () => (await packets(engine)).received;
const sent = async () => (await packets(engine)).sent;

/** A call from `who`, ringing at the agent's. */
async function calledBy(who: string, call: () => Promise<void>): Promise<string> {
  await call();
  return (await session(engine, `a call from ${who}`, ({ number, state }) => number === who && state === 'ringing'))
    .sessionId;
}

async function answered(sessionId: string, rest: 'hold' | 'end' = 'hold'): Promise<string> {
  await engine.command({ type: 'answer', sessionId, others: rest });
  await session(engine, 'the answered call', now(sessionId, 'connected', 'none'));
  return sessionId;
}

const fromAnn = () => calledBy('ann', () => ann.do('dial', DID));
const fromBen = () => calledBy('ben', () => ben.do('dial', DID));
const fromBob = () => calledBy('bob', () => bob.dial(DID));

describe('the line', () => {
  it('calls over WSS, and the voice is always encrypted', async () => {
    await register(engine, config({ wssUrls: [kamailio.wssUrl ?? ''] }));
    await dialled(engine, '701');
    await ann.hears([VOICE]);
    const back = await fromBen();
    await answered(back, 'end');
    await ben.hears([VOICE]);
    const descriptions = (await engine.sent()).filter(({ text }) => text.includes('\r\nm=audio '));
    expect(descriptions.length).toBeGreaterThanOrEqual(2);
    for (const { text } of [...descriptions, ...(await ann.offers()).map((text) => ({ text }))]) {
      expect(text).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m);
      expect(text).toMatch(/^a=fingerprint:sha-256 /m);
      expect(text).not.toMatch(/^m=\w+ \d+ RTP\/AVP/m);
    }
    await nothingLeft(engine);
  });
});

describe('hold', () => {
  it('stops and resumes the sound from this side', async () => {
    const sessionId = await dialled(engine, '703');
    await flows('sound to the agent', received);
    await engine.command({ type: 'hold', sessionId, on: true });
    await session(engine, 'hold', now(sessionId, 'connected', 'local'));
    await stands('sound to the agent', received);
    await engine.command({ type: 'hold', sessionId, on: false });
    await session(engine, 'no hold', now(sessionId, 'connected', 'none'));
    await flows('sound to the agent', received);
    await flows('sound to bob', () => heard(bob));
    await nothingLeft(engine);
  });

  it('follows a re-INVITE from the far side', async () => {
    const sessionId = await answered(await fromBob());
    await flows('sound to bob', () => heard(bob));
    await bob.hold();
    await session(engine, 'their hold', now(sessionId, 'connected', 'remote'));
    await stands('sound from the agent', sent);
    await bob.resume();
    await session(engine, 'no hold', now(sessionId, 'connected', 'none'));
    await flows('sound from the agent', sent);
    await flows('sound to the agent', received);
    await nothingLeft(engine);
  });
});

describe('several lines', () => {
  it('a second call waits, is answered with the first on hold, and the two are swapped', async () => {
    const first = await answered(await fromAnn());
    await ann.hears([VOICE]);
    const second = await fromBen();
    expect(sessions(engine).find(({ sessionId }) => sessionId === first)?.hold).toBe('none');
    await answered(second, 'hold');
    await session(engine, 'the first on hold', now(first, 'connected', 'local'));
    await until('ann to know', () => ann.ask('isHeld'));
    await ben.hears([VOICE]);
    await ann.hears([], [VOICE, ben.hertz]);
    await engine.command({ type: 'hold', sessionId: first, on: false });
    await session(engine, 'the first again', now(first, 'connected', 'none'));
    await session(engine, 'the second on hold', now(second, 'connected', 'local'));
    await ann.hears([VOICE], [ben.hertz]);
    await ben.hears([], [VOICE, ann.hertz]);
    await nothingLeft(engine);
  });

  it('a second call is answered and the first ended', async () => {
    const first = await answered(await fromAnn());
    const second = await fromBen();
    await answered(second, 'end');
    expect((await session(engine, 'the end of the first', now(first, 'ended'))).endCause).toBe('hung-up');
    await until('ann to be free', async () => (await ann.ask('calls')) === 0);
    await ben.hears([VOICE]);
    await nothingLeft(engine);
  });

  it('dialling holds the call that is talked in', async () => {
    const first = await answered(await fromAnn());
    const second = await dialled(engine, '702');
    await session(engine, 'the first on hold', now(first, 'connected', 'local'));
    await engine.command({ type: 'hang-up', sessionId: second });
    await session(engine, 'the second over', now(second, 'ended'));
    expect(sessions(engine).find(({ sessionId }) => sessionId === first)).toMatchObject({ hold: 'local' });
    await engine.command({ type: 'hold', sessionId: first, on: false });
    await ann.hears([VOICE]);
    await nothingLeft(engine);
  });

  it('a call that is answered late does not break into the one talked in', async () => {
    const slow = await dial(engine, '700');
    await carol.wait('CALL_INCOMING');
    const quick = await answered(await fromAnn());
    await carol.answer();
    await session(engine, 'the late one, on hold', now(slow, 'connected', 'local'));
    expect(sessions(engine).find(({ sessionId }) => sessionId === quick)).toMatchObject({ hold: 'none' });
    await ann.hears([VOICE]);
    await nothingLeft(engine);
  });
});

describe('tones', () => {
  it.each(['auto', 'rfc4733', 'info'] as const)('reach baresip with a pause among them: %s', async (dtmf) => {
    if (dtmf !== 'auto') await register(engine, config({ dtmf }));
    const sessionId = await dialled(engine, '703');
    await flows('sound to bob', () => heard(bob));
    await engine.command({ type: 'dtmf', sessionId, tones: '1,2' });
    await engine.command({ type: 'dtmf', sessionId, tones: '#' });
    const tones = () => bob.events.filter(({ type }) => type === 'CALL_DTMF_START').map(({ param }) => param);
    await until('three tones', () => tones().length === 3);
    expect(tones()).toEqual(['1', '2', '#']);
    const infos = (await engine.sent()).filter(({ line }) => line.startsWith('INFO'));
    expect(infos.length).toBe(dtmf === 'info' ? 3 : 0);
    await nothingLeft(engine);
  });

  it('follow a number after the answer', async () => {
    const sessionId = await dialled(engine, '703,,42');
    expect(sessions(engine).find((one) => one.sessionId === sessionId)?.number).toBe('703');
    const tones = () => bob.events.filter(({ type }) => type === 'CALL_DTMF_START').map(({ param }) => param);
    await until('two tones', () => tones().length === 2);
    expect(tones()).toEqual(['4', '2']);
    await nothingLeft(engine);
  });
});

describe('blind transfer', () => {
  it('sends baresip to another phone', async () => {
    const sessionId = await answered(await fromBob());
    await flows('sound to bob', () => heard(bob));
    await engine.command({ type: 'transfer', sessionId, target: '701' });
    await transferred(engine, 'done');
    expect(transfers(engine)[0]).toMatchObject({ sessionId, state: 'asked' });
    expect((await session(engine, 'our leg to end', now(sessionId, 'ended'))).endCause).toBe('hung-up');
    await ann.hears([SINE], [VOICE]);
    await flows('sound to bob', () => heard(bob));
    await nothingLeft(engine);
  });

  it('of a party we called goes as well, and rings on the way', async () => {
    const sessionId = await dialled(engine, '701');
    await engine.command({ type: 'transfer', sessionId, target: '702' });
    await transferred(engine, 'done');
    expect(transfers(engine).map(({ state }) => state)).toEqual(['asked', 'ringing', 'done']);
    await session(engine, 'our leg to end', now(sessionId, 'ended'));
    await ann.hears([ben.hertz], [VOICE]);
    await ben.hears([ann.hertz], [VOICE]);
    await nothingLeft(engine);
  });

  it('to somebody busy brings the call back', async () => {
    const sessionId = await answered(await fromAnn());
    await engine.command({ type: 'transfer', sessionId, target: '996' });
    expect(await transferred(engine, 'failed')).toMatchObject({ sessionId, status: 486 });
    expect(await problem(engine, 'transfer.refused')).toMatchObject({ sessionId, params: { status: 486 } });
    await session(engine, 'the call off hold', now(sessionId, 'connected', 'none'));
    await ann.hears([VOICE]);
    await nothingLeft(engine);
  });
});

describe('attended transfer', () => {
  const legs = ['called', 'calling'] as const;
  it.each(legs.flatMap((first) => legs.map((second) => [first, second] as const)))(
    'connects a party that was %s with one that was %s',
    async (first, second) => {
      const a = first === 'called' ? await dialled(engine, '701') : await answered(await fromAnn());
      await ann.hears([VOICE]);
      const b = second === 'called' ? await dialled(engine, '702') : await answered(await fromBen());
      await session(engine, 'the first on hold', now(a, 'connected', 'local'));
      await ben.hears([VOICE]);
      await engine.command({ type: 'transfer-to', sessionId: a, otherId: b });
      await transferred(engine, 'done');
      for (const sessionId of [a, b]) {
        expect((await session(engine, 'our leg to end', now(sessionId, 'ended'))).endCause).toBe('hung-up');
      }
      await ann.hears([ben.hertz], [VOICE, ann.hertz]);
      await ben.hears([ann.hertz], [VOICE, ben.hertz]);
      await flows('sound to ann', async () => (await ann.rtpStats()).received);
      await flows('sound to ben', async () => (await ben.rtpStats()).received);
      expect([await ann.ask('calls'), await ben.ask('calls')]).toEqual([1, 1]);
      await nothingLeft(engine);
    },
  );

  it('works with a phone that does not know Replaces and simply calls', async () => {
    const a = await dialled(engine, '703');
    const b = await dialled(engine, '702');
    await ben.hears([VOICE]);
    await engine.command({ type: 'transfer-to', sessionId: a, otherId: b });
    await transferred(engine, 'done');
    for (const sessionId of [a, b]) await session(engine, 'our leg to end', now(sessionId, 'ended'));
    await ben.hears([SINE], [VOICE]);
    await nothingLeft(engine);
  });

  it('that is refused leaves both calls as they were', async () => {
    const a = await dialled(engine, '703');
    const b = await dialled(engine, '702');
    await ben.do('auto', false);
    await engine.command({ type: 'transfer-to', sessionId: a, otherId: b });
    await until('ben to be called', async () => (await ben.ask('ringing')) === 1);
    await ben.do('refuse', 486);
    expect(await transferred(engine, 'failed')).toMatchObject({ sessionId: a });
    expect(sessions(engine).map(({ state, hold }) => [state, hold])).toEqual([
      ['connected', 'local'],
      ['connected', 'none'],
    ]);
    await ben.hears([VOICE]);
    await nothingLeft(engine);
  });
});

describe('conference', () => {
  it('mixes three, mutes the agent alone, and goes on as a call when one leaves', async () => {
    const a = await answered(await fromAnn());
    const b = await dialled(engine, '702');
    await engine.command({ type: 'conference', sessionIds: [a, b] });
    await engine.wait('the conference', (event) => event.type === 'conference' && event.sessionIds.length === 2);
    await ann.hears([VOICE, ben.hertz], [ann.hertz]);
    await ben.hears([VOICE, ann.hertz], [ben.hertz]);
    await engine.command({ type: 'mute', sessionId: a, on: true });
    await ann.hears([ben.hertz], [VOICE]);
    await ben.hears([ann.hertz], [VOICE]);
    expect(sessions(engine).map(({ muted }) => muted)).toEqual([true, true]);
    await engine.command({ type: 'mute', sessionId: b, on: false });
    await ann.hears([VOICE, ben.hertz]);
    await ben.do('hangUp');
    await session(engine, 'ben to be gone', now(b, 'ended'));
    await engine.wait('its end', (event) => event.type === 'conference' && event.sessionIds.length === 0);
    await ann.hears([VOICE], [ben.hertz, ann.hertz]);
    await session(engine, 'a call with ann', now(a, 'connected', 'none'));
    await nothingLeft(engine);
  });

  it('that is ended holds all but the first', async () => {
    const a = await dialled(engine, '701');
    const b = await dialled(engine, '702');
    await engine.command({ type: 'conference', sessionIds: [a, b] });
    await ann.hears([VOICE, ben.hertz]);
    await engine.command({ type: 'conference', sessionIds: [] });
    await session(engine, 'the second on hold', now(b, 'connected', 'local'));
    await session(engine, 'the first going on', now(a, 'connected', 'none'));
    await ann.hears([VOICE], [ben.hertz]);
    await ben.hears([], [VOICE, ann.hertz]);
    await nothingLeft(engine);
  });

  it('goes on hold as a whole when another call is answered', async () => {
    const a = await dialled(engine, '701');
    const b = await dialled(engine, '702');
    await engine.command({ type: 'conference', sessionIds: [a, b] });
    await ann.hears([VOICE, ben.hertz]);
    await answered(await fromBob());
    for (const sessionId of [a, b]) await session(engine, 'hold', now(sessionId, 'connected', 'local'));
    await ann.hears([], [VOICE, ben.hertz]);
    await flows('sound to bob', () => heard(bob));
    await nothingLeft(engine);
  });
});

describe('before the answer', () => {
  it('a call is sent elsewhere', async () => {
    const sessionId = await fromBob();
    await engine.command({ type: 'deflect', sessionId, target: '701' });
    expect((await session(engine, 'our part to end', now(sessionId, 'ended'))).endCause).toBe('declined');
    await ann.hears([SINE]);
    await nothingLeft(engine);
  });

  it.each([
    ['993', 'failed'],
    ['404', 'not-found'],
    ['990', 'no-answer'],
    ['996', 'busy'],
    ['998', 'failed'],
    ['999', 'declined'],
  ])('a call to %s ends as %s', async (number, cause) => {
    const sessionId = await dial(engine, number);
    expect((await session(engine, 'the end', now(sessionId, 'ended'))).endCause).toBe(cause);
    await nothingLeft(engine);
  });

  it('we are busy', async () => {
    const sessionId = await fromBob();
    await engine.command({ type: 'reject', sessionId, status: 486 });
    expect((await bob.wait('CALL_CLOSED')).param).toContain('486');
    await nothingLeft(engine);
  });

  it('is cancelled by either side', async () => {
    const incoming = await fromBob();
    await bob.wait('CALL_RINGING');
    await bob.hangUp();
    expect((await session(engine, 'the end', now(incoming, 'ended'))).endCause).toBe('cancelled');
    const outgoing = await dial(engine, '700');
    await carol.wait('CALL_INCOMING');
    await engine.command({ type: 'hang-up', sessionId: outgoing });
    await carol.wait('CALL_CLOSED');
    expect((await session(engine, 'the end', now(outgoing, 'ended'))).endCause).toBe('cancelled');
    await nothingLeft(engine);
  });

  it('is answered elsewhere', async () => {
    const colleague = await openEngine(browser, site);
    others.push(colleague);
    await register(colleague, config());
    const here = await fromBob();
    const there = await session(colleague, 'the other phone to ring', ({ state }) => state === 'ringing');
    await colleague.command({ type: 'answer', sessionId: there.sessionId, others: 'hold' });
    expect((await session(engine, 'the end here', now(here, 'ended'))).endCause).toBe('answered-elsewhere');
    await sleep(200);
    await nothingLeft(engine);
    await nothingLeft(colleague);
  });
});
