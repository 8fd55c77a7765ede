// SPDX-License-Identifier: MIT
/** Writes numbered calls until killed, and prints each number once its writes are acknowledged: for the crash test. */
import { join } from 'node:path';
import { openStore } from '../../src-main/store/client.ts';
import type { Call } from '../../src-shared/calls/model.ts';

const [dir = '', first = '1'] = process.argv.slice(2);
const store = await openStore({
  file: join(dir, 'megadial.db'),
  backupsDir: join(dir, 'backups'),
  workerPath: new URL('../../src-main/store/worker.ts', import.meta.url),
  log: console,
});
for (let n = Number(first); ; n += 1) {
  const startedAt = Date.now();
  const call: Call = {
    ...{ key: `pbx:${n}`, formerKeys: [], pbxCallId: `${n}`, direction: 'in', networkName: null, did: null, startedAt },
    ...{ number: `+34600${String(n).padStart(6, '0')}`, answeredAt: null, endedAt: null, duration: 0 },
    ...{ disposition: null, answeredBy: null, session: null, causeCode: null, isRecorded: false, recordIds: [] },
    ...{ legs: [{ extension: '101', ringingAt: startedAt, answeredAt: null, endedAt: null }], phase: 'ringing' },
  };
  const raw = {
    hash: `${n}`,
    receivedAt: startedAt,
    name: 'NOTIFY_START',
    pbxCallId: `${n}`,
    fields: '{}',
    event: null,
  };
  const [id = 0] = await store.calls.write([call], raw, [{ key: call.key, startedAt, json: '{}' }]);
  await store.calls.note(id, `note ${n}`);
  process.stdout.write(`${n}\n`);
}
