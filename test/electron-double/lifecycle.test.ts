// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchFixture, logOf } from './fixture-app.ts';

const fixture = join(import.meta.dirname, 'fixture/main.js');
const register = join(import.meta.dirname, 'register.ts');
const events = (output: string) => [...output.matchAll(/^event (.*)$/gm)].map(([, name]) => name);

/** Processes whose command line has this text. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

test('quitting asks in Electron’s order, and leaves nothing behind', async () => {
  const app = await launchFixture();
  await app.window('main');
  const profile = `megadial-double-${app.pid}-`;
  expect(processesWith(profile).length).toBeGreaterThan(0);
  expect(await app.quit()).toBe(0);
  expect(events(app.output())).toEqual(['before-quit', 'close', 'will-quit', 'quit']);
  await expect.poll(() => processesWith(profile)).toEqual([]);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(profile))).toEqual([]);
});

test('a window that refuses to close stops the quitting', async () => {
  const app = await launchFixture({ args: ['--refuse-quit'] });
  await app.window('main');
  await app.clickTrayMenu('Quit');
  await expect.poll(() => events(app.output())).toEqual(['before-quit', 'close']);
  expect(await app.isVisible('main')).toBe(false);
  await app.kill();
});

test('a second start hands its arguments to the first and ends', async () => {
  const app = await launchFixture();
  const main = await app.window('main');
  const second = spawn(
    process.execPath,
    ['--import', register, fixture, `--user-data-dir=${app.userDataDir}`, 'tel:112'],
    {
      stdio: 'ignore',
    },
  );
  expect(await new Promise((resolve) => second.once('close', resolve))).toBe(0);
  await expect.poll(() => logOf(main, 'second-instance')).toEqual([['second-instance', 'tel:112', { from: 'second' }]]);
  await app.quit();
});

test('a lock left by a killed app is taken over', async () => {
  const userDataDir = mkdtempSync(join(tmpdir(), 'megadial-lock-'));
  const first = await launchFixture({ userDataDir });
  await first.kill();
  const second = await launchFixture({ userDataDir });
  await second.window('main');
  await second.quit();
  rmSync(userDataDir, { recursive: true });
});

test('the double dies with the process that started it, and Chromium with the double', async () => {
  const userDataDir = mkdtempSync(join(tmpdir(), 'megadial-orphan-'));
  const args = JSON.stringify(['--import', register, fixture, `--user-data-dir=${userDataDir}`]);
  const script = `const child = require('node:child_process').spawn(process.execPath, ${args}, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => console.log(child.pid));`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = await new Promise<string>((resolve) =>
    parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  const profile = `megadial-double-${pid}-`;
  await expect.poll(() => processesWith(profile).length, { timeout: 10_000 }).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await expect.poll(() => processesWith(userDataDir), { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => processesWith(profile), { timeout: 10_000 }).toEqual([]);
  rmSync(userDataDir, { recursive: true });
});
