// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it } from 'vitest';
import type { CrmRecord } from '../../src-shared/crm/model.ts';
import { connectorSettings, crmRecord, crmStores, FakeCrm } from '../../test/fake-crm.ts';
import { silentLog } from '../../test/fakes.ts';
import { CrmError } from './api.ts';
import { type CrmLookup, createLookup } from './lookup.ts';

const NUMBER = '+34600111222';
let crm: FakeCrm;
let other: FakeCrm;
let broken: boolean;
let now: number;
let lookup: CrmLookup;

beforeEach(() => {
  crm = new FakeCrm();
  other = new FakeCrm();
  broken = false;
  now = 1_000_000;
  const first = connectorSettings();
  const second = connectorSettings({ id: 'own-2' });
  lookup = createLookup({
    store: crmStores().crm,
    connectors: () => [
      { connector: crm.connector(first), settings: first },
      {
        settings: second,
        connector: {
          ...other.connector(second),
          ...(broken ? { lookup: () => Promise.reject(new CrmError('network', 'down')) } : {}),
        },
      },
    ],
    country: () => 'ES',
    isExtension: (number) => /^\d{3}$/.test(number),
    now: () => now,
    log: silentLog,
  });
});

describe('look-up', () => {
  it('asks each CRM once and remembers, nobody for a shorter time', async () => {
    crm.records.push(crmRecord('7', [NUMBER]));
    expect(await lookup.known(NUMBER)).toBeNull();
    const [a, b] = await Promise.all([lookup.find(NUMBER), lookup.find('600 111 222')]);
    expect(a).toEqual({ result: { state: 'one', record: crm.records[0], by: 'e164' }, failed: [] });
    expect(b).toEqual(a);
    expect([crm.lookups, other.lookups]).toEqual([1, 1]);
    now += 60 * 60_000;
    await lookup.find(NUMBER);
    expect([crm.lookups, other.lookups]).toEqual([1, 2]);
    expect(await lookup.known(NUMBER)).toMatchObject({ state: 'one' });
  });

  it('asks nobody about extensions and withheld numbers', async () => {
    expect(await lookup.find('101')).toEqual({ result: { state: 'none' }, failed: [] });
    expect(await lookup.find('')).toEqual({ result: { state: 'none' }, failed: [] });
    expect(crm.lookups).toBe(0);
  });

  it('answers with what the others know when one CRM is down', async () => {
    crm.records.push(crmRecord('7', [NUMBER]));
    broken = true;
    expect(await lookup.find(NUMBER)).toMatchObject({ result: { state: 'one' }, failed: ['own-2'] });
  });

  it('is ambiguous over two CRMs, until the agent has chosen', async () => {
    crm.records.push(crmRecord('7', [NUMBER]));
    other.records.push(crmRecord('9', [NUMBER], { connector: 'own-2' }));
    expect((await lookup.find(NUMBER)).result).toMatchObject({
      state: 'ambiguous',
      records: [{ id: '7' }, { id: '9' }],
    });
    await lookup.choose('600111222', { connector: 'own-2', kind: 'contact', id: '9' });
    expect((await lookup.find(NUMBER)).result).toMatchObject({ state: 'one', by: 'chosen', record: { id: '9' } });
  });

  it('keeps no answer that was asked for before it had to forget', async () => {
    const answer = Promise.withResolvers<CrmRecord[]>();
    const now = crm.connector.bind(crm);
    crm.connector = (settings) => ({ ...now(settings), lookup: () => answer.promise });
    const before = lookup.find(NUMBER);
    await new Promise(setImmediate);
    await lookup.forget('own-1');
    crm.connector = now;
    answer.resolve([crmRecord('7', [NUMBER])]);
    expect((await before).result).toMatchObject({ state: 'one' });
    expect((await lookup.find(NUMBER)).result).toEqual({ state: 'none' });
  });

  it('knows a record it has just made, whatever the CRM says', async () => {
    expect((await lookup.find(NUMBER)).result).toEqual({ state: 'none' });
    await lookup.created(NUMBER, crmRecord('8', [NUMBER]));
    expect((await lookup.find(NUMBER)).result).toMatchObject({ state: 'one', record: { id: '8' } });
    expect(await lookup.recordOf('own-1', NUMBER)).toMatchObject({ id: '8' });
    expect(await lookup.recordOf('own-2', NUMBER)).toBeNull();
  });
});
