// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { AnswerRecord, Reminder } from '../../src-shared/rules/team.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openTables } from './tables.ts';

function open() {
  const db = new Database(':memory:');
  migrate(db);
  return { db, tables: openTables(db) };
}

function reminder(id: string, missedAt: number, extra: Partial<Reminder> = {}): Reminder {
  return {
    ...{ id, number: '+34600111222', did: null, missedAt, extension: '101' },
    ...{ state: 'open', dueAt: missedAt, closed: null },
    ...extra,
  };
}

describe('reminders', () => {
  test('are mine when due; a snoozed one waits for its moment; what is done never comes back', () => {
    const { reminders } = open().tables;
    for (const one of [reminder('a', 100), reminder('b', 200), reminder('c', 300, { extension: '102' })]) {
      expect(reminders.put(one)).toEqual(one);
    }
    expect(reminders.due('101', 1000).map((one) => one.id)).toEqual(['a', 'b']);
    reminders.put(reminder('a', 100, { state: 'snoozed', dueAt: 5000 }));
    expect(reminders.due('101', 1000).map((one) => one.id)).toEqual(['b']);
    expect(reminders.nextDue('101', 1000)).toBe(5000);
    expect(reminders.due('101', 5000).map((one) => one.id)).toEqual(['b', 'a']);

    const closed = { at: 6000, by: '101', why: 'done' } as const;
    reminders.put(reminder('a', 100, { state: 'done', closed }));
    for (const late of [reminder('a', 100), reminder('a', 100, { state: 'snoozed', dueAt: 9000 })]) {
      expect(reminders.put(late)).toMatchObject({ state: 'done', closed });
    }
    expect(reminders.nextDue('101', 1000)).toBeNull();
    expect(reminders.get('a')).toMatchObject({ state: 'done' });
  });

  test('that are done are forgotten three months after they were closed; open ones are not', () => {
    const { tables } = open();
    const day = 24 * 3600 * 1000;
    const at = 1000 * day;
    const doneAt = (time: number) => ({ state: 'done', closed: { at: time, by: '101', why: 'done' } }) as const;
    tables.reminders.put(reminder('long done', at - 200 * day, doneAt(at - 91 * day)));
    tables.reminders.put(reminder('done lately', at - 200 * day, doneAt(at - 89 * day)));
    tables.reminders.put(reminder('still open', at - 200 * day));
    tables.reminders.put(reminder('new', at - day, doneAt(at)));
    tables.prune(at);
    const left = tables.reminders.page(null, 10).rows.map(({ id }) => id);
    expect(left.toSorted()).toEqual(['done lately', 'new', 'still open']);
  });

  test('are found by any spelling of the number while they are not done', () => {
    const { reminders } = open().tables;
    reminders.put(reminder('a', 100));
    reminders.put(reminder('b', 200, { number: '600111222' }));
    reminders.put(reminder('c', 300, { number: '+34600111223' }));
    reminders.put(reminder('d', 400, { state: 'done', closed: { at: 500, by: null, why: 'reached' } }));
    for (const spelling of ['+34600111222', '600 111 222', '0034600111222']) {
      expect(reminders.openOf(spelling).map((one) => one.id)).toEqual(['a', 'b']);
    }
    expect(reminders.openOf('')).toEqual([]);
  });

  test('come in pages, newest missed call first, also when an older one is told later', () => {
    const { reminders } = open().tables;
    for (const [id, at] of [
      ['b', 200],
      ['d', 400],
      ['a', 100],
      ['c', 300],
      ['c2', 300],
    ] as const) {
      reminders.put(reminder(id, at));
    }
    const first = reminders.page(null, 2);
    expect(first.rows.map((one) => one.id)).toEqual(['d', 'c2']);
    const second = reminders.page(first.next, 2);
    expect(second.rows.map((one) => one.id)).toEqual(['c', 'b']);
    expect(reminders.page(second.next, 2)).toEqual({ rows: [reminder('a', 100)], next: null });
  });
});

