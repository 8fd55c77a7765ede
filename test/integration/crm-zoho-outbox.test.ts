// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { createOutbox, type Outbox } from '../../src-main/crm/outbox.ts';
import { laterOn } from '../../src-main/crm/timer.ts';
import { type ConnectedZoho, zohoBefore } from '../crm-emulators/zoho/connected.ts';
import { draft, entry, never } from '../crm-emulators/zoho/examples.ts';
import { crmStores } from '../fake-crm.ts';
import { silentLog } from '../fakes.ts';

let stand: ConnectedZoho;
let connector: Connector;
let outbox: Outbox;
let stores: ReturnType<typeof crmStores>;

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
  stand = await zohoBefore();
  ({ connector } = stand);
  await stand.signIn.connect(never);
  stores = crmStores();
  outbox = open();
});

afterEach(async () => {
  await outbox.stop();
  await stand.close();
});

const KEYS = Array.from({ length: 25 }, (_, at) => `sp:${String(at).padStart(16, '0')}`);
const CHATS = KEYS.slice(0, 5).map((key) => key.replace('0', '9'));
const keysIn = (module: 'Calls' | 'Tasks') =>
  stand.crm.rows(module).map((row) => /Megadial (sp:\d+)$/.exec(String(row.Description))?.[1]);

it.each([
  ['the search index lags', { indexLag: true }],
  ['queries lag too', { indexLag: true, queryLag: true }],
  ['queries are not allowed', { indexLag: true, withheld: ['ZohoCRM.coql.READ'] }],
])(
  'every call, note, conversation and person gets there once while two of five requests fail and %s',
  async (_what, own) => {
    const { crm } = stand;
    Object.assign(crm.switches, own);
    Object.assign(crm.server.faults, {
      rate: 0.4,
      kinds: ['reset-before', 'reset-after', 'error-before', 'error-after', 'cut-body', 'html', 'half-json'],
      only: '/crm/v8/',
      seed: 11,
    });
    const startedAt = Date.UTC(2026, 10, 20, 9);
    for (const key of KEYS) await outbox.add('zoho', 'call', key, entry({ key, startedAt }));
    for (const key of KEYS) await outbox.add('zoho', 'patch', key, { ...entry({ key }), note: `note of ${key}` });
    for (const key of KEYS.slice(0, 5)) {
      await outbox.add('zoho', 'create', key, { ...draft, lastName: `Ibarra ${key}` });
    }
    for (const key of CHATS) {
      const chat = { ...entry({ key, startedAt }), subject: 'Chat', messages: [], as: 'task' as const };
      await outbox.add('zoho', 'chat', key, chat);
    }
    await outbox.start();
    for (let round = 1; (await stores.outbox.counts()).waiting > 0; round += 1) {
      await outbox.resume('zoho');
      await sleep(20);
      // As often as the token server lets anybody renew.
      if (round % 10 === 0 && round <= 30) crm.oauth.expireAccess();
      if (round % 7 === 0) {
        // The program ends and starts again; what is not on disk is forgotten.
        await outbox.stop();
        ({ connector } = await stand.restarted());
        outbox = open();
        await outbox.start();
      }
    }
    expect(await stores.outbox.counts()).toEqual({ waiting: 0, failed: 0 });
    expect(keysIn('Calls').sort()).toEqual(KEYS);
    expect(keysIn('Tasks').sort()).toEqual(CHATS);
    for (const row of crm.rows('Calls')) {
      const [key] = /sp:\d+$/.exec(String(row.Description)) ?? [];
      expect(row.Description).toBe(`answered call from Marta\nnote of ${key}\nMegadial ${key}`);
    }
    expect(
      crm
        .rows('Contacts')
        .map((row) => row.Last_Name)
        .sort(),
    ).toEqual(KEYS.slice(0, 5).map((key) => `Ibarra ${key}`));
  },
);
