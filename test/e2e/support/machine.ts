// SPDX-License-Identifier: MIT
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyringCommand } from '../../lab/keyring.ts';

/** What a computer can be short of: room on the disk, an open keychain. */

export type SmallDisk = {
  readonly folder: string;
  /** Leaves not a byte. */
  fill(): void;
  makeRoom(): void;
  remove(): void;
};

/** A disk of its own for the app's data, in memory. Mounting needs root, as everything else in the test container has. */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'megadial-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'megadial', folder]);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'w');
      try {
        for (const size of [1024 * 1024, 4096, 1]) writeUntilFull(file, Buffer.alloc(size, 1));
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(filler, { force: true }),
    remove() {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeUntilFull(file: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

export type OwnKeyring = {
  /** Environment of a program that uses it. */
  readonly env: Readonly<Record<string, string>>;
  lock(): void;
  /** As the screen lock does with the password the person typed. */
  unlock(): Promise<void>;
  stop(): Promise<void>;
};

/** A keyring beside the one the specs run in, to be locked without disturbing others. */
export async function startKeyring(): Promise<OwnKeyring> {
  const report = 'printf "%s\\n%s\\n" "$DBUS_SESSION_BUS_ADDRESS" "$KEYRING_HOME"; exec cat';
  const [command = '', ...args] = keyringCommand(['bash', '-c', report]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8');
  while (text.split('\n').length < 3) {
    const [chunk] = (await once(child.stdout, 'data')) as [string];
    text += chunk;
  }
  const [address = '', home = ''] = text.split('\n');
  const env = { DBUS_SESSION_BUS_ADDRESS: address };
  const exited = once(child, 'exit');
  return {
    env,
    lock() {
      const path = '/org/freedesktop/secrets';
      const lock = ['org.freedesktop.Secret.Service.Lock', `array:objpath:${path}/collection/login`];
      const target = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', path];
      execFileSync('dbus-send', [...target, ...lock], { env: { ...process.env, ...env }, stdio: 'ignore' });
    },
    unlock: () => unlock(join(home, 'run/keyring/control'), 'lab only'),
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

/**
 * gnome-keyring's control socket, as its PAM module uses it: one byte to be known by, then the message's length, the
 * operation (1: unlock) and the password with its length; the answer's second number is 0 when it worked.
 */
async function unlock(socketPath: string, password: string): Promise<void> {
  const socket = connect(socketPath);
  const text = Buffer.from(password);
  const message = Buffer.alloc(13);
  message.writeUInt32BE(12 + text.length, 1);
  message.writeUInt32BE(1, 5);
  message.writeUInt32BE(text.length, 9);
  socket.write(Buffer.concat([message, text]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  if (answer.readUInt32BE(4) !== 0) throw new Error('the keyring was not unlocked');
}

/**
 * POSTs a body of so many bytes piece by piece, and stops once there is an answer: who refuses it hangs up, and what is
 * still being written then would make an error of the answer.
 *
 * @returns the status
 */
export async function postBytes(url: string, bytes: number): Promise<number> {
  const piece = Buffer.alloc(64 * 1024, 97);
  const post = request(url, { method: 'POST', headers: { 'content-length': bytes } });
  const answered = once(post, 'response') as Promise<[IncomingMessage]>;
  let isAnswered = false;
  const done = answered.finally(() => {
    isAnswered = true;
  });
  for (let sent = 0; sent < bytes && !isAnswered; sent += piece.length) {
    post.write(piece.subarray(0, bytes - sent));
    await Promise.race([done, sleep(10)]);
  }
  const [response] = await done;
  // Nobody listens any more: the rest of the body goes nowhere.
  post.on('error', () => undefined);
  post.destroy();
  return response.statusCode ?? 0;
}
