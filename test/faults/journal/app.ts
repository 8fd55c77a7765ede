// SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBuild } from '../../../src-main/crm/build.ts';
import { createCrm } from '../../../src-main/crm/crm.ts';
import { createCrmHttp } from '../../../src-main/crm/http.ts';
import { laterOn } from '../../../src-main/crm/timer.ts';
import { createDuties, LOCAL_LEASES } from '../../../src-main/services/duties.ts';
import { createHub } from '../../../src-main/services/hub.ts';
import { openStore } from '../../../src-main/store/client.ts';
import type { Call } from '../../../src-shared/calls/model.ts';
import { DEFAULT_SETTINGS } from '../../../src-shared/settings.ts';
import { connectorSettings } from '../../fake-crm.ts';
import { fakeSecrets, firstState, silentLog } from '../../fakes.ts';

/**
 * The part of the app that journals, as a program that can be killed: its store, its duties and its outbox, on clocks
 * that run many times faster than ours. Calls are written to the history one after the other, each once, as the PBX
 * would tell of them; says how many are in, and how many the outbox still has.
 */
const [folder = '', definition = '{}', total = '0', start = '0'] = process.argv.slice(2);
const TOTAL = Number(total);
/** Waits of the outbox between two tries are minutes; the work of a duty has to end in twenty seconds of its own. */
const SPEED = { outbox: 2_000, duties: 100 };
/** As many calls are under way at once as at a busy company. */
const BATCH = 50;
const began = Date.UTC(2026, 10, 20);
/** Clocks go on from one start of the program to the next. */
const clock = (speed: number) => (): number => began + (Date.now() - Number(start)) * speed;
const now = clock(SPEED.outbox);

const store = await openStore({
  file: join(folder, 'megadial.db'),
  workerPath: new URL('../../../src-main/store/worker.ts', import.meta.url),
  backupsDir: join(folder, 'backups'),
  log: silentLog,
});
const hub = createHub(firstState, now);
const connector = connectorSettings({ options: { definition: JSON.parse(definition) as never } });
const settings = {
  ...DEFAULT_SETTINGS,
  extension: '101',
  crm: { ...DEFAULT_SETTINGS.crm, connectors: [connector] },
};
const http = createCrmHttp({ fetch });
const crm = createCrm({
  ...{ store, hub, settings: () => settings, now, log: silentLog },
  secrets: fakeSecrets(),
  build: createBuild({
    ...{ http, secrets: fakeSecrets(), now, log: silentLog, language: () => 'en' },
    openExternal: async () => undefined,
    local: { store: store.contacts, contacts: store.contacts, members: () => [] },
  }),
  defaultResponsible: () => null,
  recordingLink: async () => null,
  plan: (...job) => duties.plan(...job),
  timer: (run, ms) => laterOn(run, ms / SPEED.outbox),
});
const duties = createDuties({
  ...{ store: store.jobs, now: clock(SPEED.duties), log: silentLog },
  schedule: (run, ms) => void setTimeout(run, ms / SPEED.duties),
  leases: () => LOCAL_LEASES,
  work: crm.work,
});

function callNumber(n: number): Call {
  const startedAt = now();
  const answered = n % 3 !== 0;
  return {
    ...{ key: `pbx:in_${n}`, formerKeys: [], pbxCallId: `in_${n}`, direction: n % 4 === 0 ? 'out' : 'in' },
    ...{ number: `+346001${String(n % 200).padStart(5, '0')}`, networkName: null, did: null, startedAt },
    ...{ answeredAt: answered ? startedAt + 2_000 : null, endedAt: startedAt + 9_000, duration: answered ? 7 : 0 },
    ...{ disposition: answered ? 'answered' : 'no-answer', answeredBy: answered ? '101' : null },
    legs: [
      {
        ...{ extension: '101', ringingAt: startedAt, answeredAt: answered ? startedAt + 2_000 : null },
        endedAt: startedAt + 9_000,
      },
    ],
    ...{ session: null, causeCode: 16, isRecorded: false, recordIds: [], phase: 'ended' },
  };
}

/** The first call that is not in the history yet: rows go in one after the other, each with its note. */
async function firstMissing(): Promise<number> {
  const filter = { direction: null, missed: false, disposition: null, search: '' };
  const { rows } = await store.calls.page({ before: null, limit: 1, filter });
  const newest = rows[0];
  if (newest === undefined) return 0;
  const n = Number(newest.call.pbxCallId?.slice(3));
  // Killed between the two: the person types it now.
  if (newest.note === '') await writeNote(newest.id, n);
  return n + 1;
}

/** One call in ten has a note. */
async function writeNote(id: number, n: number): Promise<void> {
  if (n % 10 !== 0) return;
  await store.calls.note(id, `note of ${n}`);
  await crm.rowChanged(id);
}

await crm.start();
await duties.resume();
for (let n = await firstMissing(); n < TOTAL; n++) {
  const call = callNumber(n);
  const [id = 0] = await store.calls.write([call], null, []);
  crm.written(id, call);
  await writeNote(id, n);
  if (n % BATCH === 0) await sleep(5);
}
for (;;) {
  const { waiting, failed } = await store.outbox.counts();
  const open = (await store.jobs.open()).length;
  process.send?.({ waiting, failed, open });
  await sleep(50);
}
