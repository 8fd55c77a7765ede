// SPDX-License-Identifier: MIT
import { type Msg, MsgHdrsImpl } from '@nats-io/transport-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEntry, toMessage } from './jetstream-entry.ts';
import { decodeKey, decodeName, encodeKey, encodeName, namesFor } from './jetstream-names.ts';
import { sequences } from './jetstream-scan.ts';

const anyName = fc.string({ unit: 'binary', maxLength: 20 });
const names = namesFor('test');

describe('names as tokens of subjects', () => {
  it('come back as they were, and hold nothing a subject may not', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(encodeName(name)).toMatch(/^[A-Za-z0-9_=-]+$/);
        expect(decodeName(encodeName(name))).toBe(name);
      }),
    );
    expect(encodeName('*')).toBe('=2a');
    expect(encodeName('acme-1')).toBe('acme-1');
  });

  it('of keys keep their folders', () => {
    fc.assert(
      fc.property(fc.array(anyName, { minLength: 1, maxLength: 4 }), (parts) => {
        const key = parts.join('/');
        expect(decodeKey(encodeKey(key))).toBe(key);
        expect(encodeKey(key).split('.')).toHaveLength(key.split('/').length);
      }),
    );
  });

  it('are refused when they are too long, and a prefix when it is no token', () => {
    expect(() => names.event('t', 'x'.repeat(3_000))).toThrow(RangeError);
    expect(() => names.event('ü'.repeat(400), '101')).toThrow(RangeError);
    for (const prefix of ['', 'a.b', 'a b', '*', 'x'.repeat(33)]) expect(() => namesFor(prefix)).toThrow(RangeError);
  });
});

describe('entries as messages', () => {
  it('come back as they were', () => {
    const anyEntry = fc.record({
      tenant: anyName,
      audience: anyName,
      hash: anyName,
      receivedAt: fc.integer({ min: 0, max: 4e12 }),
      body: fc.string(),
    });
    fc.assert(
      fc.property(anyEntry, fc.integer({ min: 1, max: 1e15 }), (entry, seq) => {
        const { subject, body, headers } = toMessage(names, entry);
        const received = MsgHdrsImpl.decode((headers as MsgHdrsImpl).encode());
        expect(toEntry({ subject, headers: received, string: () => body }, seq)).toEqual({ ...entry, seq });
      }),
    );
  });

  it('are told from messages of others', () => {
    const { headers } = toMessage(names, { tenant: 't', audience: '*', hash: 'h', receivedAt: 1, body: '' });
    const string = () => '';
    expect(() => toEntry({ subject: 'alone', headers, string }, 1)).toThrow('not an entry');
    expect(() => toEntry({ subject: 'test.ev.t.=2a', string }, 1)).toThrow('not an entry');
  });
});

describe('sequences of a delivered message', () => {
  const from = (reply: string) => sequences({ reply } as Msg);

  it('stand in the short and in the long form of the reply subject', () => {
    expect(from('$JS.ACK.events.consumer.1.42.7.1700000000000000000.0')).toEqual({ stream: 42, consumer: 7 });
    const long = '$JS.ACK.domain.account.events.consumer.1.42.7.1700000000000000000.0.random';
    expect(from(long)).toEqual({ stream: 42, consumer: 7 });
  });

  it.each(['', '_INBOX.abc', '$JS.FC.events.consumer.1', '$JS.ACK.events.consumer.1.x.y.0.0'])('not in %j', (reply) => {
    expect(() => from(reply)).toThrow('not a delivered message');
  });
});
