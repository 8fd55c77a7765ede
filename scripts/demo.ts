// SPDX-License-Identifier: MIT
/**
 * The demo: a sandbox PBX, the app set up on it, and a customer's phone. With `--tour` it goes through a call by itself
 * and leaves pictures and a timeline in `demo-out/`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { keyringCommand } from '../test/lab/keyring.ts';
import { env, run } from './setup.mjs';

/** A display of our own where there is none, so that windows are real ones. */
async function withDisplay<T>(use: (display: string) => Promise<T>): Promise<T> {
  const display = process.env.DISPLAY;
  if (display) return use(display);
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const pipe = server.stdio[3];
  if (pipe === null || pipe === undefined) throw new Error('Xvfb did not start');
  const [number] = (await once(pipe, 'data')) as [Buffer];
  try {
    return await use(`:${number.toString().trim()}`);
  } finally {
    server.kill();
  }
}

const args = process.argv.slice(2);
const [command = 'node', ...rest] = keyringCommand(['node', 'scripts/demo-run.ts', ...args]);
process.exitCode = await withDisplay((display) => run(command, rest, { env: { ...env, DISPLAY: display } }));
