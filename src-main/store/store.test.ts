// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../src-shared/calls/model.ts';
import type { ContactDraft } from '../../src-shared/state.ts';
import type { RawEvent, StoreApi, StoredRecording } from './api.ts';
import { openStore } from './client.ts';

const T0 = Date.UTC(2026, 4, 14, 7, 30, 5);
const ignore = () => {};
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function makeCall(key: string, extra: Partial<Call> = {}): Call {
  return {
    ...{ key, formerKeys: [], pbxCallId: null, direction: 'in', number: '+34600111222', networkName: null, did: null },
    ...{ startedAt: T0, answeredAt: null, endedAt: T0 + 9000, duration: 0, disposition: 'cancelled', answeredBy: null },
    ...{ legs: [], session: null, causeCode: null, isRecorded: false, recordIds: [], phase: 'ended', ...extra },
  };
}

function makeRaw(hash: string): RawEvent {
  return { hash, receivedAt: T0, name: 'NOTIFY_END', pbxCallId: 'in_1', fields: '{}', event: null };
}

function draft(name: string, numbers: readonly string[], extra: Partial<ContactDraft> = {}): ContactDraft {
  return { id: null, name, company: '', email: '', url: '', responsible: '', numbers, ...extra };
}

const all = { direction: null, missed: false, disposition: null, search: '' };

let dir: string;
let store: StoreApi;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'megadial-store-'));
  store = await openStore({
    file: join(dir, 'megadial.db'),
    backupsDir: join(dir, 'backups'),
    workerPath: new URL('./worker.ts', import.meta.url),
    log: quiet,
  });
});

afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

async function keys(search: string): Promise<readonly string[]> {
  const page = await store.calls.page({ before: null, limit: 50, filter: { ...all, search } });
  return page.rows.map((row) => row.call.key);
}

