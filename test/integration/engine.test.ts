// SPDX-License-Identifier: MIT
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SipEvent } from '../../src-shared/calls/events.ts';
import type { EngineEvent, SipConfig } from '../../src-shared/engine-protocol.ts';
import { type Phone, startBaresip } from '../lab/baresip.ts';
import { buildSite, type EnginePage, launchChromium, openEngine, type Site } from '../lab/browser.ts';
import { type Kamailio, startKamailio } from '../lab/kamailio.ts';
import { until } from '../lab/process.ts';

/** The engine against a real switch (Kamailio) and a foreign phone (baresip). */

const AGENT = '12345-101';
const DID = '34910000001';
let kamailio: Kamailio;
let bob: Phone; // answers by itself
let carol: Phone; // waits to be told
let site: Site;
let browser: Browser;
const pages: EnginePage[] = [];

beforeAll(async () => {
  kamailio = await startKamailio({
    users: [
      { user: AGENT, password: 'agent-pw' },
      { user: 'bob', password: 'bob-pw' },
      { user: 'carol', password: 'carol-pw' },
    ],
    routes: { [DID]: AGENT, '700': 'carol' },
    replies: { '999': 486 },
    outside: 'bob',
    tls: true,
  });
  const lab = { domain: kamailio.domain, sipPort: kamailio.sipPort };
  bob = await startBaresip({ ...lab, user: 'bob', password: 'bob-pw', answerMode: 'auto', displayName: 'Bob B' });
  carol = await startBaresip({
    ...lab,
    user: 'carol',
    password: 'carol-pw',
    answerMode: 'manual',
    codecs: 'pcma,pcmu',
  });
  site = await buildSite('src-renderer', 'engine/index.html');
  browser = await launchChromium();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    for (const page of pages) console.error(page.events.slice(-10), page.errors, (await page.sent()).slice(-3));
    for (const phone of [bob, carol]) console.error(phone.events, phone.log().slice(-1_500));
    console.error(kamailio.log().slice(-3_000));
  }
  for (const page of pages.splice(0)) await page.close();
  for (const phone of [bob, carol]) {
    await phone.hangUp();
    phone.clear();
  }
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await bob?.stop();
  await carol?.stop();
  await kamailio?.stop();
});

function digest(password: string, realm = kamailio.realm, user = AGENT): string {
  return createHash('md5').update(`${user}:${realm}:${password}`).digest('hex');
}

function config(change: Partial<SipConfig> = {}): SipConfig {
  return {
    wssUrls: [kamailio.wsUrl],
    user: AGENT,
    extension: '101',
    domain: kamailio.domain,
    ha1: digest('agent-pw'),
    realm: kamailio.realm,
    displayName: 'Ann Agent',
    registerExpires: 300,
    stunUrls: [],
    dtmf: 'auto',
    ...change,
  };
}

async function open(options: Parameters<typeof openEngine>[2] = {}, in_: Browser = browser): Promise<EnginePage> {
  const page = await openEngine(in_, site, options);
  pages.push(page);
  return page;
}

type Registration = Extract<EngineEvent, { type: 'registration' }>;

async function registration(engine: EnginePage, state: Registration['state'], timeout?: number): Promise<Registration> {
  const is = (event: EngineEvent) => event.type === 'registration' && event.state === state;
  return (await engine.wait(`registration ${state}`, is, timeout)) as Registration;
}

async function register(engine: EnginePage, change: Partial<SipConfig> = {}): Promise<void> {
  await engine.command({ type: 'register', config: config(change) });
  await registration(engine, 'registered');
}

/** The first snapshot for which `filter` holds. */
async function session(engine: EnginePage, what: string, filter: (session: SipEvent) => boolean): Promise<SipEvent> {
  const event = await engine.wait(what, (event) => event.type === 'session' && filter(event.session));
  if (event.type !== 'session') throw new Error('not a session');
  return event.session;
}

