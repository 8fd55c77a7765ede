// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { SipEvent } from '../../src-shared/calls/events.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { CallbackRequest } from '../../src-shared/megacall/api-types.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { CallView } from '../../src-shared/state.ts';
import { fakeHub, fakeSettings, silentLog } from '../../test/fakes.ts';
import { createCallbacks } from './callbacks.ts';

const T0 = Date.UTC(2026, 4, 14, 7, 30, 0);
const X = '+34600111222';

function setUp(stored: Partial<Settings> = {}) {
  let time = T0;
  const timers: { at: number; run: () => void }[] = [];
  const hub = fakeHub(() => time);
  const settings = fakeSettings(hub, { pbxId: '123456', extension: '101', ...stored });
  hub.patch({
    account: { pbxId: '123456', extension: '101' },
    registration: { state: 'registered', error: null, retryAt: null },
  });
  const requests: CallbackRequest[] = [];
  const answer = { with: async (): Promise<unknown> => undefined };
  let policies = 0;
  const callbacks = createCallbacks({
    client: {
      callback: async (request) => {
        requests.push(request);
        await answer.with();
        return { from: request.from, to: request.to, time: null };
      },
      directNumbers: async () => ['34912345678'],
    },
    hub,
    settings,
    format: (number) => `(${number})`,
    onChange: () => {
      policies += 1;
    },
    now: () => time,
    schedule: (run, ms) => void timers.push({ at: time + ms, run }),
    log: silentLog,
  });
  const pass = (ms: number): void => {
    time += ms;
    for (const timer of timers.splice(0)) {
      if (timer.at <= time) timer.run();
      else timers.push(timer);
    }
  };
  const ring = (number: string, values: Partial<SipEvent> = {}): SipEvent => ({
    ...{ source: 'sip', type: 'session', sessionId: 's1', seq: 1, extension: '101', direction: 'in', number },
    ...{ networkName: 'Megacall', state: 'ringing', startedAt: time, answeredAt: null, endedAt: null, endCause: null },
    ...{ muted: false, hold: 'none' },
    ...values,
  });
  return { hub, settings, requests, answer, callbacks, pass, ring, policies: () => policies };
}

test('the PBX is asked to call my extension, then the number, and windows see that it is under way', async () => {
  const { callbacks, requests, hub } = setUp();
  await callbacks.ask(X);
  expect(requests).toEqual([{ from: '101', to: X, sip: '101' }]);
  expect(hub.get().callbacks).toEqual([{ number: X, numberText: `(${X})`, until: T0 + 60_000 }]);
});

test('a storm of clicks sends one request', async () => {
  const { callbacks, requests } = setUp();
  const clicks = await Promise.allSettled([X, X, '34600111222', '600111222', X].map((number) => callbacks.ask(number)));
  expect(clicks.map((click) => click.status)).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
  expect(clicks[1]).toMatchObject({ reason: { code: 'callback.pending' } });
  expect(requests).toHaveLength(1);
});

test('nothing is sent again while the first leg rings or is talked in; afterwards it may be', async () => {
  const { callbacks, requests, ring, hub } = setUp();
  await callbacks.ask(X);
  callbacks.claim(ring(X));
  expect(hub.get().callbacks).toEqual([]);
  await expect(callbacks.ask(X)).rejects.toMatchObject({ code: 'callback.pending' });
  callbacks.claim(ring(X, { state: 'connected' }));
  await expect(callbacks.ask(X)).rejects.toMatchObject({ code: 'callback.pending' });
  callbacks.claim(ring(X, { state: 'ended' }));
  await callbacks.ask(X);
  expect(requests).toHaveLength(2);
});

test.each(['', '101', '123456-101', X, '34600111222'])('a ring from "%s" is the callback', async (shown) => {
  const { callbacks, ring } = setUp();
  await callbacks.ask(X);
  expect(callbacks.claim(ring(shown))).toMatchObject({ callbackTo: X, networkName: null, direction: 'in' });
  // Whatever the caller is named later, the session stays what it was.
  expect(callbacks.claim(ring('+34600999888', { seq: 2 }))).toMatchObject({ callbackTo: X });
  expect(callbacks.claim(ring(shown, { sessionId: 's2' }))).not.toHaveProperty('callbackTo');
});

test('a ring from a number of the account is the callback, once those numbers are known', async () => {
  const { callbacks, ring } = setUp();
  await callbacks.ask(X);
  expect(callbacks.claim(ring('+34912345678'))).toMatchObject({ callbackTo: X });
});