describe('calls', () => {
  it('gives back what was written, legs and all', async () => {
    const legs = [{ extension: '101', ringingAt: T0, answeredAt: null, endedAt: T0 + 9000 }];
    const call = makeCall('pbx:in_1', {
      legs,
      pbxCallId: 'in_1',
      recordIds: ['1778743805.12345678'],
      networkName: 'Ana',
    });
    const [id] = await store.calls.write([call], makeRaw('a'), []);
    expect(await store.calls.get(id ?? 0)).toEqual({
      ...{ id, call, note: '', outcome: '', seen: false, contact: null, recording: null, quality: null },
    });
    expect(await store.calls.get(7)).toBeNull();
  });

  it('writes an event once, and what is known of the call by then each time', async () => {
    const first = await store.calls.write([makeCall('pbx:in_1')], makeRaw('a'), []);
    const second = await store.calls.write([makeCall('pbx:in_1', { number: '+1' })], makeRaw('a'), []);
    expect(second).toEqual(first);
    expect((await store.calls.get(first[0] ?? 0))?.call.number).toBe('+1');
    expect(await store.raw.add(makeRaw('a'))).toBe(false);
    expect(await store.raw.add(makeRaw('b'))).toBe(true);
    expect(await store.raw.count()).toBe(2);
  });

  it('keeps id, note and recording when sip: becomes pbx:', async () => {
    const [id] = await store.calls.write([makeCall('sip:s1')], null, []);
    const recording: StoredRecording = {
      ...{ callRowId: id ?? 0, recordIds: ['1.1'], state: 'waiting', attempt: 1, nextAt: T0, file: null, bytes: 0 },
      ...{ mime: null, errorCode: null },
    };
    await store.calls.note(id ?? 0, 'wants a call back');
    await store.recordings.upsert(recording);
    const again = await store.calls.write([makeCall('pbx:in_1', { formerKeys: ['sip:s1'] })], null, []);
    expect(again).toEqual([id]);
    expect(await store.calls.get(id ?? 0)).toMatchObject({ note: 'wants a call back', recording });
    expect(await store.recordings.waiting()).toEqual([recording]);
  });

  it('makes one row of two that are one call, with both notes and the playable recording', async () => {
    const [older, newer] = await store.calls.write([makeCall('pbx:in_1'), makeCall('sip:s1')], null, []);
    const base = { recordIds: ['1.1'], attempt: 1, nextAt: null, bytes: 9, mime: 'audio/mpeg', errorCode: null };
    await store.calls.note(older ?? 0, 'one');
    await store.calls.note(newer ?? 0, 'two');
    await store.recordings.upsert({ ...base, callRowId: older ?? 0, state: 'waiting', file: null });
    await store.recordings.upsert({ ...base, callRowId: newer ?? 0, state: 'ready', file: 'x.mp3' });
    const merged = await store.calls.write([makeCall('pbx:in_1', { formerKeys: ['sip:s1'] })], null, []);
    expect(merged).toEqual([older]);
    expect(await keys('')).toEqual(['pbx:in_1']);
    expect(await store.calls.get(older ?? 0)).toMatchObject({ note: 'one\ntwo', recording: { file: 'x.mp3' } });
  });

  it('keeps the quality of a call, of two the longer one, also when two rows become one', async () => {
    const [sip, pbx] = await store.calls.write([makeCall('sip:s1'), makeCall('pbx:in_1')], null, []);
    const quality = { mos: 4.2, worstMos: 3.1, rtt: 40, jitter: 5, loss: 0.01, seconds: 60 };
    await store.calls.quality(sip ?? 0, quality);
    await store.calls.quality(sip ?? 0, { ...quality, mos: 1, seconds: 3 });
    await store.calls.quality(99, quality);
    expect((await store.calls.get(sip ?? 0))?.quality).toEqual(quality);
    expect((await store.calls.get(pbx ?? 0))?.quality).toBeNull();
    await store.calls.write([makeCall('sip:s1', { duration: 61 })], null, []);
    const [merged] = await store.calls.write([makeCall('pbx:in_1', { formerKeys: ['sip:s1'] })], null, []);
    expect((await store.calls.get(merged ?? 0))?.quality).toEqual(quality);
    const page = await store.calls.page({ before: null, limit: 5, filter: all });
    expect(page.rows.map((row) => row.quality)).toEqual([quality]);
  });

  it('lets a session move to another call without mixing the two', async () => {
    await store.calls.write([makeCall('pbx:in_1', { formerKeys: ['sip:s1'] })], null, []);
    await store.calls.write([makeCall('pbx:in_2', { formerKeys: ['sip:s1'] }), makeCall('pbx:in_1')], null, []);
    expect((await keys('')).toSorted()).toEqual(['pbx:in_1', 'pbx:in_2']);
  });

  it('shows older calls that are filled in later in their place', async () => {
    await store.calls.write([makeCall('pbx:now')], null, []);
    await store.calls.write([makeCall('row:old', { startedAt: T0 - 86_400_000 })], null, []);
    expect(await keys('')).toEqual(['pbx:now', 'row:old']);
  });

  it('takes times with fractions of a millisecond', async () => {
    const legs = [{ extension: '101', ringingAt: T0 + 0.4, answeredAt: null, endedAt: null }];
    const facts = [{ key: 'sip:s1', startedAt: T0 + 0.4, json: '{}' }];
    const [id] = await store.calls.write([makeCall('sip:s1', { startedAt: T0 + 0.4, legs })], null, facts);
    expect((await store.calls.get(id ?? 0))?.call).toMatchObject({ startedAt: T0 + 0.4, legs: [{ ringingAt: T0 }] });
  });

  it('counts missed calls until they were seen, and never twice', async () => {
    await store.calls.write([makeCall('pbx:1'), makeCall('pbx:2', { direction: 'out' })], null, []);
    await store.calls.write([makeCall('pbx:3', { phase: 'ringing', endedAt: null, disposition: null })], null, []);
    expect(await store.calls.missedCount()).toBe(1);
    await store.calls.markSeen();
    expect(await store.calls.missedCount()).toBe(0);
    await store.calls.write([makeCall('pbx:1'), makeCall('pbx:3')], null, []);
    expect(await store.calls.missedCount()).toBe(1);
  });

  it('keeps facts for the tracker, found by any key of the call', async () => {
    const facts = ['pbx:in_1', 'sip:s1'].map((key) => ({ key, startedAt: T0, json: `"${key}"` }));
    await store.calls.write([makeCall('pbx:in_1', { formerKeys: ['sip:s1'] })], null, facts);
    await store.calls.write([], makeRaw('r'), [{ key: 'pbx:in_2', startedAt: T0 - 10, json: '1' }]);
    expect(await store.calls.factsOf('sip:s1')).toEqual(facts);
    expect(await store.calls.factsOf('pbx:in_2')).toHaveLength(1);
    expect(await store.calls.factsSince(T0)).toEqual(facts);
  });

  it('finds the last calls of a number in any spelling', async () => {
    await store.calls.write([makeCall('pbx:1'), makeCall('pbx:2', { number: '600111222' })], null, []);
    await store.calls.write([makeCall('pbx:3', { number: '' })], null, []);
    expect((await store.calls.ofNumber('0034 600 11 12 22', 1)).map((row) => row.call.key)).toEqual(['pbx:2']);
    expect(await store.calls.ofNumber('34600111222', 9)).toHaveLength(2);
    expect(await store.calls.ofNumber('', 9)).toEqual([]);
  });
});

