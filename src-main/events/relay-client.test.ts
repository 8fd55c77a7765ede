// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { CLOSE, type FromDesktop, type FromRelay, type RelayEvent } from '../../src-shared/relay/protocol.ts';
import { DEFAULT_RULES } from '../../src-shared/rules/team.ts';
import { silentLog } from '../../test/fakes.ts';
import { startRelayClient } from './relay-client.ts';
import type { RelaySocketOptions } from './relay-socket.ts';

const event: RelayEvent = { kind: 'notification', hash: 'bbbbbbbbbbbbbbbb', receivedAt: 0, fields: {}, verified: true };
const team = { rules: DEFAULT_RULES, defaultResponsible: null, country: 'ES', members: [] };

function welcome(extra: Partial<Extract<FromRelay, { type: 'welcome' }>> = {}): FromRelay {
  const who = { tenant: 't', extension: '101', role: 'agent', device: 'd', offsetMinutes: 60, team } as const;
  return { type: 'welcome', version: 1, ...who, oldest: 1, newest: 0, gaps: [], ...extra };
}

/** A client on connections that the test plays; each is noted with what was sent on it. */
function bench(after: number | null = 10) {
  const connections: { options: RelaySocketOptions; sent: FromDesktop[]; probes: number[]; closed: boolean }[] = [];
  const told: unknown[] = [];
  let timers: { run: () => void; ms: number }[] = [];
  const clock = { ms: 0 };
  const client = startRelayClient({
    ...{ url: 'http://127.0.0.1:1', token: 'token', ca: [], log: silentLog, random: () => 0.5 },
    ...{ after, mark: after === null ? null : 'aaaaaaaaaaaa' },
    handle: async () => {},
    save: async () => {},
    monotonic: () => clock.ms,
    schedule: (run, ms) => void timers.push({ run, ms }),
    onWelcome: (message) => void told.push(['welcome', message.extension]),
    onLost: () => void told.push('lost'),
    onTeam: (view) => void told.push(['team', view.defaultResponsible]),
    onDown: ({ error, final }) => void told.push([error.code, final]),
    open: (options) => {
      const connection = { options, sent: [] as FromDesktop[], probes: [] as number[], closed: false };
      connections.push(connection);
      return {
        send: (message) => void connection.sent.push(message),
        hold: () => {},
        probe: (ms) => void connection.probes.push(ms),
        close: () => {
          if (connection.closed) return;
          connection.closed = true;
          options.onClose({ code: 1000, opened: true });
        },
      };
    },
  });
  return {
    client,
    connections,
    told,
    clock,
    last: () => {
      const connection = connections.at(-1);
      if (connection === undefined) throw new Error('no connection');
      return connection;
    },
    waits: () => timers.map((timer) => timer.ms),
    fire: () => {
      const due = timers;
      timers = [];
      for (const { run } of due) run();
    },
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

test('goes on after its cursor, and after what it has taken when the connection breaks', async () => {
  const { last, connections, told, fire, settled } = bench();
  expect(last().options.url).toBe('ws://127.0.0.1:1/desktop');
  last().options.onOpen();
  last().options.onMessage(welcome({ newest: 20 }));
  last().options.onMessage({ type: 'event', seq: 21, event });
  await settled();
  expect(last().sent).toEqual([
    { type: 'resume', after: 10, mark: 'aaaaaaaaaaaa' },
    { type: 'ack', seq: 21 },
  ]);
  last().options.onClose({ code: 1006, opened: true });
  fire();
  expect(connections).toHaveLength(2);
  last().options.onOpen();
  expect(last().sent).toEqual([{ type: 'resume', after: 21, mark: 'bbbbbbbbbbbb' }]);
  expect(told).toEqual([
    ['welcome', '101'],
    ['team.unreachable', false],
  ]);
});

test('without a cursor only what comes is asked for', () => {
  const { last } = bench(null);
  last().options.onOpen();
  last().options.onMessage(welcome({ oldest: 500, newest: 900 }));
  expect(last().sent).toEqual([{ type: 'resume', after: null, mark: null }]);
});

test('says when events after the last one are not kept any more', () => {
  const { last, told } = bench(10);
  last().options.onOpen();
  last().options.onMessage(welcome({ oldest: 12, newest: 20 }));
  expect(told).toEqual([['welcome', '101'], 'lost']);
});

test('a relay that has another log is read from its start; one that is only behind is not', async () => {
  for (const [newest, seq, isNew] of [
    [4, 1, true],
    [4, 11, false],
    // A copy was put back, and the log has outgrown our cursor since.
    [900, 7, true],
    [900, 11, false],
  ] as const) {
    const { last, told, settled, fire } = bench(10);
    last().options.onOpen();
    last().options.onMessage(welcome({ newest }));
    last().options.onMessage({ type: 'event', seq, event });
    last().options.onMessage({ type: 'event', seq: 12, event });
    await new Promise((resolve) => setTimeout(resolve, 10));
    // What was kept for us is gathered first.
    for (let turn = 0; turn < 3; turn += 1) {
      fire();
      await settled();
    }
    expect(told).toEqual([['welcome', '101'], ...(isNew ? ['lost'] : [])]);
    const acks = last().sent.flatMap((message) => (message.type === 'ack' ? [message.seq] : []));
    expect(acks.at(-1)).toBe(12);
  }
});

test('a few questions at once; others wait their turn, also those that came too soon', async () => {
  const { client, last, fire } = bench();
  last().options.onOpen();
  last().options.onMessage(welcome({ newest: 20 }));
  const answers = Array.from({ length: 9 }, () => client.ask('presence.set', { state: 'free' }));
  const ids = () => last().sent.flatMap((message) => (message.type === 'ask' ? [message.id] : []));
  expect(ids()).toHaveLength(6);
  last().options.onMessage({ type: 'reply', id: ids()[0] ?? 0, ok: true, value: null });
  expect(ids()).toHaveLength(7);
  const tooMany = { type: 'reply', ok: false, code: 'ask.too-many', message: '' } as const;
  last().options.onMessage({ ...tooMany, id: ids()[1] ?? 0 });
  expect(ids()).toHaveLength(7);
  fire();
  expect(ids()).toHaveLength(8);
  for (let index = 2; index < 10; index += 1) {
    last().options.onMessage({ type: 'reply', id: ids()[index] ?? 0, ok: true, value: null });
  }
  expect(await Promise.all(answers)).toEqual(Array(9).fill(null));
});

test('waits longer after each failure, spread, and no longer than half a minute and a half of it', () => {
  const { last, waits, fire } = bench();
  const seen: number[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    last().options.onClose({ code: 0, opened: false });
    seen.push(...waits());
    fire();
  }
  expect(seen).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  last().options.onOpen();
  last().options.onMessage(welcome({ newest: 20 }));
  last().options.onClose({ code: 1006, opened: true });
  expect(waits()).toEqual([500]);
});

test.each([
  ['revoked', { code: CLOSE.revoked, opened: true }, 'team.revoked'],
  ['a token nobody knows', { code: 401, opened: false }, 'team.revoked'],
  ['replaced', { code: CLOSE.replaced, opened: true }, 'team.replaced'],
])('%s: not tried again by itself', (_what, end, code) => {
  const { last, told, waits, client, connections } = bench();
  last().options.onClose(end);
  expect(told).toEqual([[code, true]]);
  expect(waits()).toEqual([]);
  client.refresh();
  expect(connections).toHaveLength(1);
});

test.each([
  ['too slow', { code: CLOSE.slow, opened: true }, 'team.unreachable'],
  ['too big', { code: 1009, opened: true }, 'team.unreachable'],
  ['not understood', { code: CLOSE.badMessage, opened: true }, 'team.bad-reply'],
  ['no relay', { code: 404, opened: false }, 'team.bad-reply'],
  ['a proxy that refuses', { code: 403, opened: false }, 'team.bad-reply'],
])('%s: tried again after a minute', (_what, end, code) => {
  const { last, told, waits } = bench();
  last().options.onClose(end);
  expect(told).toEqual([[code, false]]);
  expect(waits()).toEqual([60_000]);
});

test('a relay that does not like us is pressed less each time, until it has put up with us for long', () => {
  const { last, waits, fire, clock } = bench();
  const waitsAfter = (stood: number): readonly number[] => {
    last().options.onOpen();
    last().options.onMessage(welcome({ newest: 20 }));
    clock.ms += stood;
    last().options.onClose({ code: CLOSE.slow, opened: true });
    const seen = waits();
    fire();
    return seen;
  };
  const minutes = [1, 2, 4, 8, 15, 15].map((count) => count * 60_000);
  expect(minutes.flatMap(() => waitsAfter(5_000))).toEqual(minutes);
  expect(waitsAfter(20 * 60_000)).toEqual([60_000]);
});

test('a proxy in the way is asked every minute', () => {
  const { last, waits, fire } = bench();
  for (let tries = 0; tries < 5; tries += 1) {
    last().options.onClose({ code: 404, opened: false });
    expect(waits()).toEqual([60_000]);
    fire();
  }
});

test('after sleep or in another network, a connection is tested and a missing one made at once', () => {
  const { client, last, connections, fire } = bench();
  last().options.onOpen();
  client.refresh();
  expect(last().probes).toEqual([2500]);
  last().options.onClose({ code: 0, opened: true });
  client.refresh();
  expect(connections).toHaveLength(2);
  // The planned moment finds a connection and makes no other.
  fire();
  expect(connections).toHaveLength(2);
});

test('asks, and gets what it asked for, checked', async () => {
  const { client, last, told } = bench();
  await expect(client.ask('pbx.balance', null)).rejects.toMatchObject({ code: 'team.offline' });
  last().options.onOpen();
  last().options.onMessage(welcome({ newest: 20 }));
  const asked = [
    client.ask('pbx.balance', null),
    client.ask('pbx.numbers', null),
    client.ask('pbx.callback', { to: '+34600111222' }),
    client.ask('presence.set', { state: 'busy' }),
    client.ask('presence.list', null),
  ];
  const ids = last().sent.flatMap((message) => (message.type === 'ask' ? [message.id] : []));
  expect(new Set(ids).size).toBe(5);
  const reply = (index: number, value: unknown) =>
    last().options.onMessage({ type: 'reply', id: ids[index] ?? -1, ok: true, value });
  reply(1, { numbers: ['not a number'] });
  reply(0, { balance: 12.5, currency: 'EUR', more: true });
  reply(0, { balance: 0, currency: 'EUR' });
  const failed = { type: 'reply', ok: false } as const;
  const params = { message: 'No\nmoney', n: 1 };
  last().options.onMessage({ ...failed, id: ids[2] ?? -1, code: 'callback.refused', message: '', params });
  last().options.onMessage({ ...failed, id: ids[3] ?? -1, code: 'x.y', message: `a\u0000b${'c'.repeat(300)}` });
  last().options.onMessage({ ...failed, id: 9999, code: 'x', message: '' });
  last().options.onMessage({ type: 'team', team: { ...team, defaultResponsible: '104' } });
  last().options.onClose({ code: 1006, opened: true });
  const results = await Promise.allSettled(asked);
  expect(results[0]).toEqual({ status: 'fulfilled', value: { balance: 12.5, currency: 'EUR' } });
  expect(results.slice(1)).toMatchObject([
    { reason: { code: 'team.bad-reply' } },
    { reason: { code: 'callback.refused', params: { message: 'No money', n: 1 } } },
    { reason: { code: 'team.refused', params: { message: `a b${'c'.repeat(197)}`, code: 'x.y' } } },
    { reason: { code: 'team.unreachable' } },
  ]);
  expect(told).toContainEqual(['team', '104']);
});

test('stopped, it closes and makes no other connection', async () => {
  const { client, last, connections, waits } = bench();
  last().options.onOpen();
  await client.stop();
  expect(last().closed).toBe(true);
  expect([connections.length, waits()]).toEqual([1, []]);
});