const inState = (state: SipEvent['state'], id?: string) => (snapshot: SipEvent) =>
  snapshot.state === state && (id === undefined || snapshot.sessionId === id);

async function dial(engine: EnginePage, number: string): Promise<string> {
  const sessionId = randomUUID();
  await engine.command({ type: 'dial', sessionId, number });
  return sessionId;
}

/** Packets rise on both sides in both directions. */
async function expectTwoWayAudio(engine: EnginePage, phone: Phone): Promise<void> {
  const [ours, theirs] = [await engine.rtpStats(), await phone.rtpStats()];
  await until('audio both ways', async () => {
    const [ourNow, theirNow] = [await engine.rtpStats(), await phone.rtpStats()];
    const ourGain = Math.min(ourNow.sent - ours.sent, ourNow.received - ours.received);
    const theirGain = Math.min(theirNow.sent - theirs.sent, theirNow.received - theirs.received);
    return ourGain > 20 && theirGain > 20;
  });
}

/** Snapshots of every session: seq rises, states never go back, one end. */
function expectOrderly(engine: EnginePage): void {
  const order = ['dialing', 'ringing', 'connecting', 'connected', 'ended'];
  const last = new Map<string, SipEvent>();
  for (const event of engine.events) {
    if (event.type !== 'session') continue;
    const before = last.get(event.session.sessionId);
    if (before) {
      expect(event.session.seq).toBeGreaterThan(before.seq);
      expect(order.indexOf(event.session.state)).toBeGreaterThanOrEqual(order.indexOf(before.state));
      expect(before.state).not.toBe('ended');
    }
    last.set(event.session.sessionId, event.session);
  }
  expect(last.size).toBeGreaterThan(0);
  for (const { state, endCause } of last.values()) {
    expect(state).toBe('ended');
    expect(endCause).not.toBeNull();
  }
}

async function microphonesOff(engine: EnginePage): Promise<void> {
  const off = () => engine.page.evaluate("lab.microphones.every(({ readyState }) => readyState === 'ended')");
  await until('the microphone to be off', () => off() as Promise<boolean>);
}

/** An incoming call, answered. */
async function answered(engine: EnginePage, phone: Phone = bob): Promise<SipEvent> {
  await phone.dial(DID);
  const ringing = await session(engine, 'an incoming call', inState('ringing'));
  await engine.command({ type: 'answer', sessionId: ringing.sessionId, others: 'hold' });
  await session(engine, 'an answered call', inState('connected', ringing.sessionId));
  await phone.wait('CALL_ESTABLISHED');
  return ringing;
}

