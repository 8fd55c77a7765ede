// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallEntry, ChatEntry, CrmRef } from '../../src-shared/crm/model.ts';
import { crmStores, FakeCrm } from '../../test/fake-crm.ts';
import { silentLog } from '../../test/fakes.ts';
import { CrmError } from './api.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { laterOn } from './timer.ts';

const entry = (key: string, more: Partial<CallEntry> = {}): CallEntry => ({
  key,
  callType: 'Inbound',
  record: { connector: 'own-1', kind: 'contact', id: '7' },
  number: '+34600111222',
  name: 'Ana',
  extension: '101',
  agentName: '',
  agentEmail: '',
  userId: null,
  startedAt: 1,
  establishedAt: 2,
  endedAt: 3,
  durationSeconds: 1,
  subject: 'Call',
  text: 'Text',
  recordingUrl: null,
  note: '',
  disposition: '',
  ...more,
});

const chat = (key: string, more: Partial<ChatEntry> = {}): ChatEntry => ({
  ...entry(key, { record: null }),
  as: 'task',
  messages: [],
  ...more,
});

let crm: FakeCrm;
let stores: ReturnType<typeof crmStores>;
let outbox: Outbox;
let now: number;
let reachable: boolean;
let takesUnknown: boolean;
let recordOf: (number: string, fresh: boolean) => CrmRef | null;

const build = (): Outbox =>
  createOutbox({
    store: stores.outbox,
    connector: () => (reachable ? crm.connector() : null),
    recordOf: async (_connector, number, fresh) => recordOf(number, fresh),
    takesUnknown: () => takesUnknown,
    onCreated: () => undefined,
    onChange: () => undefined,
    now: () => now,
    schedule: laterOn,
    log: silentLog,
  });

/** Lets the clock run until nothing is left to do, or so much time has passed. */
const settle = async (minutes = 60): Promise<void> => {
  for (let step = 0; step < minutes * 4; step++) {
    now += 15_000;
    await vi.advanceTimersByTimeAsync(15_000);
  }
};

beforeEach(() => {
  vi.useFakeTimers();
  crm = new FakeCrm();
  stores = crmStores();
  now = 1_000_000;
  reachable = true;
  takesUnknown = false;
  recordOf = (number) => (number === '' ? null : { connector: 'own-1', kind: 'contact', id: 'found' });
  outbox = build();
});

afterEach(async () => {
  await outbox.stop();
  vi.useRealTimers();
});

