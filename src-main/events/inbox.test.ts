// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RelayEvent } from '../../src-shared/relay/protocol.ts';
import { silentLog } from '../../test/fakes.ts';
import { createInbox } from './inbox.ts';

function notification(name: string, at = 0): RelayEvent {
  return {
    kind: 'notification',
    hash: `hash of ${name}, in full`,
    receivedAt: at,
    fields: { event: name },
    verified: true,
  };
}

/** A store that answers when told, and timers that fire when told. */
function bench(after: number | null = 0) {
  let timers: { run: () => void; ms: number }[] = [];
  const waiting: { name: string; done: (ok: boolean) => void }[] = [];
  const told: string[] = [];
  const saved: [number, number, string][] = [];
  let saves = true;
  const inbox = createInbox({
    after,
    mark: null,
    handle: (event) => {
      const name = event.kind === 'notification' ? `${event.fields.event}` : event.kind;
      told.push(name);
      return new Promise((resolve, reject) => {
        waiting.push({ name, done: (ok) => (ok ? resolve() : reject(new Error('full'))) });
      });
    },
    save: async (seq, at, mark) => {
      if (!saves) throw new Error('full');
      saved.push([seq, at, mark]);
    },
    ack: (seq) => void told.push(`ack ${seq}`),
    hold: (on) => void told.push(on ? 'hold' : 'go on'),
    schedule: (run, ms) => void timers.push({ run, ms }),
    log: silentLog,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    inbox,
    told,
    saved,
    /** Forgets what was told so far. */
    since: () => told.splice(0),
    async finish(name: string, ok = true) {
      const index = waiting.findIndex((one) => one.name === name);
      waiting.splice(index, 1)[0]?.done(ok);
      await settled();
    },
    async fire(most = Number.POSITIVE_INFINITY) {
      const due = timers.filter((timer) => timer.ms <= most);
      timers = timers.filter((timer) => timer.ms > most);
      for (const { run } of due) run();
      await settled();
    },
    saves: (on: boolean) => {
      saves = on;
    },
    waiting: () => waiting.map((one) => one.name),
  };
}

test('each event is handed on at once; acknowledged is what is committed without a hole, after its cursor', async () => {
  const { inbox, told, saved, finish } = bench();
  for (const [seq, name] of [
    [3, 'a'],
    [4, 'b'],
    [9, 'c'],
  ] as const)
    inbox.push(seq, notification(name, seq * 10));
  expect(told).toEqual(['a', 'b', 'c']);
  await finish('c');
  await finish('b');
  expect(told).toEqual(['a', 'b', 'c']);
  await finish('a');
  expect(told.slice(3)).toEqual(['ack 9']);
  expect(saved).toEqual([[9, 90, 'hash of c, i']]);
  expect([inbox.taken(), inbox.mark()]).toEqual([9, 'hash of c, i']);
  await inbox.restart(0);
  expect([inbox.taken(), inbox.mark()]).toEqual([0, null]);
});

test('a full disk acknowledges nothing, and is tried again', async () => {
  const { inbox, since, finish, fire } = bench();
  inbox.push(1, notification('a'));
  inbox.push(2, notification('b'));
  await finish('a', false);
  await finish('b');
  expect(since()).toEqual(['a', 'b']);
  await fire();
  expect(since()).toEqual(['a']);
  await finish('a', false);
  await fire();
  await finish('a');
  expect(since()).toEqual(['a', 'ack 2']);
});

test('a cursor that cannot be written is written later, before the acknowledgement', async () => {
  const { inbox, since, finish, fire, saves, saved } = bench();
  saves(false);
  inbox.push(1, notification('a'));
  await finish('a');
  expect(since()).toEqual(['a']);
  saves(true);
  await fire();
  expect([since(), saved]).toEqual([['ack 1'], [[1, 0, 'hash of a, i']]]);
});

test('a new connection repeats events: nothing is handed on twice', async () => {
  const { inbox, told, finish } = bench(5);
  inbox.push(5, notification('old'));
  inbox.push(6, notification('a'));
  inbox.resumed(6);
  inbox.push(6, notification('a'));
  inbox.push(7, notification('b'));
  await finish('a');
  await finish('b');
  expect(told).toEqual(['a', 'b', 'ack 6', 'ack 7']);
});

test('of what was kept for us, ends of calls go first; what is new waits for nothing', async () => {
  const { inbox, told, finish, fire, waiting } = bench();
  inbox.resumed(4);
  for (const [seq, name] of [
    [1, 'NOTIFY_INTERNAL'],
    [2, 'NOTIFY_END'],
    [3, 'NOTIFY_START'],
    [4, 'NOTIFY_OUT_END'],
  ] as const) {
    inbox.push(seq, notification(name));
  }
  expect(told).toEqual([]);
  // They came together: the second look finds nothing more.
  await fire();
  await fire();
  expect(told).toEqual(['NOTIFY_END', 'NOTIFY_OUT_END']);
  inbox.push(5, notification('live'));
  expect(told.at(-1)).toBe('live');
  await finish('NOTIFY_END');
  await finish('NOTIFY_OUT_END');
  expect(told.slice(3)).toEqual(['NOTIFY_INTERNAL', 'NOTIFY_START']);
  for (const name of waiting()) await finish(name);
  expect(told.at(-1)).toBe('ack 5');
});

test('what is kept for us is waited for while it comes, and not for ever', async () => {
  const { inbox, told, fire } = bench();
  inbox.resumed(1000);
  inbox.push(1, notification('a'));
  let steps = 0;
  while (told.length === 0 && steps < 20) {
    steps += 1;
    inbox.push(1 + steps, notification('a'));
    await fire();
  }
  expect(steps).toBeGreaterThan(2);
  expect(steps).toBeLessThan(20);
  expect(told).toHaveLength(1 + steps);
});

test('the relay is held back when too much waits, and let go again', async () => {
  const { inbox, told, finish, waiting } = bench();
  for (let seq = 1; seq <= 2000; seq += 1) inbox.push(seq, notification('a'));
  expect(told.filter((one) => one !== 'a')).toEqual(['hold']);
  while (waiting().length > 0) await finish('a');
  expect(told.filter((one) => one === 'go on')).toHaveLength(1);
  expect(told.at(-1)).toBe('ack 2000');
});

test('begun anew, it takes what it is told, and acknowledges nothing of before', async () => {
  const { inbox, since, finish } = bench();
  inbox.push(900, notification('old'));
  const restarted = inbox.restart(0);
  await finish('old');
  await restarted;
  inbox.push(1, notification('new'));
  await finish('new');
  expect(since()).toEqual(['old', 'new', 'ack 1']);
});

test('whatever the order of commits, failures and repetitions: acknowledged in order, never before the commit', async () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('push' as const), skip: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constant('repeat' as const), back: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ do: fc.constant('finish' as const), which: fc.nat(20), ok: fc.boolean() }),
      fc.record({ do: fc.constant('save' as const), on: fc.boolean() }),
      fc.record({ do: fc.constant('resumed' as const), ahead: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ do: fc.constant('fire' as const) }),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const { inbox, told, finish, fire, saves, saved, waiting } = bench();
      const pushed: number[] = [];
      const committed = new Set<number>();
      const commit = async (which: number, ok: boolean): Promise<void> => {
        const name = waiting()[which % Math.max(waiting().length, 1)];
        if (name === undefined) return;
        if (ok) committed.add(Number(name));
        await finish(name, ok);
      };
      for (const step of list) {
        const last = pushed.at(-1) ?? 0;
        if (step.do === 'push') {
          pushed.push(last + step.skip);
          inbox.push(last + step.skip, notification(`${last + step.skip}`));
        } else if (step.do === 'repeat') {
          const seq = pushed.at(-1 - step.back);
          if (seq !== undefined) inbox.push(seq, notification(`${seq}`));
        } else if (step.do === 'finish') await commit(step.which, step.ok);
        else if (step.do === 'save') saves(step.on);
        else if (step.do === 'resumed') inbox.resumed(last + step.ahead);
        else await fire();
        for (const [seq] of saved) {
          expect(pushed.filter((one) => one <= seq).every((one) => committed.has(one))).toBe(true);
        }
      }
      saves(true);
      while (acksOf(told).at(-1) !== pushed.at(-1)) {
        await fire();
        while (waiting().length > 0) await commit(0, true);
      }
      const acks = acksOf(told);
      expect(acks).toEqual(acks.toSorted((a, b) => a - b));
      expect(saved.map(([seq]) => seq)).toEqual(acks);
      expect(new Set(told.filter((one) => /^\d/.test(one)))).toEqual(new Set(pushed.map(String)));
    }),
    { numRuns: 150 },
  );
});

function acksOf(told: readonly string[]): number[] {
  return told.filter((one) => one.startsWith('ack')).map((one) => Number(one.slice(4)));
}
