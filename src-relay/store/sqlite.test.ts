// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { silentLog } from '../../test/fakes.ts';
import { relayStoreContract } from '../../test/lab/relay-store-contract.ts';
import { openSqliteStore } from './sqlite.ts';

describe('SQLite', () => {
  relayStoreContract(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'megadial-relay-store-'));
    return {
      open: (now) => openSqliteStore({ path: join(dir, 'data', 'relay.db'), log: silentLog, ...(now && { now }) }),
      remove: async () => rmSync(dir, { recursive: true }),
    };
  });
});
