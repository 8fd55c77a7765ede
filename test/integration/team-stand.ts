// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../src-main/app.ts';
import type { Keytar } from '../../src-main/secrets/keytar.ts';
import type { Handlers } from '../../src-main/shell/api.ts';
import { parseConfig } from '../../src-relay/config.ts';
import { createRelayLog } from '../../src-relay/log.ts';
import { type Relay, startRelay } from '../../src-relay/relay.ts';
import type { EngineCommand, EngineEvent } from '../../src-shared/engine-protocol.ts';
import type { Role } from '../../src-shared/relay/protocol.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { fakeShell, silentLog } from '../fakes.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';

/**
 * A company on this computer: a PBX of our own, a real relay on SQLite, and the whole of main for each desktop, with a
 * real database and a keychain in memory. A desktop reaches the relay over a cable that can be cut.
 */
export type TeamStand = {
  readonly sandbox: Sandbox;
  readonly relay: Relay;
  /** Starts, or starts again, the desktop of this name: database and keychain are those it had. */
  desktop(name: string, settings?: Partial<Settings>, invitation?: { code: string; name: string }): Promise<Desktop>;
  code(extension: string, role?: Role): Promise<string>;
  stop(): Promise<void>;
};

export type Desktop = {
  readonly handlers: Handlers;
  readonly cable: Cable;
  state(): AppState;
  /** All pushes of calls to the popup, in order. */
  popups(): readonly (readonly CallView[])[];
  commands(): readonly EngineCommand[];
  notifications(): readonly { id: string; title: string }[];
  engine(event: EngineEvent): Promise<void>;
  emit: ReturnType<typeof fakeShell>['emit'];
  /** Joins the team at the end of its cable. */
  pair(code: string): Promise<Awaited<ReturnType<Handlers['team.pair']>>>;
  quit(): Promise<void>;
};

export const TENANT = 'acme';
const URL_SECRET = 'url-secret-of-acme-0001';
const keychains = new Map<string, Map<string, string>>();
let opening = '';

/** In place of `loadKeytar`: each desktop has a keychain of its own, which outlives it. */
export async function loadFakeKeytar(): Promise<Keytar> {
  const kept = keychains.get(opening) ?? new Map<string, string>();
  keychains.set(opening, kept);
  return {
    getPassword: async (_service, account) => kept.get(account) ?? null,
    setPassword: async (_service, account, password) => void kept.set(account, password),
    deletePassword: async (_service, account) => kept.delete(account),
  };
}

/** What the keychain of a desktop holds, by name of the secret. */
export function keychainOf(name: string): Map<string, string> {
  return keychains.get(name) ?? new Map();
}

export async function startTeamStand(): Promise<TeamStand> {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-team-'));
  const sandbox = await startSandbox({ sip: false });
  const { account, url } = sandbox;
  const config = parseConfig({
    listen: { port: 0 },
    ops: { port: 0, socket: '' },
    store: { sqlite: join(dir, 'relay.db') },
    sources: ['127.0.0.0/8'],
    limits: { minFreeDiskMb: 0 },
    tenants: [
      {
        id: TENANT,
        urlSecret: URL_SECRET,
        apiBaseUrl: url,
        apiKey: account.key,
        apiSecret: account.secret,
        offsetMinutes: 60,
      },
    ],
  });
  const relay = await startRelay(config, { log: createRelayLog('error') });
  sandbox.setWebhookUrl(`${relay.url}/hook/${URL_SECRET}`);
  const running = new Set<Desktop>();
  const cables = new Map<string, Cable>();
  keychains.clear();

  return {
    sandbox,
    relay,
    async desktop(name, settings = {}, invitation = undefined) {
      const cable = cables.get(name) ?? (await layCable(Number(new URL(relay.url).port)));
      cables.set(name, cable);
      const folder = join(dir, name);
      mkdirSync(folder, { recursive: true });
      const provision = join(folder, 'provision.json');
      writeFileSync(
        provision,
        JSON.stringify({
          settings: { apiBaseUrl: url, relayPort: 0, ...settings },
          ...(invitation === undefined ? {} : { team: { url: cable.url, ...invitation } }),
        }),
      );
      opening = name;
      const desktop = await startDesktop(folder, provision, cable, () => running.delete(desktop));
      running.add(desktop);
      return desktop;
    },
    code: async (extension, role = 'agent') => (await relay.parts.devices.code(TENANT, extension, role, 'Desk')).code,
    async stop() {
      for (const desktop of running) await desktop.quit();
      for (const cable of cables.values()) await cable.stop();
      await relay.close();
      await sandbox.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

async function startDesktop(dir: string, provision: string, cable: Cable, onQuit: () => void): Promise<Desktop> {
  const { shell, told, emit } = fakeShell({ userDataDir: dir, switches: { provision }, fetch });
  const workerPath = fileURLToPath(new URL('../../src-main/store/worker.ts', import.meta.url));
  const contactsWorkerPath = fileURLToPath(new URL('../../src-main/contacts-file/worker.ts', import.meta.url));
  await createApp({ shell, workerPath, contactsWorkerPath, log: silentLog, now: Date.now });
  const handlers = told.find((one) => one.name === 'handle')?.args[0] as Handlers;
  const engine = async (event: EngineEvent): Promise<void> => {
    await handlers['engine.event']('engine', event as never);
  };
  const pushed = <T>(name: string): T[] =>
    told.filter((one) => one.name === 'push' && one.args[0] === name).map((one) => one.args[1] as T);
  await engine({ type: 'ready' });
  return {
    ...{ handlers, cable, engine, emit },
    state: () => handlers['state.get']('main') as AppState,
    popups: () => pushed<readonly CallView[]>('calls'),
    commands: () => pushed<EngineCommand>('engine.command'),
    notifications: () => told.filter((one) => one.name === 'notify').map((one) => one.args[0] as never),
    pair: async (code) => handlers['team.pair']('main', { url: cable.url, code, name: 'Test desk' }),
    async quit() {
      const waiting: Promise<unknown>[] = [];
      emit('quit', { waitFor: (promise) => void waiting.push(promise) });
      await engine({ type: 'registration', state: 'off', error: null, realm: null, retryIn: null });
      await Promise.all(waiting);
      onQuit();
    },
  };
}

/** A network between a desktop and its relay. */
export type Cable = {
  readonly url: string;
  /** Connections break, and new ones are not taken. */
  cut(): void;
  restore(): void;
  stop(): Promise<void>;
};

async function layCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    cut() {
      isCut = true;
      drop();
    },
    restore() {
      isCut = false;
    },
    async stop() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
