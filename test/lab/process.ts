// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A TCP and UDP port of the loopback that was free a moment ago, with `more` free ones behind it. */
export async function freePort(more = 0): Promise<number> {
  const port = await listening(0, async (given) => given);
  if (port === null) return freePort(more);
  for (let next = port; next <= port + more; next += 1) {
    if ((await listening(next, hasUdp)) !== true) return freePort(more);
  }
  return port;
}

/** Listens on a TCP port while `use` runs; null when it is taken. */
async function listening<T>(port: number, use: (port: number) => Promise<T>): Promise<T | null> {
  const server = createServer();
  const open = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!open) return null;
  const address = server.address();
  const answer = await use(typeof address === 'object' && address !== null ? address.port : port);
  await new Promise((resolve) => server.close(resolve));
  return answer;
}

async function hasUdp(port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  const free = await new Promise<boolean>((resolve) => {
    udp.once('error', () => resolve(false));
    udp.bind(port, '127.0.0.1', () => resolve(true));
  });
  if (free) udp.close();
  return free;
}

/** Asks again and again until the answer is not null or false. Throws with `what` when the time is over. */
export async function until<T>(what: string, ask: () => T | Promise<T>, timeout = 10_000): Promise<NonNullable<T>> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<T>;
    if (Date.now() > end) throw new Error(`waited ${timeout} ms for ${what}`);
    await sleep(25);
  }
}

export type Daemon = {
  readonly log: () => string;
  readonly alive: () => boolean;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts a program in a process group of its own, so that its children go with it. Its output is kept for failures. */
export function startDaemon(command: string, args: readonly string[], cwd: string): Daemon {
  const child: ChildProcess = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-200_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(String(error))));
  let exited = false;
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      exited = true;
      resolve();
    });
  });
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Already gone.
    }
  };
  const onExit = () => signalGroup('SIGKILL');
  process.once('exit', onExit);
  return {
    log: () => log,
    alive: () => !exited,
    async stop(signal = 'SIGTERM') {
      signalGroup(signal);
      const late = setTimeout(() => signalGroup('SIGKILL'), 3_000);
      await gone;
      clearTimeout(late);
      process.removeListener('exit', onExit);
    },
  };
}
