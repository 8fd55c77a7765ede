// SPDX-License-Identifier: MIT
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../scripts/setup.mjs';
import { openStore } from '../../src-main/store/client.ts';
import { runtimeName } from '../e2e/support/app.ts';
import { silentLog } from '../fakes.ts';
import { until } from '../lab/process.ts';
import { askBare, askStore } from './lookup/asked.ts';
import { seedContacts } from './lookup/people.ts';
import { measurePopups } from './lookup/popups.ts';
import type { Bench } from './run.ts';

const CONTACTS = Number(process.env.MEGADIAL_BENCH_CONTACTS ?? 1_000_000);
const LIMITS = { numberP99: 2, nameP99: 10, popupP99: 50, popupTimes: 1.25, popupMore: 5 };

/**
 * A million contacts, asked through the store's thread as the app asks: who a number is, and names as they are typed.
 * Then the popup without a CRM and with one that takes 20 s.
 */
const bench: Bench = async () => {
  await build();
  const stored = await measureStore();
  const popups = await measurePopups();
  const { number, ladder, search, suggest } = stored.figures;
  const popupLimit = Math.max(LIMITS.popupTimes * popups.none.p99, popups.none.p99 + LIMITS.popupMore);
  const ok =
    stored.isReal &&
    [number, ladder].every(({ p99 }) => p99 <= LIMITS.numberP99) &&
    [search, suggest].every(({ p99 }) => p99 <= LIMITS.nameP99) &&
    popups.slow.p99 <= Math.min(popupLimit, LIMITS.popupP99);
  return {
    ok,
    figures: {
      ...{ unit: 'ms', contacts: CONTACTS, runtime: runtimeName(), limits: LIMITS },
      ...stored.figures,
      floorMicroseconds: stored.floor,
      database: stored.database,
      popup: popups,
    },
  };
};

async function measureStore() {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-lookup-'));
  try {
    const file = join(dir, 'megadial.db');
    const seedMs = await took(() => seedContacts(file, CONTACTS));
    console.log(`${CONTACTS} contacts in ${Math.round(seedMs / 1_000)} s`);
    const workerPath = new URL('../../src-main/store/worker.ts', import.meta.url);
    const began = performance.now();
    const backupsDir = join(dir, 'backups');
    const store = await openStore({ file, backupsDir, workerPath, log: silentLog });
    const openSeconds = Math.round((performance.now() - began) / 100) / 10;
    try {
      // Once a day the store copies its file behind the first requests; that is not what is measured here.
      await until('the daily copy', () => hasCopy(backupsDir), 120_000);
      const { isReal, figures } = await askStore(store, CONTACTS);
      const megabytes = Math.round(statSync(file).size / 1e6);
      return { isReal, figures, floor: askBare(file, CONTACTS), database: { megabytes, openSeconds } };
    } finally {
      await store.close();
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function hasCopy(dir: string): Promise<boolean> {
  return existsSync(dir) && readdirSync(dir).some((name) => name.endsWith('.db'));
}

async function took(work: () => void): Promise<number> {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export default bench;
