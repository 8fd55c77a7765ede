// SPDX-License-Identifier: MIT
/** The way of an event from a relay to the disk, as the app has it, until it is killed: for the crash test. */
import { join } from 'node:path';
import { startRelayClient } from '../../src-main/events/relay-client.ts';
import { createCalls } from '../../src-main/services/calls.ts';
import { createContacts } from '../../src-main/services/contacts.ts';
import { EVENTS_CURSOR } from '../../src-main/services/team-contact.ts';
import { createTeamEvents } from '../../src-main/services/team-events.ts';
import { openStore } from '../../src-main/store/client.ts';
import { fakeHub, silentLog } from '../fakes.ts';

const [dir = '', url = '', token = ''] = process.argv.slice(2);
const store = await openStore({
  file: join(dir, 'megadial.db'),
  backupsDir: join(dir, 'backups'),
  workerPath: new URL('../../src-main/store/worker.ts', import.meta.url),
  log: silentLog,
});
const hub = fakeHub(Date.now);
const schedule = (run: () => void, ms: number): void => void setTimeout(run, ms);
const calls = createCalls({
  ...{ store, hub, schedule, log: silentLog, now: Date.now },
  contacts: createContacts(
    store.contacts,
    (number) => number,
    () => {},
  ),
  extension: () => '101',
  format: (number) => number,
  lastAlive: () => 0,
  onRow: () => {},
  onDropped: () => {},
  onFilled: () => {},
  onAnnounced: () => {},
});
await calls.resume();
startRelayClient({
  ...{ url, token, schedule, ca: [], log: silentLog },
  after: (await store.cursors.get(EVENTS_CURSOR)) ?? 0,
  mark: null,
  handle: createTeamEvents({
    ...{ calls, store, log: silentLog },
    offsetMs: () => 3_600_000,
    messages: { received: async () => undefined },
    onReminder: async () => undefined,
  }),
  save: (seq) => store.cursors.save({ [EVENTS_CURSOR]: seq }),
  onWelcome: () => {},
  onLost: () => {},
  onTeam: () => {},
  onDown: ({ error, final }) => {
    if (final) throw error;
  },
});
