// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { CallEvent, SipEvent } from '../../src-shared/calls/events.ts';
import type { Call } from '../../src-shared/calls/model.ts';
import type { EngineCommand, LinePolicy, RegistrationState } from '../../src-shared/engine-protocol.ts';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from '../../test/fakes.ts';
import type { CallService } from './calls.ts';
import { digestHa1 } from './line-config.ts';
import { createMedia } from './media.ts';
import { createPhone } from './phone.ts';

function setUp(live: Readonly<Record<string, string>> = {}) {
  const hub = fakeHub();
  const settings = fakeSettings(hub, { pbxId: '123456', extension: '101', sipDomain: 'pbx.example' });
  const secrets = fakeSecrets({ 'sip-password': 'pass-word' });
  const sent: EngineCommand[] = [];
  const fed: CallEvent[] = [];
  const calls = {
    feed: async (event: CallEvent) => void fed.push(event),
    live: (key: string) => (key in live ? ({ session: { sessionId: live[key], state: 'connected' } } as Call) : null),
    endSessions: async () => {},
  } as unknown as CallService;
  const send = (command: EngineCommand) => void sent.push(command);
  const media = createMedia({ send, hub, pushLevels: () => {}, keep: () => {} });
  const expected: LinePolicy['expected'] = [{ number: '+34600111222', until: 5000 }];
  const phone = createPhone({
    send,
    calls,
    callbacks: {
      claim: (session) => ({ ...session, networkName: 'claimed' }),
      expected: () => expected,
      lost: () => {},
    },
    media,
    hub,
    settings,
    secrets,
    now: () => 1000,
    log: silentLog,
  });
  settings.onChange(() => void phone.register());
  const registration = (state: RegistrationState, realm: string | null = null) =>
    phone.handle({ type: 'registration', state, error: null, realm, retryIn: null });
  return { hub, settings, secrets, sent, fed, phone, registration };
}

function snapshot(sessionId: string, state: SipEvent['state'], seq = 1): SipEvent {
  return {
    ...{ source: 'sip', type: 'session', sessionId, seq, extension: '101', direction: 'out', number: '+34600111222' },
    ...{ networkName: null, state, startedAt: 1000, answeredAt: null, endedAt: null, endCause: null },
    ...{ muted: false, hold: 'none' },
  };
}

test('ha1 is the one of RFC 2617, section 3.5', () => {
  expect(digestHa1('Mufasa', 'testrealm@host.com', 'Circle Of Life')).toBe('939e7578ed9e3c518a452acee763bce9');
});

test('the engine gets ha1 when it is ready, and never the password', async () => {
  const { phone, sent } = setUp();
  await phone.register();
  expect(sent).toEqual([]);
  await phone.handle({ type: 'ready' });
  expect(sent.at(-1)).toMatchObject({
    type: 'register',
    config: { user: '123456-101', ha1: digestHa1('123456-101', 'pbx.example', 'pass-word') },
  });
  expect(JSON.stringify(sent)).not.toContain('pass-word');
});

test('without an account the engine is told to unregister', async () => {
  const { phone, secrets, sent } = setUp();
  await secrets.remove('sip-password');
  await phone.handle({ type: 'ready' });
  expect(sent.at(-1)).toEqual({ type: 'unregister' });
});

test("the server's realm is taken over once, and not again until a registration held", async () => {
  const { phone, settings, sent, registration } = setUp();
  await phone.handle({ type: 'ready' });
  await registration('failed', 'asterisk');
  await Promise.resolve();
  expect(settings.get().sipRealm).toBe('asterisk');
  await expect.poll(() => sent.at(-1)).toMatchObject({ config: { realm: 'asterisk' } });
  const before = sent.length;
  await registration('failed', 'asterisk');
  await Promise.resolve();
  expect(sent.length).toBe(before);
});

test('dialing without a registration is refused, and nothing is sent', async () => {
  const { phone, sent, fed } = setUp();
  await phone.handle({ type: 'ready' });
  const before = sent.length;
  await expect(phone.dial('+34600111222')).rejects.toMatchObject({ code: 'sip.not-registered' });
  expect(sent.length).toBe(before);
  expect(fed).toEqual([]);
});

test('a dialed call is known at once, under the id the engine was given', async () => {
  const { phone, sent, fed, registration } = setUp();
  await phone.handle({ type: 'ready' });
  await registration('registered');
  const key = await phone.dial('+34600111222');
  const command = sent.at(-1);
  expect(command).toMatchObject({ type: 'dial', number: '+34600111222' });
  expect(fed).toMatchObject([{ source: 'sip', state: 'dialing', number: '+34600111222', seq: 0 }]);
  expect(command?.type === 'dial' && `sip:${command.sessionId}`).toBe(key);
});

test('answering a call that is gone says so', () => {
  const { phone } = setUp();
  expect(() => phone.answer('sip:none')).toThrow(expect.objectContaining({ code: 'sip.ended' }));
});

