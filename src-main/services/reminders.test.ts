// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Call } from '../../src-shared/calls/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { RelayMethod } from '../../src-shared/relay/protocol.ts';
import { DEFAULT_RULES, type Reminder } from '../../src-shared/rules/team.ts';
import { fakeHub, fakeSettings, silentLog } from '../../test/fakes.ts';
import type { Ask } from '../events/relay-client.ts';
import { migrate } from '../store/migrate.ts';
import { openTables } from '../store/tables.ts';
import { createDuties, LOCAL_LEASES } from './duties.ts';
import { createReminders } from './reminders.ts';

const MINUTE = 60_000;
const CALLER = '+34600111222';
let time = 0;
let timers: { at: number; run: () => void }[] = [];
beforeEach(() => {
  time = Date.UTC(2026, 4, 4, 10);
  timers = [];
});

async function goOn(ms: number): Promise<void> {
  const until = time + ms;
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
    if (next === undefined) break;
    timers = timers.filter((timer) => timer !== next);
    time = Math.max(time, next.at);
    next.run();
  }
  time = until;
}

function call(id: string, extra: Partial<Call> = {}): Call {
  return {
    ...{ key: `pbx:${id}`, formerKeys: [], pbxCallId: id, direction: 'in', number: CALLER, networkName: null },
    ...{ did: '34912345678', startedAt: time - 9000, answeredAt: null, endedAt: time, duration: 0 },
    ...{ disposition: 'no-answer', answeredBy: null, session: null, causeCode: null, isRecorded: false },
    ...{ legs: [{ extension: '101', ringingAt: time - 9000, answeredAt: null, endedAt: time }] },
    ...{ recordIds: [], phase: 'ended' },
    ...extra,
  };
}
const answered = (id: string, extra: Partial<Call> = {}): Call =>
  call(id, { disposition: 'answered', answeredAt: time - 5000, duration: 5, answeredBy: '103', ...extra });

/** The service on a real database; `team` is the relay's side, null for one agent alone. */
function bench(team: { asks: Partial<Record<RelayMethod, (params: never) => unknown>> } | null = null) {
  const db = new Database(':memory:');
  migrate(db);
  const tables = openTables(db);
  const hub = fakeHub(() => time);
  const settings = fakeSettings(hub, { extension: '101' });
  const asked: [string, unknown][] = [];
  const ask = (async (method: RelayMethod, params: never) => {
    asked.push([method, params]);
    const run = team?.asks[method];
    return run === undefined ? null : run(params);
  }) as Ask;
  const schedule = (run: () => void, ms: number) => void timers.push({ at: time + ms, run });
  const promised =
    <A extends readonly unknown[], T>(run: (...args: A) => T) =>
    async (...args: A) =>
      run(...args);
  const dial = vi.fn(async () => 'sip:1');
  const store = {
    reminders: Object.fromEntries(
      Object.entries(tables.reminders).map(([name, run]) => [name, promised(run as never)]),
    ),
    calls: { get: promised(tables.calls.get), ofNumber: promised(tables.calls.ofNumber) },
  } as never;
  const reminders = createReminders({
    ...{ store, hub, settings, dial, schedule, log: silentLog },
    team: { isTeam: () => team !== null, ask },
    plan: (...args) => duties.plan(...args),
    contacts: { find: async (number) => tables.contacts.byNumber(number) },
    blacklist: { has: async (number) => tables.blacklist.has(number) },
    format: (number) => `n ${number}`,
    now: () => time,
  });
  const duties = createDuties({
    store: {
      plan: promised(tables.jobs.plan),
      open: promised(tables.jobs.open),
      worked: promised(tables.jobs.worked),
      done: promised(tables.jobs.done),
    },
    leases: () => LOCAL_LEASES,
    work: { reminder: reminders.work },
    now: () => time,
    schedule,
    log: silentLog,
  });
  if (team !== null)
    hub.patch({ team: { ...hub.get().team, state: 'on', defaultResponsible: '101', rules: DEFAULT_RULES } });
  return {
    ...{ reminders, tables, hub, settings, asked, dial },
    /** As calls.ts does: written, then told. */
    async happened(one: Call) {
      const [id = 0] = tables.calls.write([one], null, []);
      reminders.written(id, one);
      await goOn(0);
    },
    shown: () => hub.get().reminders.map(({ id, count, state }) => [id, count, state]),
  };
}