test('numbers of a saved or removed contact come again after their cursor, with what they mean now', () => {
  const { contacts } = open().tables;
  const draft = { id: null, name: 'Ana', company: '', email: '', url: '', responsible: '101' };
  const ana = contacts.save({ ...draft, numbers: ['+34600111222', '+34600111223'] });
  const first = contacts.changesAfter(0, 10);
  expect(first).toMatchObject([
    { number: '+34600111222', name: 'Ana', responsible: '101' },
    { number: '+34600111223', name: 'Ana', responsible: '101' },
  ]);
  const cursor = first.at(-1)?.seq ?? 0;
  expect(contacts.changesAfter(cursor, 10)).toEqual([]);

  contacts.save({ ...draft, id: ana.id, name: 'Ana P.', numbers: ['+34600111223'] });
  expect(contacts.changesAfter(cursor, 10)).toMatchObject([
    { number: '+34600111222', name: '', responsible: '' },
    { number: '+34600111223', name: 'Ana P.', responsible: '101' },
  ]);
  expect(contacts.changesAfter(cursor, 1)).toHaveLength(1);
  contacts.remove(ana.id);
  const gone = contacts.changesAfter(contacts.changesAfter(cursor, 10)[0]?.seq ?? 0, 10);
  expect(gone).toMatchObject([{ number: '+34600111223', name: '', responsible: '' }]);
  expect(gone[0]?.changedAt).toBeGreaterThan(1_700_000_000_000);
});

test('numbers of contacts from before the upgrade are all new to a relay', () => {
  const db = new Database(':memory:');
  migrate(db, MIGRATIONS.slice(0, 2));
  db.exec(`INSERT INTO contacts (id, name, company, email, url) VALUES (1, 'Ana', '', '', '');
    INSERT INTO contact_numbers (contact_id, number, e164, digits, digits_rev, national, tail)
    VALUES (1, '+34600111222', '+34600111222', '34600111222', '22211100643', '600111222', '600111222')`);
  migrate(db);
  const { contacts } = openTables(db);
  expect(contacts.changesAfter(0, 10)).toMatchObject([{ number: '+34600111222', name: 'Ana', responsible: '' }]);
  expect(contacts.byNumber('+34600111222')).toMatchObject({ responsible: '' });
});

test('an answer is kept once, by its call', () => {
  const { answers } = open().tables;
  const answer: AnswerRecord = {
    pbxCallId: 'p1',
    at: 100,
    answer: { redirect: '101' },
    reason: 'responsible',
    extension: '101',
  };
  for (const one of [answer, answer, { ...answer, at: 200 }, { ...answer, pbxCallId: 'p2' }]) answers.add(one);
  expect(answers.of('p1')).toEqual([answer, { ...answer, at: 200 }]);
  expect(answers.of('p3')).toEqual([]);
});

test('the blacklist is listed by number, in pages', () => {
  const { blacklist } = open().tables;
  for (const number of ['+3', '+1', '+2', '+2']) blacklist.set(number, true);
  blacklist.set('+3', false);
  blacklist.set('+4', false);
  expect(blacklist.list(null, 10)).toEqual(['+1', '+2']);
  expect(blacklist.list('+1', 1)).toEqual(['+2']);
  expect([blacklist.has('+1'), blacklist.has('+3')]).toEqual([true, false]);
});

test('cursors are saved together and forgotten', () => {
  const { cursors } = open().tables;
  cursors.save({ a: 1, b: 2.5 });
  cursors.save({ a: null, b: 7 });
  expect([cursors.get('a'), cursors.get('b'), cursors.get('c')]).toEqual([null, 7, null]);
});

test('a job is planned once, keeps its result, and is never planned again when done', () => {
  const { db, tables } = open();
  const { jobs } = tables;
  expect([1, 2].map((dueAt) => jobs.plan({ job: 'reminder:p1', dueAt, data: '{}' }))).toEqual([true, false]);
  jobs.plan({ job: 'reminder:p2', dueAt: 0, data: '{"a":1}' });
  jobs.worked('reminder:p1', 'made');
  expect(jobs.open()).toEqual([
    { job: 'reminder:p2', state: 'pending', dueAt: 0, data: '{"a":1}' },
    { job: 'reminder:p1', state: 'worked', dueAt: 1, data: 'made' },
  ]);
  jobs.done('reminder:p1');
  expect(jobs.plan({ job: 'reminder:p1', dueAt: 3, data: '{}' })).toBe(false);
  expect(openTables(db).jobs.open()).toMatchObject([{ job: 'reminder:p2' }]);
});
