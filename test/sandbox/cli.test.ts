// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { signedRequest } from './client.ts';

function start(...options: string[]) {
  const script = fileURLToPath(new URL('./cli.ts', import.meta.url));
  return spawn(process.execPath, [script, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
}

it('prints where it is and its keys, serves, and stops with its input', async () => {
  const child = start('--variant', 'numbers', '--webhook-url', 'http://127.0.0.1:9/');
  const [line] = await once(child.stdout, 'data');
  const info = JSON.parse(String(line));
  const reply = await signedRequest(info, 'GET', '/v1/pbx/callinfo/');
  expect(reply.json).toMatchObject({ status: 'success', url: 'http://127.0.0.1:9/' });
  expect(info.sip.wssUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/sip$/);
  expect((await fetch(info.controlUrl)).headers.get('content-type')).toMatch('text/html');
  const exit = once(child, 'exit');
  child.stdin.end();
  expect(await exit).toEqual([0, null]);
});

it('stops on a signal, and does without a switch', async () => {
  const child = start('--no-sip');
  const [line] = await once(child.stdout, 'data');
  expect(JSON.parse(String(line)).sip).toBeNull();
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
