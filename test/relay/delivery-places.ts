// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '../../src-relay/publish.ts';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { openJetStreamStore } from '../../src-relay/store/jetstream.ts';
import { openSqliteStore } from '../../src-relay/store/sqlite.ts';
import type { RelayEvent } from '../../src-shared/relay/protocol.ts';
import { silentRelayLog } from '../fakes-relay.ts';
import { startNats } from '../lab/nats.ts';

/** A relay's store; what each node has of it. */
export type Place = { openForNode(): Promise<RelayStore>; remove(): Promise<void> };

/** For one process: its nodes share what is open. */
export async function sqlite(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'megadial-delivery-'));
  const store = await openSqliteStore({ path: join(folder, 'relay.db'), log: silentRelayLog });
  return {
    openForNode: async () => store,
    async remove() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function jetStream(): Promise<Place> {
  const nats = await startNats();
  const stores: RelayStore[] = [];
  return {
    async openForNode() {
      const store = await openJetStreamStore({ servers: [nats.url], retentionMs: 86_400_000, log: silentRelayLog });
      stores.push(store);
      return store;
    },
    async remove() {
      for (const store of stores) await store.close();
      await nats.stop();
    },
  };
}

export const STORES = [
  ['SQLite', sqlite],
  ['JetStream', jetStream],
] as const;

/** An event that is no part of a call; `size` is of its text, in characters. */
export const eventOf = (number: number, size = 0): RelayEvent => {
  const fields = { event: 'NOTE', number: String(number), text: 'x'.repeat(size) };
  const receivedAt = Date.now();
  return { kind: 'notification', hash: contentHash('notification', fields), receivedAt, fields, verified: false };
};
export const numberIn = (event: RelayEvent): number =>
  event.kind === 'notification' ? Number(event.fields.number) : -1;
