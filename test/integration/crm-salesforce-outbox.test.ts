// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { createOutbox, type Outbox } from '../../src-main/crm/outbox.ts';
import { laterOn } from '../../src-main/crm/timer.ts';
import { type ConnectedSalesforce, salesforceBefore } from '../crm-emulators/salesforce/connected.ts';
import { draft, entry, never } from '../crm-emulators/salesforce/examples.ts';
import { crmStores } from '../fake-crm.ts';
import { silentLog } from '../fakes.ts';

let stand: ConnectedSalesforce;
let connector: Connector;
let outbox: Outbox;
const stores = crmStores();

function open(): Outbox {
  return createOutbox({
    store: stores.outbox,
    connector: () => connector,
    recordOf: async () => null,
    takesUnknown: () => true,
    onCreated: () => undefined,
    onChange: () => undefined,
    schedule: laterOn,
    now: Date.now,
    log: silentLog,
  });
}

beforeEach(async () => {
  stand = await salesforceBefore();
  ({ connector } = stand);
  await stand.signIn.connect(never);
  outbox = open();
});

afterEach(async () => {
  await outbox.stop();
  await stand.close();
});

it('every call, note and person gets there once, through lost answers, lost sessions and restarts', async () => {
  const { crm } = stand;
  crm.oauth.switches.rotation = true;
  Object.assign(crm.server.faults, {
    rate: 0.4,
    kinds: ['reset-before', 'reset-after', 'error-before', 'error-after', 'cut-body', 'html', 'half-json'],
    only: '/services/data/v68.0/',
    seed: 11,
  });
  const keys = Array.from({ length: 25 }, (_, at) => `sp:${String(at).padStart(16, '0')}`);
  for (const key of keys) await outbox.add('salesforce', 'call', key, entry({ key }));
  for (const key of keys) await outbox.add('salesforce', 'patch', key, { ...entry({ key }), note: `note of ${key}` });
  for (const key of keys.slice(0, 5)) {
    await outbox.add('salesforce', 'create', key, { ...draft, lastName: `Ibarra ${key}` });
  }
  await outbox.start();
  for (let round = 1; (await stores.outbox.counts()).waiting > 0; round += 1) {
    await outbox.resume('salesforce');
    await sleep(20);
    if (round % 5 === 0) crm.oauth.expireAccess();
    if (round % 7 === 0) {
      // The program ends and starts again; what is not on disk is forgotten.
      await outbox.stop();
      ({ connector } = await stand.restarted());
      outbox = open();
      await outbox.start();
    }
  }
  expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 0 });
  expect(
    crm
      .rows('Task')
      .map((row) => row.CallObject)
      .sort(),
  ).toEqual(keys);
  for (const row of crm.rows('Task')) {
    expect(row.Description).toBe(`answered call from Marta\nnote of ${String(row.CallObject)}`);
  }
  expect(
    crm
      .rows('Contact')
      .map((row) => row.LastName)
      .sort(),
  ).toEqual(keys.slice(0, 5).map((key) => `Ibarra ${key}`));
});
