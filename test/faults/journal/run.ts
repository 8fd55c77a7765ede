// SPDX-License-Identifier: MIT
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAULT_KINDS, type FaultKind } from '../../crm-emulators/common/faults.ts';
import { startServer } from '../../crm-emulators/common/server.ts';

/**
 * 10,000 calls into the journal of a CRM that fails three of ten requests in every way there is, by a program that is
 * killed 100 times: each call must be there once. The CRM itself never looks at our key: it takes what it is told.
 */
const short = process.env.MEGADIAL_SHORT === '1';
const CALLS = short ? 1_000 : 10_000;
const KILLS = short ? 20 : 100;
const RATE = 0.3;
const SLOW_MS = 500;
/** Ways to fail that take half a second each, once for many that take none. */
const DEAR: readonly FaultKind[] = ['huge', 'gzip-bomb', 'slow-body'];
const CHEAP_TIMES = 8;
const LIMIT_MS = 15 * 60_000;

type Entry = { id: string; key: string; note: string };

/** @returns what is wrong, a line each */
export async function run(seed: number): Promise<{ checked: number; problems: readonly string[] }> {
  const entries: Entry[] = [];
  const server = await startServer((call) => {
    const [, what = '', id] = call.path.split('/');
    if (what === 'contacts') return { status: 200, body: { contacts: [contactOf(call.query)] } };
    if (what === 'calls' && call.method === 'GET') {
      return { status: 200, body: { calls: entries.filter((one) => one.key === call.query.get('key')) } };
    }
    const body = JSON.parse(call.body) as Partial<Entry>;
    if (what === 'calls' && call.method === 'POST') {
      const entry = { id: `L-${entries.length + 1}`, key: body.key ?? '', note: body.note ?? '' };
      entries.push(entry);
      return { status: 201, body: entry };
    }
    const entry = entries.find((one) => one.id === id);
    if (entry !== undefined) entry.note = body.note ?? '';
    return { status: entry === undefined ? 404 : 200, body: entry };
  });
  Object.assign(server.faults, { rate: RATE, seed, kinds: kinds() });
  const folder = mkdtempSync(join(tmpdir(), 'megadial-journal-'));
  try {
    await killedApp(folder, server.url);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { checked: CALLS, problems: compare(entries) };
}

function kinds(): readonly FaultKind[] {
  // One that is carried out long after we gave up waiting: the next try comes 5 s later, but not on these quick clocks.
  const usable = FAULT_KINDS.filter((kind) => kind !== 'redirect' && kind !== 'slow-head');
  return usable.flatMap((kind) => (DEAR.includes(kind) ? [kind] : Array.from({ length: CHEAP_TIMES }, () => kind)));
}

function contactOf(query: URLSearchParams) {
  const number = query.get('number') ?? '';
  return { id: `C-${number.slice(-3)}`, name: 'Somebody', phones: [number] };
}

/** Starts the program again and again until it has been killed often enough, then lets it finish. */
async function killedApp(folder: string, url: string): Promise<void> {
  const file = new URL('../../../resources/crm/rest.json', import.meta.url);
  const definition = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), baseUrl: url, timeoutMs: SLOW_MS };
  const args = [folder, JSON.stringify({ ...definition, auth: { type: 'none' } }), String(CALLS), String(Date.now())];
  const end = Date.now() + LIMIT_MS;
  for (let kills = 0; kills < KILLS; kills++) {
    const app = start(args);
    await sleep(500 + (kills % 7) * 120);
    app.kill('SIGKILL');
    await once(app, 'exit');
    if (kills % 10 === 9) console.log(`killed ${kills + 1} times`);
  }
  const app = start(args);
  try {
    for (;;) {
      const [state] = (await once(app, 'message')) as [{ waiting: number; failed: number; open: number }];
      if (state.failed > 0) throw new Error(`the outbox gave up on ${state.failed} entries`);
      if (state.waiting === 0 && state.open === 0) break;
      if (Date.now() > end) throw new Error(`not done in time: ${JSON.stringify(state)}`);
    }
  } finally {
    app.kill('SIGKILL');
  }
}

function start(args: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'app.ts'), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

function compare(entries: readonly Entry[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { key } of entries) counts.set(key, (counts.get(key) ?? 0) + 1);
  const doubled = [...counts.values()].filter((count) => count > 1).length;
  const notes = entries.filter(({ note }) => note.startsWith('note of ')).length;
  const problems: string[] = [];
  if (counts.size !== CALLS) problems.push(`${counts.size} of ${CALLS} calls are in the CRM`);
  if (doubled > 0) problems.push(`${doubled} calls are there more than once`);
  if (counts.has('')) problems.push('an entry without a key');
  if (notes !== CALLS / 10) problems.push(`${notes} of ${CALLS / 10} notes are there`);
  return problems;
}
