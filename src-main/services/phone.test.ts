// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { CallEvent } from '../../src-shared/calls/events.ts';
import type { EngineCommand, RegistrationState } from '../../src-shared/engine-protocol.ts';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from '../../test/fakes.ts';
import type { CallService } from './calls.ts';
import { createPhone, digestHa1 } from './phone.ts';

function setUp() {
  const hub = fakeHub();
  const settings = fakeSettings(hub, { pbxId: '123456', extension: '101', sipDomain: 'pbx.example' });
  const secrets = fakeSecrets({ 'sip-password': 'pass-word' });
  const sent: EngineCommand[] = [];
  const fed: CallEvent[] = [];
  const calls = {
    feed: async (event: CallEvent) => void fed.push(event),
    live: () => null,
    endSessions: async () => {},
  } as unknown as CallService;
  const phone = createPhone({
    send: (c) => sent.push(c),
    calls,
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
