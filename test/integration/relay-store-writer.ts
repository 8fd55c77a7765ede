// SPDX-License-Identifier: MIT
/**
 * Writes to a relay's SQLite store from eight places at once until killed, half of them with a key, and prints the id
 * of each append once it is acknowledged: for the crash test. Arguments: the file, a word that is different for each run.
 */
import { openSqliteStore } from '../../src-relay/store/sqlite.ts';
import { silentLog } from '../fakes.ts';
import { entry } from '../lab/relay-store-entries.ts';

const [path = '', run = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path, log: silentLog });

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const id = `${run}.${writer}.${n}`;
    const entries = ['*', `10${writer}`, `20${n % 50}`].map((audience) => entry('t', audience, id));
    const put = { bucket: 'calls', key: `t/${writer}`, value: id, revision: null } as const;
    if (writer % 2 === 0) await store.appendAndPut(entries, put);
    else await store.log.append(entries);
    process.stdout.write(`${id}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