describe('registering', () => {
  it('registers over WebSocket and over TLS, and unregisters', async () => {
    const engine = await open();
    await register(engine);
    engine.clear();
    await register(engine, { wssUrls: [kamailio.wssUrl ?? ''] });
    engine.clear();
    await engine.command({ type: 'unregister' });
    await registration(engine, 'off');
    const goodbyes = async () =>
      (await engine.sent()).filter(({ text }) => /^Expires: 0\r$/m.test(text) && text.includes('Authorization:'));
    await until('both lines to unregister', async () => (await goodbyes()).length === 2);
    await sleep(200);
    await bob.dial(DID);
    const closed = await bob.wait('CALL_CLOSED');
    expect(closed.param).toContain('404');
    expect(engine.errors).toEqual([]);
  });

  it('reports a wrong password and an unknown user as refused', async () => {
    const engine = await open();
    await engine.command({ type: 'register', config: config({ ha1: digest('wrong') }) });
    const wrong = await registration(engine, 'failed');
    expect(wrong).toMatchObject({ error: { code: 'sip.rejected', params: { status: 401 } }, realm: null });
    expect(wrong.retryIn).toBeGreaterThanOrEqual(30_000);
    engine.clear();
    const unknown = { user: '12345-999', ha1: digest('agent-pw', kamailio.realm, '12345-999') };
    await engine.command({ type: 'register', config: config(unknown) });
    expect(await registration(engine, 'failed')).toMatchObject({ error: { code: 'sip.rejected' }, realm: null });
  });

  it('names the realm of the server, and registers with the ha1 made for it', async () => {
    const engine = await open();
    await engine.command({ type: 'register', config: config({ realm: 'guess', ha1: digest('agent-pw', 'guess') }) });
    const failed = await registration(engine, 'failed');
    expect(failed).toMatchObject({ realm: kamailio.realm, retryIn: null });
    engine.clear();
    const realm = failed.realm ?? '';
    await register(engine, { realm, ha1: digest('agent-pw', realm) });
  });

  it('says that the server is not there, recovers when it comes, and after its restart', async () => {
    const engine = await open();
    const shaky = await startKamailio({ users: [{ user: AGENT, password: 'agent-pw' }], replies: { '999': 486 } });
    try {
      await shaky.kill();
      await engine.command({ type: 'register', config: config({ wssUrls: [shaky.wsUrl] }) });
      expect(await registration(engine, 'failed')).toMatchObject({ error: { code: 'sip.unreachable' } });
      await shaky.start();
      await registration(engine, 'registered', 30_000);
      engine.clear();
      await shaky.restart();
      await registration(engine, 'registered', 30_000);
      const sessionId = await dial(engine, '999');
      expect((await session(engine, 'busy', inState('ended', sessionId))).endCause).toBe('busy');
    } finally {
      await shaky.stop();
    }
  });

  it('registers again when its socket is cut, at once', async () => {
    const engine = await open();
    await register(engine);
    engine.clear();
    await engine.page.evaluate('lab.sockets.at(-1).close()');
    const blip = await registration(engine, 'connecting');
    expect(blip.error).toBeNull();
    expect(blip.retryIn).toBeLessThan(500);
    await registration(engine, 'registered');
  });

  it('finds a dead socket on refresh and replaces it; a good one is kept', async () => {
    const engine = await open();
    await register(engine);
    const sockets = () => engine.page.evaluate('lab.sockets.length') as Promise<number>;
    const before = await sockets();
    const registers = async () => (await engine.sent()).filter(({ line }) => line.startsWith('REGISTER')).length;
    const sent = await registers();
    await engine.command({ type: 'refresh' });
    await until('another REGISTER', async () => (await registers()) > sent);
    await sleep(500);
    expect(await sockets()).toBe(before);
    engine.clear();
    await engine.page.evaluate('lab.sockets.at(-1).deaf = true');
    await engine.command({ type: 'refresh' });
    await registration(engine, 'registered');
    expect(await sockets()).toBe(before + 1);
  });
});

