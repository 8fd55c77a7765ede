// SPDX-License-Identifier: MIT
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDevices } from '../../src-relay/devices.ts';
import { openSqliteStore } from '../../src-relay/store/sqlite.ts';
import { silentRelayLog } from '../fakes-relay.ts';
import { ACME, type RelayProcess, relayFolder, startRelayProcess } from '../relay/relay-process.ts';
import { callShots, FIRST_NUMBER } from './relay/calls.ts';
import { drive } from './relay/load.ts';
import { percentiles } from './stats.ts';

/** The issue's: signed events a second on one node for so many seconds, with so many numbers in the directory. */
const RATE = 3_000;
const SECONDS = 60;
const DIRECTORY = 1_000_000;
const FEW = 100;
const MANY = 5_000;
/** Events while desktops listen: several companies' worth. */
const DESKTOP_RATE = 500;
const DESKTOP_SECONDS = 20;
const LIMITS = { rate: RATE, ingressP99: 25, startP99: 20, kilobytesEach: 40, eventP99: 100, costRatio: 1.3 };
const TICKS = 100;

/** What a relay takes, tells and costs, on one node with the durable SQLite log; a bare route beside it. */
export default async function run(): Promise<{ ok: boolean; figures: Record<string, unknown> }> {
  const { folder, configFile, remove } = relayFolder();
  const desktops = fork(join(import.meta.dirname, 'relay', 'desktops.ts'), { stdio: 'inherit' });
  try {
    const floor = await measureFloor();
    const tokens = await prepare(join(folder, 'relay.db'));
    const relay = await startRelayProcess(configFile);
    try {
      const few = await measureDesktops(relay, desktops, tokens, 0, FEW);
      const many = await measureDesktops(relay, desktops, tokens, FEW, MANY);
      desktops.kill();
      await sleep(5_000);
      const ingress = await measureIngress(relay);
      const kilobytesEach = Math.round(((many.rss - few.rss) / (MANY - FEW) / 1024) * 10) / 10;
      const costRatio = Math.round((many.cpuMsPerEvent / few.cpuMsPerEvent) * 100) / 100;
      const figures = { unit: 'ms', floor, ingress, few, many, kilobytesEach, costRatio, limits: LIMITS };
      const ok =
        ingress.eventsPerSecond >= RATE * 0.995 &&
        ingress.refused === 0 &&
        ingress.all.p99 <= LIMITS.ingressP99 &&
        ingress.start.p99 <= LIMITS.startP99 &&
        kilobytesEach <= LIMITS.kilobytesEach &&
        many.eventToDesktop.p99 <= LIMITS.eventP99 &&
        few.missing === 0 &&
        many.missing === 0 &&
        costRatio <= LIMITS.costRatio;
      return { ok, figures };
    } finally {
      await relay.stop();
    }
  } finally {
    desktops.kill();
    remove();
  }
}

const target = { path: `/hook/${ACME.urlSecret}`, secret: ACME.apiSecret };
const extensionOf = (at: number): string => String(1_000 + at);

/** The directory, and a token for each desktop, written before the relay starts. */
async function prepare(path: string): Promise<readonly string[]> {
  const store = await openSqliteStore({ path, log: silentRelayLog });
  const value = (at: number): string =>
    JSON.stringify({ name: `Ana García ${at}`, responsible: extensionOf(at % FEW), blacklisted: false, updatedAt: 1 });
  for (let from = 0; from < DIRECTORY; from += 50_000) {
    const entries = Array.from({ length: 50_000 }, (_, at) => ({
      key: `${ACME.id}/${FIRST_NUMBER + from + at}`,
      value: value(from + at),
    }));
    await store.kv.putMany('directory', entries);
  }
  const devices = createDevices({ store, online: async () => new Set() });
  const tokens: string[] = [];
  for (let from = 0; from < MANY; from += 5) {
    const some = Array.from({ length: 5 }, async (_, at) => {
      const { code } = await devices.code(ACME.id, extensionOf(from + at), 'agent', '');
      return (await devices.pair(code, `10.${(from + at) >> 8}.0.${at}`, 'bench')).token;
    });
    tokens.push(...(await Promise.all(some)));
  }
  devices.close();
  await store.close();
  return tokens;
}

