// SPDX-License-Identifier: MIT
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createDevices } from '../../src-relay/devices.ts';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { openJetStreamStore } from '../../src-relay/store/jetstream.ts';
import { openSqliteStore } from '../../src-relay/store/sqlite.ts';
import type { Role } from '../../src-shared/relay/protocol.ts';
import { silentRelayLog } from '../fakes-relay.ts';
import { startNats } from '../lab/nats.ts';
import { until } from '../lab/process.ts';
import { FIRST, type ProofCall, proofCall } from '../relay/proof-calls.ts';
import { type ProofDesktop, startProofDesktop } from '../relay/proof-desktop.ts';
import { sendCalls } from '../relay/proof-pbx.ts';
import { ACME, type RelayProcess, relayFolder, startRelayProcess } from '../relay/relay-process.ts';

/**
 * Nothing acknowledged is lost, nothing is committed twice, nobody is told what is not theirs: whole relays, killed
 * while they work. `MEGADIAL_SHORT=1` (set by `npm run verify`) runs a tenth of it.
 */
const SHORT = process.env.MEGADIAL_SHORT === '1';
const EVENTS = SHORT ? 10_000 : 100_000;
const ROUNDS = SHORT ? 8 : 50;
const EXTENSIONS = 40;
const SUPERVISOR = '900';
const LONG = 20 * 60_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Tokens written into the store before any node runs: for each extension an agent's, and one who sees all. */
async function tokensIn(store: RelayStore): Promise<ReadonlyMap<string, string>> {
  const devices = createDevices({ store, online: async () => new Set() });
  const tokens = new Map<string, string>();
  const give = async (extension: string, role: Role): Promise<void> => {
    const { code } = await devices.code(ACME.id, extension, role, '');
    tokens.set(extension, (await devices.pair(code, `10.0.0.${Number(extension) % 250}`, 'proof')).token);
  };
  for (let at = 0; at < EXTENSIONS; at++) await give(String(FIRST + at), 'agent');
  await give(SUPERVISOR, 'supervisor');
  devices.close();
  return tokens;
}

function startDesktops(tokens: ReadonlyMap<string, string>, urls: () => readonly string[]): readonly ProofDesktop[] {
  const desktops = [...tokens].map(([extension, token]) => startProofDesktop(extension, token, urls));
  closing.push(() => Promise.all(desktops.map((desktop) => desktop.stop())));
  return desktops;
}

/** What each desktop must have committed, and nothing else. */
function expectation(calls: readonly ProofCall[]): ReadonlyMap<string, Set<string>> {
  const expected = new Map<string, Set<string>>();
  const add = (extension: string, key: string): void => {
    const set = expected.get(extension) ?? new Set();
    expected.set(extension, set.add(key));
  };
  for (const call of calls) {
    for (const { body } of call.bodies) {
      const fields = new URLSearchParams(body);
      const key = `${call.id}/${fields.get('event')}/${fields.get('internal') ?? ''}`;
      for (const extension of [...call.extensions, SUPERVISOR]) add(extension, key);
    }
  }
  return expected;
}

async function check(desktops: readonly ProofDesktop[], calls: readonly ProofCall[]): Promise<void> {
  const expected = expectation(calls);
  const complete = (): boolean =>
    desktops.every((desktop) => desktop.committed.size >= (expected.get(desktop.extension)?.size ?? 0));
  await until('everything to be delivered', complete, 120_000).catch(() => undefined);
  const wrong = desktops.map(({ extension, committed }) => {
    const theirs = expected.get(extension) ?? new Set();
    const lost = [...theirs].filter((key) => !committed.has(key));
    const foreign = [...committed].filter((key) => !theirs.has(key));
    return { extension, lost: lost.length, foreign: foreign.length };
  });
  expect(wrong.filter(({ lost, foreign }) => lost + foreign > 0)).toEqual([]);
}