describe('outbox', () => {
  it('writes each entry once, whoever asks twice', async () => {
    await outbox.start();
    expect(await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'))).toBe(true);
    expect(await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'))).toBe(false);
    await settle(1);
    expect(crm.entries.map((one) => one.key)).toEqual(['sp:1']);
    expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 0 });
  });

  it('looks for an entry whose answer was lost, and writes one whose request was', async () => {
    crm.fates = ['lost-answer', 'lost-request', 'lost-request'];
    await outbox.start();
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'));
    await outbox.add('own-1', 'call', 'sp:2', entry('sp:2'));
    await settle();
    expect(crm.entries.map((one) => one.key)).toEqual(['sp:1', 'sp:2']);
    expect(await stores.outbox.find('own-1', 'call', 'sp:1')).toMatchObject({ state: 'done', resultId: 'L-1' });
  });

  it('takes up after a crash what was under way, and looks for it first', async () => {
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'));
    const [item] = await stores.outbox.due(now, 1);
    await stores.outbox.sending(item?.id ?? 0);
    await crm.connector().journal(entry('sp:1'), AbortSignal.timeout(1000));
    outbox = build();
    await outbox.start();
    await settle(2);
    expect(crm.entries).toHaveLength(1);
    expect(await stores.outbox.find('own-1', 'call', 'sp:1')).toMatchObject({ state: 'done', resultId: 'L-1' });
  });

  it('gives up on answers nobody can read only when a day brought nothing else', async () => {
    const page = () => new CrmError('bad-reply', 'a page in place of data');
    const hour = Array.from({ length: 11 }, page);
    crm.fates = [...hour, new CrmError('network', 'no connection'), ...Array.from({ length: 150 }, page)];
    await outbox.start();
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'));
    await settle(20 * 60);
    expect(await stores.outbox.counts()).toEqual({ waiting: 1, failed: 0 });
    await settle(10 * 60);
    expect(await stores.outbox.find('own-1', 'call', 'sp:1')).toMatchObject({ state: 'failed', failure: 'bad-reply' });
    crm.fates = [];
    await outbox.retry(null);
    await settle(2);
    expect(crm.entries).toHaveLength(1);
  });

  it('keeps trying without network, gives up on what the CRM refuses, and tells why', async () => {
    crm.fates = Array.from({ length: 30 }, () => new CrmError('network', 'no connection'));
    await outbox.start();
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'));
    await settle(12 * 60);
    expect(crm.entries).toHaveLength(1);

    crm.fates = [new CrmError('refused', 'Last name is missing', { field: 'LastName' })];
    await outbox.add('own-1', 'call', 'sp:2', entry('sp:2'));
    await outbox.add('own-1', 'call', 'sp:3', entry('sp:3'));
    await settle(2);
    expect(await stores.outbox.find('own-1', 'call', 'sp:2')).toMatchObject({
      state: 'failed',
      failure: 'refused',
      message: 'Last name is missing',
      field: 'LastName',
    });
    expect(crm.entries.map((one) => one.key)).toEqual(['sp:1', 'sp:3']);
    await outbox.retry(null);
    await settle(2);
    expect(crm.entries).toHaveLength(3);
  });

  it('rests the whole connector when it wants us to sign in or has no quota left, and goes on when told', async () => {
    crm.fates = [new CrmError('auth', 'expired')];
    await outbox.start();
    for (const key of ['sp:1', 'sp:2']) await outbox.add('own-1', 'call', key, entry(key));
    await settle(10);
    expect(crm.entries).toHaveLength(0);
    expect(crm.fates).toHaveLength(0);
    await outbox.resume('own-1');
    await settle(1);
    expect(crm.entries).toHaveLength(2);

    crm.fates = [new CrmError('quota', 'slow down', { retryAfterMs: 120_000 })];
    await outbox.add('own-1', 'call', 'sp:3', entry('sp:3'));
    await settle(1);
    expect(crm.entries).toHaveLength(2);
    await settle(3);
    expect(crm.entries).toHaveLength(3);
  });

  it('waits while the connector is not there', async () => {
    reachable = false;
    await outbox.start();
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'));
    await settle(5);
    expect(await stores.outbox.counts()).toEqual({ waiting: 1, failed: 0 });
    reachable = true;
    await settle(3);
    expect(crm.entries).toHaveLength(1);
  });

  it('adds note and recording to the entry once the entry is there, the newest words last', async () => {
    crm.fates = [new CrmError('network', 'no connection')];
    const patch = { recordingUrl: null, disposition: '', text: 'Text' };
    await outbox.start();
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1'));
    await outbox.add('own-1', 'patch', 'sp:1', { ...patch, note: 'first' });
    await outbox.add('own-1', 'patch', 'sp:1', { ...patch, note: 'second' });
    await settle(5);
    expect(crm.patches).toEqual([{ id: 'L-1', note: 'second' }]);
    await outbox.add('own-1', 'patch', 'sp:1', { ...patch, note: 'third' });
    await settle(1);
    expect(crm.patches.at(-1)).toEqual({ id: 'L-1', note: 'third' });
  });

  it('gives an entry written before its contact the contact', async () => {
    await outbox.start();
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1', { record: null }));
    await settle(1);
    expect(crm.entries[0]?.record).toEqual({ connector: 'own-1', kind: 'contact', id: 'found' });
  });

  it('writes nothing of a number nobody has, neither then nor later', async () => {
    await outbox.start();
    await outbox.add('own-1', 'call', 'sp:1', entry('sp:1', { record: null, number: '' }));
    await outbox.add('own-1', 'patch', 'sp:1', { recordingUrl: null, disposition: '', text: '', note: 'late' });
    await settle(2);
    expect([crm.entries, crm.patches]).toEqual([[], []]);
    expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 0 });
  });

  it('writes no conversation with a number nobody has, unless the settings want them too', async () => {
    await outbox.start();
    await outbox.add('own-1', 'chat', 'sp:1', chat('sp:1', { number: '' }));
    await settle(1);
    expect(await stores.outbox.find('own-1', 'chat', 'sp:1')).toMatchObject({ state: 'done', resultId: '' });
    takesUnknown = true;
    await outbox.add('own-1', 'chat', 'sp:2', chat('sp:2', { number: '' }));
    await settle(1);
    expect(await stores.outbox.find('own-1', 'chat', 'sp:2')).toMatchObject({ state: 'done', resultId: 'chat' });
  });

  describe('where numbers no record belongs to are not written', () => {
    const draft = { kind: 'contact', firstName: '', lastName: 'Eva', email: '', company: '', ownerId: '' } as const;
    const number = '+34600999888';
    const unknown = { record: null, number };
    const written = () => crm.entries.map((one) => [one.key, one.record?.id]);

    beforeEach(() => {
      recordOf = (asked) => crm.records.find((one) => one.phones.includes(asked)) ?? null;
    });

    it('a call and a conversation wait for the record being made for their number, and nobody else’s do', async () => {
      crm.fates = [new CrmError('bad-reply', 'a page in place of data')];
      await outbox.add('own-1', 'create', 'new:1', { ...draft, number: '+34 600 999 888' });
      recordOf = (asked) => (asked === number && crm.records[0]) || null;
      await outbox.start();
      await outbox.add('own-1', 'call', 'sp:1', entry('sp:1', unknown));
      await outbox.add('own-1', 'chat', 'sp:2', chat('sp:2', { number }));
      await outbox.add('own-1', 'call', 'sp:3', entry('sp:3', { ...unknown, number: '+34600777666' }));
      await settle(0.25);
      expect(await stores.outbox.find('own-1', 'call', 'sp:1')).toMatchObject({ state: 'waiting', failure: 'waits' });
      expect(await stores.outbox.find('own-1', 'chat', 'sp:2')).toMatchObject({ state: 'waiting', failure: 'waits' });
      await settle(10);
      expect(written()).toEqual([['sp:1', '1']]);
      expect(await stores.outbox.find('own-1', 'chat', 'sp:2')).toMatchObject({ state: 'done', resultId: 'chat' });
      expect(await stores.outbox.find('own-1', 'call', 'sp:3')).toMatchObject({ state: 'done', resultId: '' });
    });

    it('a record the CRM had already gets the call that waited, whatever was last heard of the number', async () => {
      crm.fates = [
        new CrmError('network', 'no connection'),
        new CrmError('duplicate', 'there is one', { existing: 'old' }),
      ];
      recordOf = (_asked, fresh) => (fresh ? { connector: 'own-1', kind: 'contact', id: 'old' } : null);
      await outbox.add('own-1', 'create', 'new:1', { ...draft, number });
      await outbox.start();
      await outbox.add('own-1', 'call', 'sp:1', entry('sp:1', unknown));
      await settle(10);
      expect(written()).toEqual([['sp:1', 'old']]);
    });

    it('what nobody wanted is written when a record is made within a day, with what came after it', async () => {
      await outbox.start();
      await outbox.add('own-1', 'call', 'sp:old', entry('sp:old', unknown));
      await settle(1);
      now += 25 * 60 * 60_000;
      await outbox.add('own-1', 'call', 'sp:1', entry('sp:1', unknown));
      await outbox.add('own-1', 'patch', 'sp:1', { recordingUrl: null, disposition: '', text: '', note: 'late' });
      await outbox.add('own-1', 'call', 'sp:2', entry('sp:2', { ...unknown, number: '+34600777666' }));
      await settle(2);
      expect(crm.entries).toEqual([]);
      await outbox.add('own-1', 'create', 'new:1', { ...draft, number });
      await settle(2);
      expect(written()).toEqual([['sp:1', '1']]);
      expect(crm.patches).toEqual([{ id: 'L-1', note: 'late' }]);
      expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 0 });
    });

    it('nothing waits any longer for a record that was refused', async () => {
      crm.fates = [new CrmError('network', 'no connection'), new CrmError('refused', 'no')];
      await outbox.add('own-1', 'create', 'new:1', { ...draft, number });
      await outbox.start();
      await outbox.add('own-1', 'call', 'sp:1', entry('sp:1', unknown));
      await settle(10);
      expect(crm.entries).toEqual([]);
      expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 1 });
      await outbox.retry(null);
      await settle(2);
      expect(written()).toEqual([['sp:1', '1']]);
    });
  });
});