describe('search in the history', () => {
  it('finds a number by its end, its start and its national start', async () => {
    await store.calls.write([makeCall('pbx:1'), makeCall('pbx:2', { number: '+34911000333' })], null, []);
    for (const text of ['1222', '+34 600', '600 11', '600111222']) expect(await keys(text)).toEqual(['pbx:1']);
    expect(await keys('34')).toHaveLength(2);
    expect(await keys('0011')).toEqual([]);
  });

  it('finds a network name and a contact by its start', async () => {
    await store.calls.write([makeCall('pbx:1', { networkName: 'José Peña' })], null, []);
    await store.calls.write([makeCall('pbx:2', { number: '911000333' })], null, []);
    await store.contacts.save(draft('Marta Ruiz', ['+34 911 000 333'], { company: 'Acme' }));
    expect(await keys('jose p')).toEqual(['pbx:1']);
    for (const text of ['mar', 'ruiz ma', 'ACM']) expect(await keys(text)).toEqual(['pbx:2']);
    expect(await keys('peña')).toEqual([]);
  });

  it.each(['%', '_', '*', '"', "'", '\\', 'a"b', 'NEAR(', '%ana%', 'x OR y', '-', '^a', '(', '\0'])(
    'takes %j as plain text',
    async (text) => {
      await store.calls.write([makeCall('pbx:1', { networkName: 'Ana' })], null, []);
      await store.calls.write([makeCall('pbx:2', { networkName: `${text} raw` })], null, []);
      expect(await keys(text)).toEqual(['pbx:2']);
      expect(await store.contacts.search(text, 5)).toEqual([]);
    },
  );
});

describe('contacts', () => {
  it('are saved, changed, found and removed', async () => {
    const ana = await store.contacts.save(
      draft('Ana Pérez', ['+34600111222', '101'], { url: 'https://crm.example/1' }),
    );
    await store.contacts.save(draft('Luis', []));
    expect((await store.contacts.search('', 9)).map((contact) => contact.name)).toEqual(['Luis', 'Ana Pérez']);
    expect(await store.contacts.search('perez', 9)).toEqual([ana]);
    expect(await store.contacts.search('600 111', 9)).toEqual([ana]);
    const changed = await store.contacts.save({ ...ana, name: 'Eva' });
    expect(await store.contacts.search('perez', 9)).toEqual([]);
    expect(await store.contacts.search('eva', 9)).toEqual([changed]);
    await store.contacts.remove(ana.id);
    expect(await store.contacts.search('eva', 9)).toEqual([]);
    expect(await store.contacts.byNumber('+34600111222')).toBeNull();
    await expect(store.contacts.save({ ...ana, name: 'gone' })).rejects.toMatchObject({ code: 'store.failed' });
  });

  it('are known by the exact number first, then by its end when that is unambiguous', async () => {
    const { id } = await store.contacts.save(draft('Ana', ['600111222']));
    const ref = { id, name: 'Ana', company: null, url: null, responsible: '' };
    expect(await store.contacts.byNumber('+34600111222')).toEqual(ref);
    const luis = await store.contacts.save(draft('Luis', ['+34600111222']));
    expect(await store.contacts.byNumber('+34600111222')).toMatchObject({ id: luis.id });
    expect(await store.contacts.byNumber('34600111222')).toBeNull();
    expect(await store.contacts.byNumber('1600111222')).toBeNull();
  });

  it('of two countries with one ending are not mixed, and extensions must be equal', async () => {
    await store.contacts.save(draft('Ana', ['+34600111222']));
    const desk = await store.contacts.save(draft('Desk', ['101']));
    expect(await store.contacts.byNumber('+33600111222')).toBeNull();
    expect(await store.contacts.byNumber('0111222')).toMatchObject({ name: 'Ana' });
    expect(await store.contacts.byNumber('101')).toMatchObject({ id: desk.id });
    expect(await store.contacts.byNumber('1')).toBeNull();
    expect(await store.contacts.byNumber('')).toBeNull();
  });

  it('stand beside their calls', async () => {
    await store.contacts.save(draft('Ana', ['600 111 222']));
    const [id] = await store.calls.write([makeCall('pbx:1')], null, []);
    expect((await store.calls.get(id ?? 0))?.contact?.name).toBe('Ana');
  });
});