async function measureFloor() {
  const bare = spawn(process.execPath, [join(import.meta.dirname, 'relay', 'bare.ts'), target.secret], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(bare.stdout, 'data')) as [Buffer];
    const shot = callShots({ target: { ...target, path: '/hook' }, extensions: ['101'], callers: DIRECTORY, run: '0' });
    const load = { port: Number(port), rate: RATE, seconds: 20, warmUp: 3, shot };
    return percentiles([...(await drive(load)).latencies.values()].flat());
  } finally {
    bare.kill();
  }
}

async function measureIngress(relay: RelayProcess) {
  const extensions = Array.from({ length: FEW }, (_, at) => extensionOf(at));
  const shot = callShots({ target, extensions, callers: DIRECTORY, run: '1' });
  const load = { port: portOf(relay), rate: RATE, seconds: SECONDS, warmUp: 5, shot };
  const cpu = cpuMs(relay.pid);
  const { latencies, statuses, seconds, answered } = await drive(load);
  return {
    eventsPerSecond: Math.round(answered / seconds),
    all: percentiles([...latencies.values()].flat()),
    start: percentiles([...(latencies.get('NOTIFY_START') ?? [])]),
    refused: Object.entries(statuses).reduce((sum, [status, n]) => (status === '200' ? sum : sum + n), 0),
    cpuMsPerEvent: round((cpuMs(relay.pid) - cpu) / (RATE * (SECONDS + 5))),
  };
}

/** Desktops `from` to `to` join; then events come for all that are connected. */
async function measureDesktops(
  relay: RelayProcess,
  desktops: ChildProcess,
  tokens: readonly string[],
  from: number,
  to: number,
) {
  desktops.send({ type: 'connect', url: relay.url, tokens: tokens.slice(from, to) });
  await once(desktops, 'message');
  await sleep(5_000);
  const rss = residentBytes(relay.pid);
  const idleStart = cpuMs(relay.pid);
  await sleep(10_000);
  const idlePerMs = (cpuMs(relay.pid) - idleStart) / 10_000;
  const extensions = Array.from({ length: to }, (_, at) => extensionOf(at));
  const shot = callShots({ target, extensions, callers: DIRECTORY, run: to === FEW ? '2' : '3' });
  await report(desktops);
  const begin = { cpu: cpuMs(relay.pid), at: performance.now() };
  const load = { port: portOf(relay), rate: DESKTOP_RATE, seconds: DESKTOP_SECONDS, warmUp: 0, shot };
  const { answered } = await drive(load);
  await sleep(1_000);
  const spent = cpuMs(relay.pid) - begin.cpu - idlePerMs * (performance.now() - begin.at);
  const { latencies, received } = await report(desktops);
  // Each call that began to ring is told from its start on: three of four notifications, and the start with the first.
  const told = Array.from({ length: answered }, (_, n) => shot(n).kind).filter((kind) => kind !== 'NOTIFY_START');
  const rung = told.filter((kind) => kind === 'NOTIFY_INTERNAL').length;
  return {
    desktops: to,
    rss,
    eventToDesktop: percentiles(latencies),
    received,
    missing: Math.max(0, told.length + rung - received),
    idleCpuPercent: round(idlePerMs * 100),
    cpuMsPerEvent: round(spent / answered),
  };
}

async function report(desktops: ChildProcess): Promise<{ latencies: number[]; received: number }> {
  desktops.send({ type: 'report' });
  const [message] = (await once(desktops, 'message')) as [{ latencies: number[]; received: number }];
  return message;
}

function portOf(relay: RelayProcess): number {
  return Number(new URL(relay.url).port);
}

/** Processor time of the process so far, all threads, milliseconds. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1000;
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
