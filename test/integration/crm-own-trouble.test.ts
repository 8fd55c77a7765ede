// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import { draft, entry, names, never, query } from '../crm-emulators/common/examples.ts';
import { FAULT_KINDS } from '../crm-emulators/common/faults.ts';
import { openOwn, shippedRest } from '../crm-emulators/rest/connected.ts';
import { type RestEmulator, startRest } from '../crm-emulators/rest/emulator.ts';

/** An own CRM that is slow, broken, or says odd things. */
const NUMBER = '+442079460123';
const record = { connector: 'own-1', kind: 'contact', id: 'C-77' } as const;
let crm: RestEmulator;
let connector: Connector;

beforeEach(async () => {
  crm = await startRest();
  connector = openOwn(crm.url);
});
afterEach(() => crm.close());

it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
  '%s is a failure, never a wrong answer',
  async (kind) => {
    crm.store.put({ lastName: 'Ibarra', email: 'i@x.example', phones: [NUMBER] });
    const asks = [
      () => connector.lookup(query(NUMBER), never),
      () => connector.lookupByEmail('i@x.example', never),
      () => connector.users(never),
      () => connector.findJournal({ key: 'sp:1', startedAt: 1, record }, never),
    ];
    for (const ask of asks) {
      crm.server.faults.plan.push({ kind, to: 'https://example.com/' });
      await expect(ask()).rejects.toMatchObject({ name: 'CrmError', unsure: false });
    }
    expect(names(await connector.lookup(query(NUMBER), never))).toEqual(['Ibarra']);
  },
);

it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
  '%s while writing ends with each call once',
  async (kind) => {
    crm.server.faults.plan.push({ kind, to: 'https://example.com/' });
    const first: unknown = await connector.journal(entry({ record }), never).catch((error: unknown) => error);
    if (kind === 'empty') expect(first).toEqual({ id: null });
    else expect(first).toMatchObject({ name: 'CrmError', unsure: true });
    const known = await connector.findJournal({ key: entry().key, startedAt: 1, record }, never);
    if (known === null) await connector.journal(entry({ record }), never);
    expect(crm.store.calls.length).toBe(1);
  },
);

it('a CRM that takes twenty seconds is not waited for', async () => {
  crm.server.faults.plan.push({ kind: 'slow-head', ms: 20_000 }, { kind: 'slow-body', ms: 20_000 });
  const hasty = openOwn(crm.url, { ...shippedRest, timeoutMs: 500 });
  await expect(hasty.me(never)).rejects.toMatchObject({ failure: 'network', unsure: false });
  await expect(hasty.journal(entry(), never)).rejects.toMatchObject({ failure: 'network', unsure: true });
});

it('too many requests wait as long as the CRM says', async () => {
  const soon = new Date(Date.now() + 60_000).toUTCString();
  for (const header of ['7', soon, 'soon', undefined]) {
    crm.switches.answers.push({
      status: 429,
      ...(header === undefined ? {} : { headers: { 'Retry-After': header } }),
    });
  }
  const wait = async () =>
    connector.journal(entry(), never).catch((error: { retryAfterMs: number | null }) => error.retryAfterMs);
  const waits = [await wait(), await wait(), await wait(), await wait()];
  expect(waits[0]).toBe(7_000);
  expect(waits[1]).toBeGreaterThan(30_000);
  expect(waits.slice(2)).toEqual([null, null]);
  expect(crm.store.calls).toEqual([]);
});

it('half a record is passed over, and odd ones do no harm', async () => {
  const odd = [
    null,
    7,
    'x',
    [],
    {},
    { id: '' },
    { id: { a: 1 } },
    { id: 'C-9' },
    { id: 8, lastName: ['x'], phones: 'none', owner: {} },
  ];
  const body = { contacts: [...odd, { id: 'C-10', lastName: 'x'.repeat(5_000), phones: Array(500).fill('+1') }] };
  crm.switches.answers.push({ status: 200, body });
  const found = await connector.lookup(query(NUMBER), never);
  expect(found.map(({ id, name }) => [id, name.slice(0, 3)])).toEqual([
    ['C-9', 'C-9'],
    ['8', '8'],
    ['C-10', 'xxx'],
  ]);
  expect(found.at(-1)?.phones).toEqual(['+1']);
  for (const contacts of ['text', 7, true]) {
    crm.switches.answers.push({ status: 200, body: { contacts } });
    await expect(connector.lookup(query(NUMBER), never)).rejects.toMatchObject({ failure: 'bad-reply' });
  }
});

it('a place that is not there takes nothing, and is told', async () => {
  const lost = openOwn(`${crm.url}/api/nowhere`);
  for (const ask of [
    () => lost.me(never),
    () => lost.journal(entry(), never),
    () => lost.updateJournal('L-1', { note: '', disposition: '', recordingUrl: null, text: '' }, never),
    () => lost.create(draft, 'k', never),
  ]) {
    await expect(ask()).rejects.toMatchObject({ name: 'CrmError', unsure: false });
  }
  expect(await lost.lookup(query(NUMBER), never)).toEqual([]);
});

it('fifty hits for one number are ambiguous', async () => {
  for (let index = 0; index < 50; index += 1) crm.store.put({ lastName: `Ibarra ${index}`, phones: [NUMBER] });
  const rules = { strategy: 'tail', country: 'GB', prefer: null, chosen: null } as const;
  const result = climb(query(NUMBER), await connector.lookup(query(NUMBER), never), rules);
  expect(result.state === 'ambiguous' ? result.records.length : result).toBe(50);
});