test('sound and policy reach the engine before the first call can', async () => {
  const { phone, settings, sent } = setUp();
  await settings.set({ dnd: true, autoAnswer: 'header', autoAnswerAfter: 300, ringtone: 'builtin:chime' });
  phone.sendPolicy();
  phone.sendAudio();
  expect(sent).toEqual([]);
  await phone.handle({ type: 'ready' });
  expect(sent.map((command) => command.type)).toEqual(['ringer', 'audio', 'policy', 'register']);
  expect(sent[1]).toMatchObject({ preferences: { ringtone: 'builtin:chime', echoCancellation: true, inputs: [] } });
  expect(sent[2]).toEqual({
    type: 'policy',
    policy: {
      ...{ dnd: true, autoAnswer: 'header', autoAnswerAfter: 300 },
      expected: [{ number: '+34600111222', until: 5000 }],
    },
  });
  expect(sent[3]).toMatchObject({ config: { wssUrls: settings.get().sipWssUrls, dtmf: 'auto' } });
});

test('the policy is told again when the line comes and goes: only a registered line expects callbacks', async () => {
  const { phone, sent, registration } = setUp();
  await phone.handle({ type: 'ready' });
  const policies = () => sent.filter((command) => command.type === 'policy').length;
  const before = policies();
  await registration('registering');
  expect(policies()).toBe(before);
  await registration('registered');
  await registration('registered');
  expect(policies()).toBe(before + 1);
  await registration('failed');
  expect(policies()).toBe(before + 2);
});

test('what a call is told to do names its session', () => {
  const { phone, sent } = setUp({ 'pbx:in_1': 's1', 'sip:s2': 's2' });
  phone.answer('pbx:in_1', 'end');
  phone.answer('pbx:in_1');
  phone.transfer('pbx:in_1', '102');
  phone.transferTo('pbx:in_1', 'sip:s2');
  phone.deflect('pbx:in_1', '+34600111222');
  phone.conference(['pbx:in_1', 'sip:s2']);
  phone.conference([]);
  phone.dtmf('sip:s2', '1,2');
  expect(sent).toEqual([
    { type: 'answer', sessionId: 's1', others: 'end' },
    { type: 'answer', sessionId: 's1', others: 'hold' },
    { type: 'transfer', sessionId: 's1', target: '102' },
    { type: 'transfer-to', sessionId: 's1', otherId: 's2' },
    { type: 'deflect', sessionId: 's1', target: '+34600111222' },
    { type: 'conference', sessionIds: ['s1', 's2'] },
    { type: 'conference', sessionIds: [] },
    { type: 'dtmf', sessionId: 's2', tones: '1,2' },
  ]);
});

test('of two calls neither is touched when one is gone', () => {
  const { phone, sent } = setUp({ 'pbx:in_1': 's1' });
  const gone = expect.objectContaining({ code: 'sip.ended' });
  expect(() => phone.transferTo('pbx:in_1', 'sip:gone')).toThrow(gone);
  expect(() => phone.conference(['pbx:in_1', 'sip:gone'])).toThrow(gone);
  expect(sent).toEqual([]);
});

test('the extension behind a number is keyed once, when the call is connected', async () => {
  const { phone, sent, registration } = setUp();
  await phone.handle({ type: 'ready' });
  await registration('registered');
  const sessionId = (await phone.dial('+34912345678', '12')).slice('sip:'.length);
  const keyed = () => sent.filter((command) => command.type === 'dtmf');
  await phone.handle({ type: 'session', session: snapshot(sessionId, 'ringing') });
  expect(keyed()).toEqual([]);
  await phone.handle({ type: 'session', session: snapshot(sessionId, 'connected', 2) });
  await phone.handle({ type: 'session', session: snapshot(sessionId, 'connected', 3) });
  expect(keyed()).toEqual([{ type: 'dtmf', sessionId, tones: ',12' }]);
});

test('a call that was not connected is not keyed into', async () => {
  const { phone, sent, registration } = setUp();
  await phone.handle({ type: 'ready' });
  await registration('registered');
  const sessionId = (await phone.dial('+34912345678', '12')).slice('sip:'.length);
  await phone.handle({ type: 'session', session: snapshot(sessionId, 'ended') });
  await phone.handle({ type: 'session', session: snapshot(sessionId, 'connected', 2) });
  expect(sent.filter((command) => command.type === 'dtmf')).toEqual([]);
});

test('every session passes by the callbacks on its way to the calls', async () => {
  const { phone, fed } = setUp();
  await phone.handle({ type: 'session', session: snapshot('s1', 'ringing') });
  expect(fed).toMatchObject([{ sessionId: 's1', networkName: 'claimed' }]);
});

test('what went wrong is told, by its own sentence', async () => {
  const { phone, hub } = setUp();
  await phone.handle({ type: 'problem', sessionId: 's1', code: 'transfer.refused', params: { status: 603 } });
  expect(hub.get().notices).toMatchObject([{ error: { code: 'transfer.refused', params: { status: 603 } } }]);
});