test('a customer who calls meanwhile is a customer', async () => {
  const { callbacks, ring, hub } = setUp();
  await callbacks.ask(X);
  expect(callbacks.claim(ring('+34600999888'))).toEqual(ring('+34600999888'));
  expect(hub.get().callbacks).toHaveLength(1);
});

test('two callbacks are told apart by the number shown', async () => {
  const { callbacks, ring } = setUp();
  await callbacks.ask(X);
  await callbacks.ask('+34600111333');
  expect(callbacks.claim(ring('34600111333'))).toMatchObject({ callbackTo: '+34600111333' });
  expect(callbacks.claim(ring('', { sessionId: 's2' }))).toMatchObject({ callbackTo: X });
});

test('after a minute without a ring it is over, and a late ring is a call like any other', async () => {
  const { callbacks, ring, pass, hub } = setUp();
  await callbacks.ask(X);
  pass(61_000);
  expect(hub.get().callbacks).toEqual([]);
  expect(callbacks.claim(ring(''))).not.toHaveProperty('callbackTo');
});

test('a refusal is told in the words of the PBX and may be tried again at once', async () => {
  const { callbacks, answer, requests, hub } = setUp();
  answer.with = () => Promise.reject(new AppError('api.rejected', { status: 400, message: 'Check your phone number' }));
  const refused = { code: 'callback.refused', params: { message: 'Check your phone number' } };
  await expect(callbacks.ask(X)).rejects.toMatchObject(refused);
  expect(hub.get().callbacks).toEqual([]);
  await expect(callbacks.ask(X)).rejects.toMatchObject(refused);
  expect(requests).toHaveLength(2);
});

test('when nobody knows whether the PBX heard, nothing is sent again and the ring is still known', async () => {
  const { callbacks, answer, requests, ring } = setUp();
  answer.with = () => Promise.reject(new AppError('api.timeout'));
  await expect(callbacks.ask(X)).rejects.toMatchObject({ code: 'api.timeout' });
  await expect(callbacks.ask(X)).rejects.toMatchObject({ code: 'callback.pending' });
  expect(requests).toHaveLength(1);
  expect(callbacks.claim(ring(X))).toMatchObject({ callbackTo: X });
});

test('without an account nothing is asked', async () => {
  const { callbacks, hub, requests } = setUp();
  hub.patch({ account: null });
  await expect(callbacks.ask(X)).rejects.toMatchObject({ code: 'setup.not-configured' });
  expect(requests).toEqual([]);
});

test('the engine expects the ring while it is due, a withheld one only at first', async () => {
  const { callbacks, ring, policies } = setUp();
  expect(callbacks.expected()).toEqual([]);
  await callbacks.ask(X);
  const expected = callbacks.expected();
  expect(expected.map((one) => one.number)).toEqual([X, '101', '123456-101', '34912345678', '']);
  expect(expected.map((one) => one.until - T0)).toEqual([60_000, 60_000, 60_000, 60_000, 15_000]);
  const before = policies();
  callbacks.claim(ring(X));
  expect(policies()).toBe(before + 1);
  expect(callbacks.expected()).toEqual([]);
});

test('nothing is answered by itself when that is not wanted, or when the phone is not registered', async () => {
  const { callbacks, settings, hub } = setUp();
  await callbacks.ask(X);
  await settings.set({ callbackAutoAnswer: false });
  expect(callbacks.expected()).toEqual([]);
  await settings.set({ callbackAutoAnswer: true });
  hub.patch({ registration: { state: 'failed', error: null, retryAt: null } });
  expect(callbacks.expected()).toEqual([]);
});

test('a callback that another phone of mine took is shown as the call that the PBX tells of', async () => {
  const { callbacks, hub } = setUp();
  await callbacks.ask(X);
  const call = { direction: 'out', number: '34600111222', startedAt: T0 - 500 } as CallView;
  hub.patch({ calls: [{ ...call, startedAt: T0 - 60_000 }] });
  await Promise.resolve();
  expect(hub.get().callbacks).toHaveLength(1);
  hub.patch({ calls: [call] });
  await Promise.resolve();
  expect(hub.get().callbacks).toEqual([]);
  await expect(callbacks.ask(X)).rejects.toMatchObject({ code: 'callback.pending' });
});

test('when the engine is gone, the number of a lost first leg may be called again', async () => {
  const { callbacks, ring, requests } = setUp();
  await callbacks.ask(X);
  callbacks.claim(ring(X));
  callbacks.lost();
  await callbacks.ask(X);
  expect(requests).toHaveLength(2);
});