describe('alone', () => {
  test('a missed call is mine to call back, with its name; told of twice it is one', async () => {
    const { happened, hub, tables } = bench();
    const draft = { id: null, name: 'Ana', company: '', email: '', url: '', responsible: '105' };
    tables.contacts.save({ ...draft, numbers: [CALLER] });
    const missed = call('p1');
    await happened(missed);
    await happened(missed);
    await goOn(MINUTE);
    expect(hub.get().reminders).toMatchObject([
      { id: 'p1', number: CALLER, numberText: `n ${CALLER}`, didText: 'n 34912345678', count: 1, extension: '101' },
    ]);
    expect(hub.get().reminders[0]?.contact?.name).toBe('Ana');
  });

  test('several of one number are one with a count, and go together', async () => {
    const { happened, reminders, shown } = bench();
    await happened(call('p1'));
    await goOn(MINUTE);
    await happened(call('p2', { number: '600111222' }));
    await happened(call('p3', { number: '+34911222333' }));
    await goOn(MINUTE);
    expect(shown()).toEqual([
      ['p2', 2, 'open'],
      ['p3', 1, 'open'],
    ]);
    await reminders.act('p2', 'done', null);
    expect(shown()).toEqual([['p3', 1, 'open']]);
    expect((await reminders.page(null, 10)).rows.map(({ id, state }) => [id, state])).toEqual([
      ['p3', 'open'],
      ['p2', 'done'],
      ['p1', 'done'],
    ]);
  });

  test('put off, it comes back in its time', async () => {
    const { happened, reminders, shown } = bench();
    await happened(call('p1'));
    await goOn(MINUTE);
    await reminders.act('p1', 'snooze', null);
    expect(shown()).toEqual([]);
    await goOn(15 * MINUTE - 1);
    expect(shown()).toEqual([]);
    await goOn(1);
    expect(shown()).toEqual([['p1', 1, 'snoozed']]);
    await reminders.act('p1', 'snooze', 3 * 24 * 60);
    await goOn(3 * 24 * 60 * MINUTE);
    expect(shown()).toEqual([['p1', 1, 'snoozed']]);
  });

  test('called back, it stays until the caller was reached, by whomever', async () => {
    const { happened, reminders, dial, shown } = bench();
    await happened(call('p1'));
    await goOn(MINUTE);
    expect(await reminders.act('p1', 'call', null)).toEqual({ key: 'sip:1' });
    expect(dial).toHaveBeenCalledWith(CALLER);
    await happened(call('o1', { direction: 'out' }));
    expect(shown()).toHaveLength(1);
    await happened(answered('o2', { direction: 'out', number: '600111222' }));
    expect(shown()).toEqual([]);
    expect((await reminders.page(null, 1)).rows[0]).toMatchObject({ closed: { by: '103', why: 'reached' } });
  });

  test('is not made when the caller was reached before it was looked at, whatever came first', async () => {
    const { happened, shown } = bench();
    const missed = call('p1', { endedAt: time - MINUTE });
    await happened(answered('p2'));
    await happened(missed);
    await goOn(MINUTE);
    expect(shown()).toEqual([]);
  });

  test('is not made for what my phone took for missed and the PBX knows better', async () => {
    const { happened, shown, tables } = bench();
    await happened(call('x', { key: 'sip:1', pbxCallId: null }));
    tables.calls.write([answered('p1', { formerKeys: ['sip:1'] })], null, []);
    await goOn(MINUTE);
    expect(shown()).toEqual([]);
  });

  test('is not made in quiet hours, for blacklisted, withheld or old calls, or when switched off', async () => {
    const { happened, shown, tables, settings } = bench();
    tables.blacklist.set('+34911222333', true);
    await happened(call('p1', { number: '+34911222333' }));
    await happened(call('p2', { number: '' }));
    await happened(call('p3', { endedAt: time - 8 * 24 * 60 * MINUTE }));
    await goOn(MINUTE);
    const quietHours = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 0, timeZone: '' }];
    await settings.set({ rules: { ...DEFAULT_RULES, quietHours } });
    await happened(call('p4'));
    await goOn(MINUTE);
    await settings.set({ rules: { ...DEFAULT_RULES, remindMissed: false } });
    await happened(call('p5'));
    await goOn(MINUTE);
    expect(shown()).toEqual([]);
  });

  test('what nobody knows cannot be acted on', async () => {
    const { reminders } = bench();
    await expect(reminders.act('nothing', 'done', null)).rejects.toMatchObject({ code: 'ipc.refused' });
  });
});

