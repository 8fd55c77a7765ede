// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { openJetStreamStore } from '../../src-relay/store/jetstream.ts';
import { silentLog } from '../fakes.ts';
import { type Nats, startNats } from '../lab/nats.ts';
import { relayStoreContract } from '../lab/relay-store-contract.ts';

const DAY_MS = 24 * 3600_000;

describe('JetStream', () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.remove());

  relayStoreContract(async () => {
    const prefix = randomBytes(4).toString('hex');
    return {
      open: (now) =>
        openJetStreamStore({
          servers: [nats.url],
          prefix,
          retentionMs: 7 * DAY_MS,
          log: silentLog,
          ...(now && { now }),
        }),
      remove: async () => {},
    };
  });
});
