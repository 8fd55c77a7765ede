// SPDX-License-Identifier: MIT
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startRelayClient } from '../../src-main/events/relay-client.ts';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { openSqliteStore } from '../../src-relay/store/sqlite.ts';
import { silentLog } from '../fakes.ts';
import { silentRelayLog } from '../fakes-relay.ts';
import { type DeliveryNode, startDeliveryNode, TENANT } from '../relay/delivery-node.ts';
import { eventOf, numberIn } from '../relay/delivery-places.ts';

/** A relay whose database was put back from a copy, and a desktop that had more of it than the copy. */

let folder: string;
let store: RelayStore;
let node: DeliveryNode;
const path = () => join(folder, 'relay.db');
async function open(): Promise<void> {
  store = await openSqliteStore({ path: path(), log: silentRelayLog });
  node = await startDeliveryNode(store);
}
async function close(): Promise<void> {
  await node.close();
  await store.close();
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'megadial-restored-'));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const publish = async (from: number, to: number): Promise<void> => {
  for (let number = from; number <= to; number++) await node.intake.publish(TENANT.id, ['101'], eventOf(number));
};

/** A desktop's end, from where its last life left off. */
function connect(token: string, position: { after: number | null; mark: string | null }) {
  const got: number[] = [];
  const lost = vi.fn();
  let now = position;
  const client = startRelayClient({
    ...{ url: node.url, token, ca: [], ...position, log: silentLog },
    handle: async (event) => void got.push(numberIn(event)),
    save: async (after, _at, mark) => {
      now = { after, mark };
    },
    schedule: (run, ms) => void setTimeout(run, ms),
    onWelcome: () => {},
    onLost: lost,
    onTeam: () => {},
    onDown: () => {},
  });
  return { client, got, lost, position: () => now };
}

it('a log that was put back and has outgrown a desktop since is noticed: nothing new is missed', async () => {
  const token = await node.token('101');
  const first = connect(token, { after: 0, mark: null });
  await publish(0, 2);
  const reading = new Database(path(), { readonly: true });
  await reading.backup(join(folder, 'copy.db'));
  reading.close();
  await publish(3, 9);
  await vi.waitFor(() => expect(first.got).toHaveLength(10));
  await first.client.stop();
  const position = first.position();
  await close();

  copyFileSync(join(folder, 'copy.db'), path());
  for (const companion of ['-wal', '-shm']) rmSync(path() + companion, { force: true });
  await open();
  await publish(100, 119);
  expect((await store.log.bounds(TENANT.id)).newest).toBeGreaterThan(position.after ?? 0);
  const again = connect(token, position);
  const fresh = Array.from({ length: 20 }, (_, index) => 100 + index);
  await vi.waitFor(() => expect(again.got).toEqual([0, 1, 2, ...fresh]));
  expect(again.lost).toHaveBeenCalledTimes(1);
  await again.client.stop();

  // From here on it is the log the desktop knows.
  await publish(120, 120);
  const later = connect(token, again.position());
  await vi.waitFor(() => expect(later.got).toEqual([120]));
  expect(later.lost).not.toHaveBeenCalled();
  await later.client.stop();
});
