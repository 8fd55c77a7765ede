// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVENTS_CURSOR } from '../../src-main/services/team-contact.ts';
import { openStore } from '../../src-main/store/client.ts';
import { silentLog } from '../fakes.ts';
import { startTeamStand, TENANT, type TeamStand } from './team-stand.ts';

const RECEIVER = fileURLToPath(new URL('./team-receiver.ts', import.meta.url));
const CALLS = 60;
let dir: string;
let stand: TeamStand;
let receiver: ChildProcess | null = null;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'megadial-team-crash-'));
  stand = await startTeamStand();
});
afterEach(async () => {
  await kill();
  await stand.stop();
  rmSync(dir, { recursive: true });
});

function start(token: string): void {
  receiver = spawn(process.execPath, [RECEIVER, dir, stand.relay.url, token], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
async function kill(): Promise<void> {
  const child = receiver;
  receiver = null;
  if (child === null || child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
const open = () =>
  openStore({
    file: join(dir, 'megadial.db'),
    backupsDir: join(dir, 'backups'),
    workerPath: new URL('../../src-main/store/worker.ts', import.meta.url),
    log: silentLog,
  });
/** Looked at from outside, while the receiver writes. */
function kept(): number {
  const db = new Database(join(dir, 'megadial.db'), { readonly: true });
  const row = db.prepare('SELECT count(*) AS n FROM raw_events').get() as { n: number };
  db.close();
  return row.n;
}
const acked = async () => (await stand.relay.parts.devices.list(TENANT))[0]?.acked ?? 0;

test('killed again and again in a storm of calls, a desktop has each call once, as it ended, and acknowledged nothing else', async () => {
  const code = await stand.code('101');
  const { token } = await stand.relay.parts.devices.pair(code, '127.0.0.1', 'Desk');
  const numbers = Array.from({ length: CALLS }, (_, index) => `+346001${10_000 + index}`);
  const storm = Promise.all(
    numbers.map(async (from, index) => {
      await sleep(index * 60);
      const call = stand.sandbox.calls.incoming({ from, did: '+34912345678' });
      await call.start();
      await call.ring('101');
      if (index % 3 > 0) await call.answer('101');
      await sleep((index * 37) % 400);
      await call.end(index % 3 > 0 ? { disposition: 'answered', duration: index } : { disposition: 'no answer' });
    }),
  );
  start(token);
  for (const life of [900, 400, 1300, 700, 1000]) {
    await sleep(life);
    await kill();
    const told = await acked();
    const store = await open();
    expect(told).toBeLessThanOrEqual((await store.cursors.get(EVENTS_CURSOR)) ?? 0);
    await store.close();
    start(token);
  }
  await storm;
  const sent = stand.sandbox.webhooks.log.filter((one) => one.status === 200).length;
  await expect.poll(kept, { timeout: 20_000 }).toBe(sent);
  await kill();

  const store = await open();
  for (const [index, number] of numbers.entries()) {
    const [row, ...others] = await store.calls.ofNumber(number, 5);
    expect(others).toEqual([]);
    expect(row?.call).toMatchObject(
      index % 3 > 0
        ? { disposition: 'answered', duration: index, answeredBy: '101', legs: [{ extension: '101' }] }
        : { disposition: 'no-answer', duration: 0, answeredAt: null, legs: [{ extension: '101' }] },
    );
  }
  expect(await store.raw.count()).toBe(sent);
  expect(await acked()).toBeLessThanOrEqual((await store.cursors.get(EVENTS_CURSOR)) ?? 0);
  await store.close();
}, 90_000);