describe('incoming calls', () => {
  it('rings, is answered, talks both ways, and is ended by the agent', async () => {
    const engine = await open();
    await register(engine);
    const ringing = await answered(engine);
    expect(ringing).toMatchObject({ direction: 'in', number: 'bob', networkName: 'Bob B', extension: '101' });
    await expectTwoWayAudio(engine, bob);
    for (const name of ['answer-sent', 'media']) {
      await engine.wait(name, (event) => event.type === 'timing' && event.name === name);
    }
    await engine.command({ type: 'hang-up', sessionId: ringing.sessionId });
    expect((await session(engine, 'the end', inState('ended'))).endCause).toBe('hung-up');
    await bob.wait('CALL_CLOSED');
    await microphonesOff(engine);
    expectOrderly(engine);
    expect(engine.errors).toEqual([]);
  });

  it('is ended by the caller', async () => {
    const engine = await open();
    await register(engine);
    await answered(engine);
    await bob.hangUp();
    expect((await session(engine, 'the end', inState('ended'))).endCause).toBe('hung-up');
    await microphonesOff(engine);
    expectOrderly(engine);
  });

  it.each([
    [486, '486'],
    [603, '603'],
  ] as const)('is rejected with %d', async (status, seen) => {
    const engine = await open();
    await register(engine);
    await bob.dial(DID);
    const { sessionId } = await session(engine, 'an incoming call', inState('ringing'));
    await bob.wait('CALL_RINGING');
    await engine.command({ type: 'reject', sessionId, status });
    expect((await session(engine, 'the end', inState('ended'))).endCause).toBe('declined');
    expect((await bob.wait('CALL_CLOSED')).param).toContain(seen);
    expectOrderly(engine);
  });

  it('stops ringing when the caller gives up', async () => {
    const engine = await open();
    await register(engine);
    await bob.dial(DID);
    await session(engine, 'an incoming call', inState('ringing'));
    await bob.wait('CALL_RINGING');
    await bob.hangUp();
    expect((await session(engine, 'the end', inState('ended'))).endCause).toBe('cancelled');
    expectOrderly(engine);
  });

  it('knows that another phone took the call', async () => {
    const [here, there] = [await open(), await open()];
    await register(here);
    await register(there);
    await bob.dial(DID);
    const { sessionId } = await session(there, 'the other phone to ring', inState('ringing'));
    await session(here, 'this phone to ring', inState('ringing'));
    await there.command({ type: 'answer', sessionId, others: 'hold' });
    expect((await session(here, 'the end', inState('ended'))).endCause).toBe('answered-elsewhere');
    expectOrderly(here);
    await there.command({ type: 'hang-up', sessionId });
    await session(there, 'the end', inState('ended'));
  });

  it('keeps ringing without a microphone, and says why it was not answered', async () => {
    const engine = await open({ permission: 'denied' });
    await register(engine);
    await bob.dial(DID);
    const { sessionId } = await session(engine, 'an incoming call', inState('ringing'));
    await engine.command({ type: 'answer', sessionId, others: 'hold' });
    await engine.wait('mic.denied', (event) => event.type === 'problem' && event.code === 'mic.denied');
    await sleep(300);
    expect(engine.events.some((event) => event.type === 'session' && event.session.state !== 'ringing')).toBe(false);
    await engine.command({ type: 'reject', sessionId, status: 486 });
    await session(engine, 'the end', inState('ended'));
    expectOrderly(engine);
  });

  it('gives each of two calls its own microphone track', async () => {
    const engine = await open();
    await register(engine);
    const first = await answered(engine, bob);
    await carol.dial(DID);
    const second = await session(engine, 'a second call', (s) => s.state === 'ringing' && s.number === 'carol');
    await engine.command({ type: 'answer', sessionId: second.sessionId, others: 'hold' });
    await session(engine, 'both calls', inState('connected', second.sessionId));
    await engine.command({ type: 'mute', sessionId: first.sessionId, on: true });
    await session(engine, 'mute', (s) => s.sessionId === first.sessionId && s.muted);
    const enabled =
      'lab.peers.filter((p) => p.connectionState !== "closed").map((p) => p.getSenders()[0].track.enabled)';
    expect(await engine.page.evaluate(enabled)).toEqual([false, true]);
    await expectTwoWayAudio(engine, carol);
    await engine.command({ type: 'hang-up', sessionId: second.sessionId });
    await session(engine, 'one end', inState('ended', second.sessionId));
    await engine.command({ type: 'mute', sessionId: first.sessionId, on: false });
    await engine.command({ type: 'hold', sessionId: first.sessionId, on: false });
    const ours = await bob.rtpStats();
    await until('the first call to go on', async () => (await bob.rtpStats()).received > ours.received + 20);
    await engine.command({ type: 'hang-up', sessionId: first.sessionId });
    await session(engine, 'the other end', inState('ended', first.sessionId));
    await microphonesOff(engine);
    expectOrderly(engine);
  });
});

