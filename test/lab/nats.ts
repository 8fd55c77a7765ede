// SPDX-License-Identifier: MIT
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, freePort, startDaemon, until } from './process.ts';

export type NatsOptions = {
  /** Where it keeps its streams; a temporary folder when not given. */
  readonly storeDir?: string;
  /** Clients must show this. */
  readonly token?: string;
  /** What all streams together may take on the disk, bytes. */
  readonly maxBytes?: number;
  /** One of several: the port for the others, and theirs. */
  readonly cluster?: { readonly port: number; readonly others: readonly number[] };
};

export type Nats = {
  readonly url: string;
  log(): string;
  /** On the same port and with the same streams. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Dies without a word to anybody (SIGKILL). */
  kill(): Promise<void>;
  /** Stands still without a word to anybody (SIGSTOP), until `resume`; resolves when each of its threads does. */
  freeze(): Promise<void>;
  resume(): void;
  /** Its streams are gone; while it is stopped. */
  loseDisk(): void;
  /** Stops it and removes its streams. */
  remove(): Promise<void>;
};

/** Starts a real nats-server with JetStream on the loopback (package nats-server). */
export async function startNats(options: NatsOptions = {}): Promise<Nats> {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-nats-'));
  const port = await freePort();
  const file = join(dir, 'nats.conf');
  const pidFile = join(dir, 'pid');
  const storeDir = options.storeDir ?? dir;
  writeFileSync(file, configuration(options, port, storeDir, pidFile), { mode: 0o600 });
  let daemon: Daemon | null = null;
  const pid = () => Number(readFileSync(pidFile, 'utf8'));
  const signal = (name: NodeJS.Signals) => {
    if (daemon?.alive()) process.kill(pid(), name);
  };

  const nats: Nats = {
    url: `nats://127.0.0.1:${port}`,
    log: () => daemon?.log() ?? '',
    async start() {
      const started = startDaemon('nats-server', ['-c', file], dir);
      daemon = started;
      await until('nats-server to be ready', () => {
        if (!started.alive()) throw new Error(`nats-server did not start:\n${started.log()}`);
        return started.log().includes('Server is ready');
      });
    },
    stop: async () => daemon?.stop(),
    kill: async () => daemon?.stop('SIGKILL'),
    async freeze() {
      signal('SIGSTOP');
      await until('nats-server to stand still', () => standsStill(pid()));
    },
    resume: () => signal('SIGCONT'),
    loseDisk: () => rmSync(join(storeDir, 'jetstream'), { recursive: true, force: true }),
    async remove() {
      signal('SIGCONT');
      await daemon?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await nats.start();
  return nats;
}

/** Servers that know each other and can keep several copies of a stream. */
export async function startNatsCluster(count: number): Promise<readonly Nats[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return Promise.all(
    ports.map((port) => startNats({ cluster: { port, others: ports.filter((other) => other !== port) } })),
  );
}

function configuration(options: NatsOptions, port: number, storeDir: string, pidFile: string): string {
  const { token, maxBytes, cluster } = options;
  const quoted = (text: string) => JSON.stringify(text);
  return [
    `listen: "127.0.0.1:${port}"`,
    `pid_file: ${quoted(pidFile)}`,
    `jetstream { store_dir: ${quoted(storeDir)}${maxBytes === undefined ? '' : `, max_file_store: ${maxBytes}`} }`,
    ...(cluster === undefined ? [] : clusterLines(cluster)),
    ...(token === undefined ? [] : [`authorization { token: ${quoted(token)} }`]),
  ].join('\n');
}

function clusterLines({ port, others }: NonNullable<NatsOptions['cluster']>): string[] {
  const routes = others.map((other) => `"nats://127.0.0.1:${other}"`);
  return [
    `server_name: "lab-${port}"`,
    `cluster { name: lab, listen: "127.0.0.1:${port}", routes: [${routes.join(', ')}] }`,
  ];
}

/** Whether each thread of a process is stopped, by proc(5). */
function standsStill(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).every((id) => / \(.*\) T /.test(readFileSync(join(threads, id, 'stat'), 'utf8')));
}