describe('suggestions while typing', () => {
  const numbersOf = async (text: string, limit = 8) =>
    (await store.contacts.suggest(text, limit)).map(({ name, number, from }) => `${from} ${name} ${number}`.trim());

  beforeEach(async () => {
    await store.contacts.save(draft('José Ángel Pérez', ['+34600111222', '+34912345678'], { company: 'Acme' }));
    await store.contacts.save(draft('Anna Smith', ['+442079460018']));
    const history = [
      makeCall('sip:1', { number: '+34600111222', startedAt: T0 }),
      makeCall('sip:2', { number: '+34600999888', startedAt: T0 + 1, direction: 'out' }),
      makeCall('sip:3', { number: '+34600999888', startedAt: T0 + 2 }),
      makeCall('sip:4', { number: '+34600000000', startedAt: T0 + 3 }),
      makeCall('sip:5', { number: '102', startedAt: T0 + 4 }),
      makeCall('sip:6', { number: '', startedAt: T0 + 5 }),
    ];
    await store.calls.write(history, null, []);
  });

  it('finds contacts by the start of any word, with all their numbers', async () => {
    expect(await numbersOf('per')).toEqual([
      'contact José Ángel Pérez +34600111222',
      'contact José Ángel Pérez +34912345678',
    ]);
    expect(await numbersOf('jose p')).toHaveLength(2);
    expect(await numbersOf('acme')).toHaveLength(2);
    expect(await numbersOf('erez')).toEqual([]);
  });

  it('finds numbers by their start, at home or abroad, and by their end: contacts, then the last called', async () => {
    const found = ['contact José Ángel Pérez +34600111222', 'history  +34600000000', 'history  +34600999888'];
    expect(await numbersOf('600')).toEqual(found);
    expect(await numbersOf('+34 600')).toEqual(found);
    expect(await numbersOf('0034600')).toEqual(found);
    expect(await numbersOf('9888')).toEqual(['history  +34600999888']);
    expect(await numbersOf('0018')).toEqual(['contact Anna Smith +442079460018']);
    expect(await numbersOf('10')).toEqual(['history  102']);
  });

  it('finds old calls behind many new ones', async () => {
    const many = Array.from({ length: 600 }, (_, i) =>
      makeCall(`row:${i}`, { number: `+${34610000000 + i}`, startedAt: T0 + 10 + i }),
    );
    await store.calls.write(many, null, []);
    expect(await numbersOf('600999')).toEqual(['history  +34600999888']);
    expect(await numbersOf('999888')).toEqual(['history  +34600999888']);
    expect(await numbersOf('61', 2)).toEqual(['history  +34610000599', 'history  +34610000598']);
  });

  it('tells numbers of two countries apart, and a number from itself written another way', async () => {
    await store.contacts.save(draft('Luc', ['+33600111222']));
    await store.calls.write([makeCall('sip:7', { number: '600111222', startedAt: T0 + 6 })], null, []);
    const found = (await store.contacts.suggest('600111222', 8)).map((one) => one.number);
    expect(found.toSorted()).toEqual(['+33600111222', '+34600111222']);
  });

  it('never names a number twice, keeps the limit, and finds nothing for nothing', async () => {
    expect(await numbersOf('34', 2)).toHaveLength(2);
    const all = await store.contacts.suggest('3', 50);
    expect(new Set(all.map((one) => one.number)).size).toBe(all.length);
    for (const text of ['', '  ', '%', '"', "' OR 1=1 --", '*', '\u0000']) expect(await numbersOf(text)).toEqual([]);
  });
});

describe('settings and the thread', () => {
  it('settings are merged by name', async () => {
    await store.settings.save({ theme: 'dark', stunUrls: [] });
    await store.settings.save({ theme: 'light', relayPort: 0 });
    expect(await store.settings.load()).toEqual({ theme: 'light', stunUrls: [], relayPort: 0 });
  });

  it('a failing operation changes nothing and the next one works', async () => {
    const broken = makeCall('pbx:2', { legs: [{ extension: 'x' } as never, { extension: 'x' } as never] });
    await expect(store.calls.write([makeCall('pbx:1'), broken], makeRaw('a'), [])).rejects.toMatchObject({
      code: 'store.failed',
    });
    expect(await keys('')).toEqual([]);
    expect(await store.raw.count()).toBe(0);
    await store.calls.write([makeCall('pbx:1')], makeRaw('a'), []);
    expect(await keys('')).toEqual(['pbx:1']);
  });

  it('after closing every operation is refused', async () => {
    await store.close();
    await expect(store.raw.count()).rejects.toMatchObject({ code: 'store.failed' });
  });
});