describe('during a call', () => {
  it('mutes without losing the call', async () => {
    const engine = await open();
    await register(engine);
    const { sessionId } = await answered(engine);
    await engine.command({ type: 'mute', sessionId, on: true });
    expect((await session(engine, 'mute', (s) => s.muted)).state).toBe('connected');
    await engine.command({ type: 'mute', sessionId, on: false });
    await engine.wait('unmute', (e) => e === engine.events.at(-1) && e.type === 'session' && !e.session.muted);
    await expectTwoWayAudio(engine, bob);
    await engine.command({ type: 'hang-up', sessionId });
    await session(engine, 'the end', inState('ended'));
  });

  it('holds and resumes from both sides', async () => {
    const engine = await open();
    await register(engine);
    const { sessionId } = await answered(engine);
    const direction = async () => /audio dir=(\w+)/.exec(await bob.command('audio_debug'))?.[1];
    await engine.command({ type: 'hold', sessionId, on: true });
    await session(engine, 'hold', (s) => s.hold === 'local');
    await until('bob to see the hold', async () => (await direction()) === 'recvonly');
    await bob.hold();
    await session(engine, 'both', (s) => s.hold === 'both');
    await engine.command({ type: 'hold', sessionId, on: false });
    await session(engine, 'their hold alone', (s) => s.hold === 'remote');
    await bob.resume();
    const talking = (event: EngineEvent) => event.type === 'session' && event.session.hold === 'none';
    await until('nobody to hold', () =>
      talking(engine.events.findLast((e) => e.type === 'session') ?? { type: 'ready' }),
    );
    await until('bob to talk', async () => (await direction()) === 'sendrecv');
    await expectTwoWayAudio(engine, bob);
    await engine.command({ type: 'hang-up', sessionId });
    await session(engine, 'the end', inState('ended'));
    expectOrderly(engine);
  });

  it('lets the last wish win when hold is pressed many times at once', async () => {
    const engine = await open();
    await register(engine);
    const { sessionId } = await answered(engine);
    for (const on of [true, false, true, false, true]) await engine.command({ type: 'hold', sessionId, on });
    await until(
      'bob to see the hold',
      async () =>
        /audio dir=recvonly/.test(await bob.command('audio_debug')) &&
        engine.events.findLast((e) => e.type === 'session')?.session.hold === 'local',
    );
    await engine.command({ type: 'hang-up', sessionId });
    await session(engine, 'the end', inState('ended'));
  });

  it.each([
    ['Opus', () => bob],
    ['G.711', () => carol],
  ])('sends tones as RTP events, with %s', async (_codec, phone) => {
    const engine = await open();
    await register(engine);
    const { sessionId } = await answered(engine, phone());
    await expectTwoWayAudio(engine, phone());
    await engine.command({ type: 'dtmf', sessionId, tones: '12*#' });
    const heard = () =>
      phone()
        .events.filter(({ type }) => type === 'CALL_DTMF_START')
        .map(({ param }) => param);
    await until('four tones', () => heard().length === 4);
    expect(heard()).toEqual(['1', '2', '*', '#']);
    const infos = (await engine.sent()).filter(({ line }) => line.startsWith('INFO'));
    expect(infos).toEqual([]);
    await engine.command({ type: 'hang-up', sessionId });
    await session(engine, 'the end', inState('ended'));
  });

  it('survives the loss of the socket', async () => {
    const engine = await open();
    await register(engine);
    const { sessionId } = await answered(engine);
    engine.clear();
    await engine.page.evaluate('lab.sockets.at(-1).close()');
    await registration(engine, 'registered');
    await expectTwoWayAudio(engine, bob);
    await engine.command({ type: 'hang-up', sessionId });
    await bob.wait('CALL_CLOSED');
    await session(engine, 'the end', inState('ended'));
  });

  it('leaves nothing behind when the page is loaded anew', async () => {
    const engine = await open();
    await register(engine);
    const { sessionId } = await answered(engine);
    await engine.reload();
    await bob.wait('CALL_CLOSED');
    await engine.command({ type: 'hang-up', sessionId });
    await engine.wait('sip.ended', (event) => event.type === 'problem' && event.code === 'sip.ended');
    expect(engine.events.some(({ type }) => type === 'session' || type === 'registration')).toBe(false);
  });
});

