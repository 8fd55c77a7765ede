// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { until } from '../lab/process.ts';
import { notify, relayFolder, startOfCall } from '../relay/relay-process.ts';

/** What docs/relay.md says must be shipped is enough: the sources and the production dependencies, no tests, no tools. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHIPPED = ['src-relay', 'src-shared', 'src-megacall'];

/** Folders of `node_modules` that `npm ci --omit=dev` installs. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  return Object.entries(packages).flatMap(([path, { dev, optional }]) =>
    /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev && !optional ? [path] : [],
  );
}

it('runs on what is shipped, and takes an event', async () => {
  const { folder, configFile, remove } = relayFolder();
  const place = join(folder, 'opt');
  mkdirSync(place);
  for (const source of SHIPPED) {
    cpSync(join(ROOT, source), join(place, source), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  }
  cpSync(join(ROOT, 'package.json'), join(place, 'package.json'));
  const packages = productionPackages();
  expect(packages).toContain('node_modules/fastify');
  expect(packages).not.toContain('node_modules/vitest');
  for (const path of packages) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(place, path));
  }
  // Packages are found from where the link is, so that none finds what is not shipped.
  const flags = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const child = spawn(process.execPath, [...flags, 'src-relay/main.ts', '--config', configFile], { cwd: place });
  const closed = once(child, 'close');
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  try {
    const url = await until('the relay', () => {
      if (child.exitCode !== null) throw new Error(said);
      return /"url":"([^"]+)"/.exec(said)?.[1];
    });
    expect((await notify(url, startOfCall(1))).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
    await closed;
    remove();
  }
});
