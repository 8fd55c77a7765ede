// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_CRM } from '../../src-shared/crm/settings.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src-shared/settings.ts';
import { connectorSettings, crmRecord, crmStores, FakeCrm } from '../../test/fake-crm.ts';
import { fakeHub, fakeSecrets, silentLog } from '../../test/fakes.ts';
import type { StoreApi, StoredCall } from '../store/api.ts';
import { CrmError } from './api.ts';
import { type Crm, createCrm } from './crm.ts';
import { laterOn } from './timer.ts';

const NUMBER = '+34600111222';
const row: StoredCall = {
  id: 1,
  call: {
    ...{ key: 'pbx:in_1', formerKeys: [], pbxCallId: 'in_1', direction: 'in', number: NUMBER, networkName: null },
    ...{ did: null, startedAt: 1_000, answeredAt: 2_000, endedAt: 9_000, duration: 7, disposition: 'answered' },
    ...{ answeredBy: '101', legs: [], session: null, causeCode: 16, isRecorded: false, recordIds: [], phase: 'ended' },
  },
  ...{ note: '', outcome: '', seen: true, contact: null, recording: null, quality: null },
};
const NOBODY = { kind: 'contact', firstName: '', email: '', company: '', ownerId: '' } as const;
const signal = new AbortController().signal;

let fake: FakeCrm;
let stores: ReturnType<typeof crmStores>;
let settings: Settings;
let note: string;
let crm: Crm;

beforeEach(async () => {
  vi.useFakeTimers();
  fake = new FakeCrm();
  stores = crmStores();
  note = '';
  settings = {
    ...{ ...DEFAULT_SETTINGS, extension: '101', country: 'ES' },
    crm: { ...DEFAULT_CRM, journal: { ...DEFAULT_CRM.journal, unknown: true }, connectors: [connectorSettings()] },
  };
  const calls = { get: async () => ({ ...row, note }), page: async () => ({ rows: [], next: null }) };
  const cursors = { get: async () => null, save: async () => undefined };
  crm = createCrm({
    ...{ store: { ...stores, calls, cursors } as unknown as StoreApi, hub: fakeHub(), secrets: fakeSecrets() },
    ...{ settings: () => settings, now: Date.now, timer: laterOn, log: silentLog },
    build: async (one) => ({
      ...{ connector: fake.connector(one), state: () => 'ready' as const },
      ...{ connect: async () => undefined, disconnect: async () => undefined },
    }),
    defaultResponsible: () => null,
    recordingLink: async () => null,
    plan: async () => undefined,
  });
  await crm.start();
});

afterEach(async () => {
  await crm.stop();
  vi.useRealTimers();
});

/** Lets a minute pass: long enough for what is due at once, whatever it takes along. */
const minute = (): Promise<unknown> => vi.advanceTimersByTimeAsync(60_000);

it('brings a note that was kept long after the call, once, however often it was saved', async () => {
  await crm.work.journal('in_1', { rowId: 1 }, signal);
  await minute();
  expect(fake.entries).toHaveLength(1);
  for (const text of ['wants', 'wants an', 'wants an offer']) {
    note = text;
    crm.rowChanged(1);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await minute();
  expect(fake.patches).toEqual([{ id: 'L-1', note: 'wants an offer' }]);
});

it('puts a note kept a moment before the end into the outbox', async () => {
  await crm.work.journal('in_1', { rowId: 1 }, signal);
  await minute();
  note = 'last words';
  crm.rowChanged(1);
  await crm.stop();
  const [item] = await stores.outbox.page(null, 1, null);
  expect(item).toMatchObject({ kind: 'patch', state: 'waiting' });
  expect(item?.payload).toContain('last words');
});

it('sends what was refused for want of a choice, and its note, as soon as somebody has chosen', async () => {
  fake.records.push(crmRecord('7', [NUMBER]), crmRecord('8', [NUMBER]));
  await crm.work.journal('in_1', { rowId: 1 }, signal);
  note = 'wants an offer';
  crm.rowChanged(1);
  await minute();
  expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 2 });
  await crm.choose('+34600999999', { connector: 'own-1', kind: 'contact', id: '8' });
  await minute();
  expect(fake.entries).toEqual([]);
  await crm.choose('600 111 222', { connector: 'own-1', kind: 'contact', id: '8' });
  await minute();
  expect(fake.entries).toMatchObject([{ number: NUMBER, record: { id: '8' } }]);
  expect(fake.patches).toEqual([{ id: 'L-1', note: 'wants an offer' }]);
  expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 0 });
});

it('leaves alone what a CRM itself has refused', async () => {
  fake.fates = [new CrmError('refused', 'no such user')];
  await crm.work.journal('in_1', { rowId: 1 }, signal);
  await minute();
  await crm.choose(NUMBER, { connector: 'own-1', kind: 'contact', id: '8' });
  await minute();
  expect(fake.entries).toEqual([]);
  expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 1 });
});

const use = (connectors: Settings['crm']['connectors']): void => {
  settings = { ...settings, crm: { ...settings.crm, connectors } };
  crm.settingsChanged();
};

it.each<[string, () => unknown]>([
  ['on connecting', () => crm.connect('own-1')],
  ['on disconnecting', () => crm.disconnect('own-1')],
  ['with other secrets', () => crm.setSecrets('own-1', { token: 'other' })],
  ['with another definition', () => use([connectorSettings({ options: { definition: {} } })])],
  ['with other digits to match', () => use([connectorSettings({ match: { strategy: 'tail', digits: 6 } })])],
  ['on removal', () => use([])],
])('forgets what a connector said %s', async (_when, change) => {
  const digits = '34600111222';
  await crm.find(NUMBER);
  expect(await stores.crm.cached('own-1', digits)).not.toBeNull();
  use([connectorSettings({ name: 'Another name' })]);
  await minute();
  expect(await stores.crm.cached('own-1', digits)).not.toBeNull();
  await change();
  await minute();
  expect(await stores.crm.cached('own-1', digits)).toBeNull();
});

it('asks for the same record under the same key until the CRM has said what became of it', async () => {
  const keys: string[] = [];
  const { connector } = fake;
  fake.connector = (one) => {
    const made = connector.call(fake, one);
    return {
      ...made,
      create: (draft, key, ends) => {
        keys.push(key);
        return made.create(draft, key, ends);
      },
    };
  };
  // Made anew, so that it is the one above.
  await crm.setSecrets('own-1', {});
  const draft = { ...NOBODY, number: NUMBER, lastName: 'García' };
  const press = (more = {}): Promise<unknown> =>
    crm.create('own-1', { ...draft, ...more }).catch((error: unknown) => error);
  const neverLeft = new CrmError('network', 'no connection');
  fake.fates = ['lost-answer', neverLeft, 'ok', 'ok', new CrmError('refused', 'no'), 'ok', 'lost-answer'];
  for (let time = 0; time < 6; time++) {
    await press();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await press({ lastName: 'Gil' });
  const [first, second, third, fourth, fifth, sixth, other] = keys;
  expect([second, third]).toEqual([first, first]);
  expect(new Set([first, fourth, fifth, sixth, other])).toHaveProperty('size', 5);
});
