// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import { createCalls } from '../src-main/services/calls.ts';
import { createContacts } from '../src-main/services/contacts.ts';
import type { StoreApi, StoredCall } from '../src-main/store/api.ts';
import { migrate } from '../src-main/store/migrate.ts';
import { openTables } from '../src-main/store/tables.ts';
import type { Call } from '../src-shared/calls/model.ts';
import { fakeHub, silentLog } from './fakes.ts';

/** The real tables in memory, in this thread; each operation is answered a turn of the event loop later, as a worker's. */
export function memoryStore(): StoreApi {
  const db = new Database(':memory:');
  migrate(db);
  const tables = openTables(db);
  const area = (name: string): unknown => {
    const operations = Reflect.get(tables, name) as Record<string, (...args: unknown[]) => unknown>;
    return new Proxy(operations, {
      get:
        (target, operation: string) =>
        async (...args: unknown[]) => {
          await new Promise(setImmediate);
          return target[operation]?.(...args);
        },
    });
  };
  const close = async (): Promise<void> => void db.close();
  return new Proxy({ close } as StoreApi, { get: (own, name: string) => (name === 'close' ? own.close : area(name)) });
}

export type CallStand = ReturnType<typeof startCallStand>;

/** The real call service of one extension on a store, without a desktop. Its clock stands until `clock.now` is moved. */
export function startCallStand(options: {
  readonly store: StoreApi;
  readonly now: number;
  readonly extension?: string;
}) {
  const { store, now, extension = '101' } = options;
  const clock = { now, alive: 0 };
  const hub = fakeHub(() => clock.now);
  const later: (() => void)[] = [];
  const written: Call[] = [];
  const filled: Call[] = [];
  const dropped: number[] = [];
  const contacts = createContacts(
    store.contacts,
    (number) => number,
    () => {},
  );
  const calls = createCalls({
    ...{ store, hub, contacts, extension: () => extension, format: (number: string) => number, log: silentLog },
    now: () => clock.now,
    schedule: (run) => void later.push(run),
    onAnnounced: () => {},
    lastAlive: () => clock.alive,
    onRow: (_id, call) => void written.push(call),
    onDropped: (ids) => void dropped.push(...ids),
    onFilled: (rows) => void filled.push(...rows.map(({ call }) => call)),
  });
  /** The whole history, newest first. */
  const history = async (missed = false): Promise<readonly StoredCall[]> => {
    const rows: StoredCall[] = [];
    for (let before: number | null = null, more = true; more; more = before !== null) {
      const filter = { direction: null, missed, disposition: null, search: '' };
      const page = await store.calls.page({ before, limit: 200, filter });
      rows.push(...page.rows);
      before = page.next;
    }
    return rows;
  };
  return { store, hub, calls, clock, later, written, filled, dropped, history };
}
