// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A display of our own where there is none, so that windows are real ones. */
export async function withDisplay<T>(use: (display: string) => Promise<T>): Promise<T> {
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
