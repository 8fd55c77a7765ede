// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../rules/team.ts';
import type { FromDesktop, FromRelay, RelayEvent } from './protocol.ts';
import { methodParams, readDesktopMessage, readRelayMessage } from './protocol-schemas.ts';

const hash = 'ab'.repeat(32);
const event: RelayEvent = {
  kind: 'notification',
  hash,
  receivedAt: 1_778_743_805_000,
  fields: { event: 'NOTIFY_START', caller_id: '+34600111222' },
  verified: true,
};
const reminder = {
  id: 'in_1',
  number: '34600111222',
  did: null,
  missedAt: 1,
  extension: '101',
  state: 'open',
  dueAt: 1,
  closed: null,
} as const;

describe('a relay’s message', () => {
  it.each<FromRelay>([
    {
      type: 'welcome',
      version: 1,
      tenant: 'acme',
      extension: '101',
      role: 'agent',
      device: 'd1',
      offsetMinutes: 120,
      team: { rules: DEFAULT_RULES, defaultResponsible: null, country: 'ES', members: [] },
      oldest: 0,
      newest: 12,
      gaps: [],
    },
    { type: 'event', seq: 3, event },
    {
      type: 'event',
      seq: 4,
      event: {
        kind: 'answer',
        hash,
        receivedAt: 2,
        answer: {
          pbxCallId: 'in_1',
          at: 2,
          answer: { redirect: '101', return_timeout: '15' },
          reason: 'responsible',
          extension: '101',
        },
      },
    },
    { type: 'event', seq: 5, event: { kind: 'reminder', hash, receivedAt: 3, reminder } },
    { type: 'reply', id: 1, ok: true, value: { any: 'thing' } },
    { type: 'reply', id: 2, ok: false, code: 'team.not-allowed', message: 'no', params: { method: 'admin.revoke' } },
    { type: 'pong' },
  ])('is read as it was written: $type', (message) => {
    expect(readRelayMessage(JSON.stringify(message))).toEqual(message);
  });

  it('of a newer relay is passed over, and its new fields are left out', () => {
    expect(readRelayMessage('{"type":"fireworks"}')).toBeNull();
    expect(readRelayMessage('{"type":"pong","at":7}')).toEqual({ type: 'pong' });
  });

  it('with a broken part is no message', () => {
    expect(() => readRelayMessage('{"type":"event","seq":-1,"event":{}}')).toThrow();
    expect(() => readRelayMessage('{"type":"reply","id":1,"ok":"maybe"}')).toThrow();
  });
});

describe('a desktop’s message', () => {
  it.each<FromDesktop>([
    { type: 'resume', after: 17 },
    { type: 'resume', after: 17, mark: '0123456789ab' },
    { type: 'resume', after: 17, mark: null },
    { type: 'resume', after: null },
    { type: 'ack', seq: 18 },
    { type: 'ask', id: 4, method: 'directory.get', params: { number: '+34600111222' } },
    { type: 'ping' },
  ])('is read as it was written: $type', (message) => {
    expect(readDesktopMessage(JSON.stringify(message))).toEqual(message);
  });

  it('is a message, none of ours, or refused; never anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (frame) => {
          let read: unknown;
          try {
            read = readDesktopMessage(frame);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            return;
          }
          if (read !== null) expect(read).toHaveProperty('type');
        },
      ),
    );
  });
});

describe('parameters of a method', () => {
  it.each([
    ['lease.take', { job: 'contact:in_1', ms: 20_000 }, { job: 'anything', ms: 20_000 }],
    ['lease.take', { job: 'reminder:in_1', ms: 20_000 }, { job: 'reminder:in_1', ms: 1e9 }],
    [
      'admin.pairing-code',
      { extension: '101', role: 'agent', name: 'Ana' },
      { extension: '*', role: 'agent', name: '' },
    ],
    ['reminder.put', { reminder }, { reminder: { ...reminder, extension: 'control' } }],
    ['answers.of', { pbxCallId: 'in_1' }, { pbxCallId: 'in 1' }],
    ['presence.list', null, {}],
  ] as const)('%s', (method, good, bad) => {
    expect(methodParams[method].safeParse(good).success).toBe(true);
    expect(methodParams[method].safeParse(bad).success).toBe(false);
  });
});
