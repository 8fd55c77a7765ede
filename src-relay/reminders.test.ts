// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { done, snoozed } from '../src-shared/rules/reminders.ts';
import type { Reminder } from '../src-shared/rules/team.ts';
import { throughSteps } from '../test/fakes-relay.ts';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import type { Reminders } from './parts.ts';
import { createPublish } from './publish.ts';
import { createReminders } from './reminders.ts';
import type { RelayStore } from './store/api.ts';
import { DEFAULT_TEAM } from './team.ts';

const MISSED: Reminder = {
  ...{ id: 'in_1', number: '+34600111222', did: null, missedAt: 9_000, extension: '101' },
  ...{ state: 'open', dueAt: 9_000, closed: null },
};

let store: MemoryStore;
let reminders: Reminders;

const remindersOf = ({ kv, log }: RelayStore) =>
  createReminders({ kv, publish: createPublish(log), team: { settings: async () => DEFAULT_TEAM }, now: () => 50_000 });
const told = async (audience: string) =>
  (await store.log.read('acme', audience, 0, 100)).map(({ body }) => JSON.parse(body).reminder as Reminder);

beforeEach(() => {
  store = createMemoryStore();
  reminders = remindersOf(store);
});

describe('a reminder', () => {
  it('is told to its extension and to supervisors, and listed', async () => {
    await reminders.put('acme', MISSED);
    expect(await told('101')).toEqual([MISSED]);
    expect(await told('*')).toEqual([MISSED]);
    expect(await reminders.list('acme', '101', null)).toEqual([MISSED]);
    expect(await reminders.list('acme', null, 'open')).toEqual([MISSED]);
    expect(await reminders.list('acme', '102', null)).toEqual([]);
    expect(await reminders.list('acme', '101', 'done')).toEqual([]);
    expect(await reminders.list('other', null, null)).toEqual([]);
  });

  it('is one for a call: what another desktop makes of the same says nothing new', async () => {
    await reminders.put('acme', snoozed(MISSED, 99_000));
    await reminders.put('acme', { ...MISSED, extension: '102' });
    expect(await reminders.list('acme', null, null)).toEqual([snoozed(MISSED, 99_000)]);
    expect(await told('102')).toEqual([]);
  });

  it('stays done', async () => {
    await reminders.put('acme', MISSED);
    const ended = done(MISSED, 20_000, '101');
    await reminders.put('acme', ended);
    await reminders.put('acme', snoozed(MISSED, 99_000));
    expect(await reminders.list('acme', null, null)).toEqual([ended]);
    expect(await told('101')).toEqual([MISSED, ended]);
  });

  it('with an id that is no key is kept all the same', async () => {
    await reminders.put('acme', { ...MISSED, id: '../other/*' });
    expect(await reminders.list('acme', null, null)).toHaveLength(1);
    expect(await reminders.list('other', null, null)).toEqual([]);
  });
});

describe('somebody who spoke with the caller', () => {
  const closed = { at: 20_000, by: '103', why: 'reached' };

  it('closes reminders of earlier calls of the number, however it is written', async () => {
    await reminders.put('acme', MISSED);
    await reminders.put('acme', { ...MISSED, id: 'in_2', missedAt: 30_000 });
    await reminders.put('acme', { ...MISSED, id: 'in_3', number: '+33600111222' });
    await reminders.reached('acme', '600111222', '103', 20_000);
    const states = (await reminders.list('acme', null, null)).map(({ id, state }) => `${id} ${state}`);
    expect(states.toSorted()).toEqual(['in_1 done', 'in_2 open', 'in_3 open']);
    expect(await told('101')).toContainEqual({ ...MISSED, state: 'done', closed });
    await reminders.reached('acme', '+34600111222', '104', 40_000);
    expect(await reminders.list('acme', null, 'open')).toHaveLength(1);
  });

  it('closes a reminder that is told of later', async () => {
    await reminders.reached('acme', '+34600111222', '103', 20_000);
    await reminders.put('acme', MISSED);
    expect(await reminders.list('acme', null, null)).toEqual([{ ...MISSED, state: 'done', closed }]);
  });

  it('is another company’s matter there, and nobody’s when the number is withheld', async () => {
    await reminders.put('acme', MISSED);
    await reminders.reached('other', '+34600111222', '103', 20_000);
    await reminders.put('acme', { ...MISSED, id: 'in_0', number: '' });
    await reminders.reached('acme', '', '103', 20_000);
    expect(await reminders.list('acme', null, 'open')).toHaveLength(2);
  });
});

it('whatever is said about it in any order at several nodes, it is done in the end if one of them said so', async () => {
  type Word = (at: Reminders) => Promise<void>;
  const words: Record<string, Word> = {
    open: (at) => at.put('acme', MISSED),
    snoozed: (at) => at.put('acme', snoozed(MISSED, 99_000)),
    done: (at) => at.put('acme', done(MISSED, 20_000, '101')),
    reached: (at) => at.reached('acme', MISSED.number, '103', 20_000),
    'reached before': (at) => at.reached('acme', MISSED.number, '103', 1_000),
  };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom(...Object.keys(words)), { minLength: 1, maxLength: 8 }),
      async (scheduler, said) => {
        store = createMemoryStore();
        const nodes = [0, 1, 2].map(() =>
          remindersOf(throughSteps(store, () => scheduler.schedule(Promise.resolve()))),
        );
        const run = (word: string, index: number) => words[word]?.(nodes[index % 3] as Reminders);
        await scheduler.waitFor(Promise.all(['open', ...said].map(run)));
        const [last] = await remindersOf(store).list('acme', null, null);
        const ends = said.includes('done') || said.includes('reached');
        expect(last?.state).toBe(ends ? 'done' : said.includes('snoozed') ? 'snoozed' : 'open');
        // Its owner's desktop was told of what stands.
        expect(await told('101')).toContainEqual(last);
      },
    ),
    { numRuns: 300 },
  );
});