describe('outgoing calls', () => {
  it('is answered and talks both ways', async () => {
    const engine = await open();
    await register(engine);
    const sessionId = await dial(engine, '+34600111222');
    const first = await session(engine, 'a first snapshot', () => true);
    expect(first).toMatchObject({ sessionId, direction: 'out', number: '+34600111222', state: 'dialing', seq: 1 });
    await session(engine, 'an answer', inState('connected', sessionId));
    await expectTwoWayAudio(engine, bob);
    const sent = await engine.wait('invite-sent', (event) => event.type === 'timing' && event.name === 'invite-sent');
    expect(sent).toMatchObject({ sessionId, iceReason: 'host-timeout' });
    await bob.hangUp();
    expect((await session(engine, 'the end', inState('ended'))).endCause).toBe('hung-up');
    await microphonesOff(engine);
    expectOrderly(engine);
    expect(engine.errors).toEqual([]);
  });

  it.each([
    ['77', 'not-found'],
    ['999', 'busy'],
  ])('ends %s with %s', async (number, cause) => {
    const engine = await open();
    await register(engine);
    const sessionId = await dial(engine, number);
    expect((await session(engine, 'the end', inState('ended', sessionId))).endCause).toBe(cause);
    await microphonesOff(engine);
    expectOrderly(engine);
  });

  it('is cancelled while it rings, and while it is being dialled', async () => {
    const engine = await open();
    await register(engine);
    const sessionId = await dial(engine, '700');
    await session(engine, 'ringing', inState('ringing', sessionId));
    await engine.command({ type: 'hang-up', sessionId });
    expect((await session(engine, 'the end', inState('ended', sessionId))).endCause).toBe('cancelled');
    await carol.wait('CALL_CLOSED');
    carol.clear();
    const hasty = randomUUID();
    const command = (type: string, rest = '') => `lab.command({ type: '${type}', sessionId: '${hasty}' ${rest} })`;
    await engine.page.evaluate(`${command('dial', ", number: '700'")}; ${command('hang-up')}`);
    expect((await session(engine, 'the end', inState('ended', hasty))).endCause).toBe('cancelled');
    await sleep(500);
    expect(carol.events).toEqual([]);
    await microphonesOff(engine);
    expectOrderly(engine);
  });

  it('is declined by the other side', async () => {
    const engine = await open();
    await register(engine);
    const sessionId = await dial(engine, '700');
    await carol.wait('CALL_INCOMING');
    await carol.hangUp();
    const { endCause } = await session(engine, 'the end', inState('ended', sessionId));
    expect(['busy', 'declined']).toContain(endCause);
    expectOrderly(engine);
  });

  it('does not dial while not registered', async () => {
    const engine = await open();
    const sessionId = await dial(engine, '700');
    await engine.wait('sip.not-registered', (event) => event.type === 'problem' && event.code === 'sip.not-registered');
    expect((await session(engine, 'the end', inState('ended', sessionId))).endCause).toBe('failed');
    expectOrderly(engine);
  });

  it('sends no INVITE when the microphone is denied', async () => {
    const engine = await open({ permission: 'denied' });
    await register(engine);
    const sessionId = await dial(engine, '+34600111222');
    await engine.wait('mic.denied', (event) => event.type === 'problem' && event.code === 'mic.denied');
    expect((await session(engine, 'the end', inState('ended', sessionId))).endCause).toBe('failed');
    expect((await engine.sent()).some(({ line }) => line.startsWith('INVITE'))).toBe(false);
    expectOrderly(engine);
  });

  it('says when there is no microphone at all', async () => {
    const bare = await launchChromium({ microphone: false });
    try {
      const engine = await open({}, bare);
      await register(engine);
      const sessionId = await dial(engine, '+34600111222');
      await engine.wait('mic.missing', (event) => event.type === 'problem' && event.code === 'mic.missing');
      expect((await session(engine, 'the end', inState('ended', sessionId))).endCause).toBe('failed');
    } finally {
      pages.length = 0;
      await bare.close();
    }
  });
});