/** Each call has its notifications: as many calls as make so many events. */
function callsFor(events: number): readonly ProofCall[] {
  const calls: ProofCall[] = [];
  for (let n = 0, made = 0; made < events; n++) {
    const call = proofCall('a', n, EXTENSIONS);
    calls.push(call);
    made += call.bodies.length;
  }
  return calls;
}

describe('three nodes on JetStream', () => {
  it(`deliver ${EVENTS} events once each while a node is killed, the broker dies and desktops come and go`, {
    timeout: LONG,
  }, async () => {
    const nats = await startNats();
    closing.push(() => nats.remove());
    const store = await openJetStreamStore({
      servers: [nats.url],
      retentionMs: 7 * 24 * 60 * 60_000,
      log: silentRelayLog,
    });
    const tokens = await tokensIn(store);
    await store.close();
    const config = relayFolder({ store: { natsServers: [nats.url] } });
    closing.push(config.remove);
    const nodes: (RelayProcess | null)[] = [null, null, null];
    const start = async (at: number): Promise<void> => {
      nodes[at] = await startRelayProcess(config.configFile);
    };
    await Promise.all([0, 1, 2].map(start));
    closing.push(() => Promise.all(nodes.map((node) => node?.stop())));
    const urls = (): readonly string[] => nodes.flatMap((node) => node?.url ?? []);
    const desktops = startDesktops(tokens, urls);

    const kill = async (at: number): Promise<void> => {
      const node = nodes[at];
      nodes[at] = null;
      node?.signal('SIGKILL');
      await node?.ended();
      await sleep(1_500);
      await start(at);
    };
    const trouble = [
      () => kill(1),
      async () => {
        await nats.kill();
        await sleep(1_000);
        await nats.start();
      },
      () => kill(2),
    ];
    let troubles = Promise.resolve();
    const calls = callsFor(EVENTS);
    const share = Math.floor(EVENTS / (trouble.length + 1));
    const { sent } = await sendCalls(calls, urls, (done) => {
      if (done % Math.floor(EVENTS / 50) === 0) desktops[((done / 7) % desktops.length) | 0]?.cut();
      if (done % share === 0) {
        const next = trouble.shift();
        if (next !== undefined) troubles = troubles.then(next);
      }
    });
    await troubles;
    expect(sent).toBeGreaterThanOrEqual(EVENTS);
    expect(trouble).toEqual([]);
    await check(desktops, calls);
  });
});

describe('one node on SQLite', () => {
  it(`loses and doubles nothing when it is killed in the middle of writing, ${ROUNDS} times`, {
    timeout: LONG,
  }, async () => {
    const config = relayFolder();
    closing.push(config.remove);
    const store = await openSqliteStore({ path: `${config.folder}/relay.db`, log: silentRelayLog });
    const tokens = await tokensIn(store);
    await store.close();
    let node: RelayProcess | null = await startRelayProcess(config.configFile);
    closing.push(() => node?.stop());
    const urls = (): readonly string[] => (node === null ? [] : [node.url]);
    const desktops = startDesktops(tokens, urls);

    const sentCalls: ProofCall[] = [];
    let isOver = false;
    /** Calls without end, until the rounds are over. */
    function* endless(): Iterable<ProofCall> {
      for (let n = 0; !isOver; n++) {
        const call = proofCall('b', n, EXTENSIONS);
        sentCalls.push(call);
        yield call;
      }
    }
    let acknowledged = 0;
    const sending = sendCalls(endless(), urls, (sent) => {
      acknowledged = sent;
    });
    for (let round = 0; round < ROUNDS; round++) {
      const before = acknowledged;
      await until('notifications to be taken', () => acknowledged > before + 20, 60_000);
      await sleep(randomInt(50, 400));
      const dying: RelayProcess = node;
      node = null;
      dying.signal('SIGKILL');
      await dying.ended();
      node = await startRelayProcess(config.configFile);
    }
    isOver = true;
    const { sent } = await sending;
    expect(sent).toBeGreaterThan(ROUNDS * 20);
    await check(desktops, sentCalls);
  });
});