describe('in a team', () => {
  const entry = { name: 'Ana', blacklisted: false, updatedAt: 1 };

  test('the relay’s directory says whose it is; mine are kept here, others’ only told', async () => {
    let responsible: string | null = '101';
    const { happened, asked, shown, tables } = bench({ asks: { 'directory.get': () => ({ ...entry, responsible }) } });
    await happened(call('p1'));
    await goOn(MINUTE);
    expect(shown()).toEqual([['p1', 1, 'open']]);
    responsible = '104';
    await happened(call('p2', { number: '+34911222333' }));
    await goOn(MINUTE);
    const put = asked.filter(([method]) => method === 'reminder.put').map(([, params]) => params);
    expect(put).toMatchObject([{ reminder: { extension: '101' } }, { reminder: { id: 'p2', extension: '104' } }]);
    expect(tables.reminders.get('p2')).toBeNull();
  });

  test('whose turn it is not waits; a call the PBX has not named, or of others, is none of mine', async () => {
    const { happened, asked, hub } = bench({ asks: { 'directory.get': () => null } });
    hub.patch({ team: { ...hub.get().team, defaultResponsible: '109' } });
    await happened(call('p1'));
    await happened(call('x', { key: 'sip:1', pbxCallId: null }));
    await happened(call('p2', { legs: [{ extension: '102', ringingAt: 1, answeredAt: null, endedAt: 2 }] }));
    await goOn(20_000);
    expect(asked).toEqual([]);
    await goOn(MINUTE);
    expect(asked).toMatchObject([
      ['directory.get', { number: CALLER }],
      ['reminder.put', { reminder: { id: 'p1', extension: '109' } }],
    ]);
  });

  test('while the relay is away it waits, and nothing is shown that the company does not know', async () => {
    let on = false;
    const get = () => {
      if (on) return null;
      throw new AppError('team.offline');
    };
    const { happened, shown, asked } = bench({ asks: { 'directory.get': get } });
    await happened(call('p1'));
    await goOn(MINUTE);
    expect(shown()).toEqual([]);
    on = true;
    await goOn(20 * MINUTE);
    expect(shown()).toEqual([['p1', 1, 'open']]);
    expect(asked.filter(([method]) => method === 'reminder.put')).toHaveLength(1);
  });

  test('putting off and closing are the company’s: refused without the relay, told to it with it', async () => {
    let on = true;
    const put = () => {
      if (!on) throw new AppError('team.offline');
      return null;
    };
    const { happened, reminders, shown, asked } = bench({ asks: { 'directory.get': () => null, 'reminder.put': put } });
    await happened(call('p1'));
    await goOn(MINUTE);
    on = false;
    await expect(reminders.act('p1', 'done', null)).rejects.toMatchObject({ code: 'team.offline' });
    expect(shown()).toHaveLength(1);
    on = true;
    await reminders.act('p1', 'done', null);
    expect(asked.at(-1)).toMatchObject(['reminder.put', { reminder: { state: 'done', closed: { by: '101' } } }]);
    expect(shown()).toEqual([]);
  });

  test('the relay’s word is kept, and asked for when some may have been missed', async () => {
    const told: Reminder = {
      ...{ id: 'p1', number: CALLER, did: null, missedAt: time, extension: '101' },
      ...{ state: 'open', dueAt: time, closed: null },
    };
    const closed = { at: time, by: '102', why: 'reached' } as const;
    const { reminders, shown } = bench({ asks: { 'reminder.list': () => [{ ...told, state: 'done', closed }] } });
    await reminders.told(told);
    await reminders.told({ ...told, id: 'p2', extension: '102' });
    expect(shown()).toEqual([['p1', 1, 'open']]);
    await reminders.fetch();
    expect(shown()).toEqual([]);
  });

  test('quiet hours are the company’s', async () => {
    const { happened, shown, hub } = bench({ asks: { 'directory.get': () => null } });
    const quietHours = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 0, timeZone: '' }];
    hub.patch({ team: { ...hub.get().team, rules: { ...DEFAULT_RULES, quietHours } } });
    await happened(call('p1'));
    await goOn(MINUTE);
    expect(shown()).toEqual([]);
  });
});
