// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DoctorStep } from '../../../src-shared/ipc/map.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings.ts';
import { candidatesOf } from './candidates.ts';
import { checkMicrophone, checkTeam, judgeClock } from './services-steps.ts';
import { Board, ok, plain } from './steps.ts';
import { judgeCertificate } from './transport-steps.ts';

test('text of strangers becomes one short harmless line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const line = plain(text);
      expect(line.length).toBeLessThanOrEqual(200);
      expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
  expect(plain(' a\r\n\u202eb ')).toBe('a b');
});

test('steps stand in their order, whoever is first; the late ones are named when the time is over', async () => {
  const told: { steps: readonly DoctorStep[]; done: boolean }[] = [];
  const board = new Board((steps, done) => told.push({ steps, done }));
  const hanging = board.run({ order: 1, id: 'dns', subject: 'x', otherwise: 'no-answer' }, () => new Promise(() => {}));
  await board.run({ order: 0, id: 'stun', subject: 'y', otherwise: 'late' }, () => ok());
  await board.run({ order: 2, id: 'tcp', subject: 'z', otherwise: 'unreachable' }, () => {
    throw Object.assign(new Error('secret text'), { code: 'EPIPE' });
  });
  board.close();
  expect(hanging).toBeInstanceOf(Promise);
  expect(told.at(-1)?.done).toBe(true);
  expect(told.at(-1)?.steps.map(({ id, state, advice, detail }) => [id, state, advice, detail])).toEqual([
    ['stun', 'ok', 'ok', ''],
    ['dns', 'failed', 'late', ''],
    ['tcp', 'failed', 'unreachable', 'EPIPE'],
  ]);
});

test('what is set comes first, the public candidates follow once each', () => {
  expect(candidatesOf({ ...DEFAULT_SETTINGS, sipWssUrls: ['wss://own.test/', 'wss://pbx.zadarma.com:4443'] })).toEqual([
    { url: 'wss://own.test', domains: ['pbx.zadarma.com'] },
    { url: 'wss://pbx.zadarma.com:4443', domains: ['pbx.zadarma.com', 'sip.zadarma.com'] },
    { url: 'wss://sipfr.zadarma.com:4443', domains: ['sip.zadarma.com'] },
  ]);
});

test("somebody's own PBX is not taken to public servers", () => {
  for (const apiBaseUrl of ['http://127.0.0.1:8080', 'http://[::1]:1', 'http://localhost', 'nonsense']) {
    const own = { ...DEFAULT_SETTINGS, sipWssUrls: ['ws://127.0.0.1:1'], sipDomain: 'own', apiBaseUrl };
    expect(candidatesOf(own)).toEqual([{ url: 'ws://127.0.0.1:1', domains: ['own'] }]);
  }
});

test('a certificate is judged by our clock, its name and its authority, in this order', () => {
  const certificate = {
    valid_from: 'Jan  1 00:00:00 2026 GMT',
    valid_to: 'Mar  1 00:00:00 2026 GMT',
    subject: { CN: 'pbx.test' },
    issuer: { O: 'Some CA' },
  } as unknown as Parameters<typeof judgeCertificate>[0];
  const advice = (day: string, fits = true, problem: unknown = undefined) =>
    judgeCertificate(certificate, fits, problem, Date.parse(day)).advice;
  expect(advice('2026-01-15')).toBe('ok');
  expect(advice('2026-02-20')).toBe('expires-soon');
  expect(advice('2026-03-02', false, 'CERT_HAS_EXPIRED')).toBe('expired');
  expect(advice('2025-12-31', false)).toBe('not-yet-valid');
  expect(advice('2026-01-15', false, 'SELF_SIGNED_CERT_IN_CHAIN')).toBe('wrong-name');
  expect(advice('2026-01-15', true, 'SELF_SIGNED_CERT_IN_CHAIN')).toBe('untrusted');
});

test('clock and microphone', () => {
  const date = 'Fri, 20 Nov 2026 10:00:00 GMT';
  expect(judgeClock(date, Date.parse(date) + 20_000)).toEqual({ state: 'ok', advice: 'ok', detail: '+20 s' });
  expect(judgeClock(date, Date.parse(date) - 90_000)).toEqual({ state: 'failed', advice: 'off', detail: '-90 s' });
  expect(judgeClock('soon', 0)).toMatchObject({ state: 'skipped', advice: 'unknown' });
  const device = { id: 'a', label: 'Headset' };
  expect(checkMicrophone({ inputs: [device], outputs: [], input: device })).toMatchObject({ detail: 'Headset' });
  expect(checkMicrophone({ inputs: [], outputs: [device], input: null })).toMatchObject({ advice: 'missing' });
  expect(checkMicrophone({ inputs: [], outputs: [], input: null })).toMatchObject({ advice: 'unknown' });
});

test('in a team its relay brings the events', () => {
  expect(checkTeam({ state: 'on', error: null })).toMatchObject({ state: 'ok', advice: 'team-on' });
  const error = { code: 'team.unreachable', params: {} } as const;
  expect(checkTeam({ state: 'failed', error })).toMatchObject({ advice: 'team-off', detail: 'team.unreachable' });
  expect(checkTeam({ state: 'connecting', error: null })).toMatchObject({ state: 'failed', detail: 'connecting' });
});
