// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
type Package = { engines: { node: string }; devDependencies: { node: string } };
const { engines, devDependencies } = JSON.parse(read('package.json')) as Package;

test('every page names the Node that `engines` asks for, which is what starts before anything is installed', () => {
  // `import.meta.dirname` of the scripts in plain JavaScript came with Node 20.11.
  expect(engines.node).toBe('>=20.11');
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Partial<Package>> };
  expect(lock.packages['']?.engines).toEqual(engines);
  for (const page of ['README.md', 'CONTRIBUTING.md']) {
    expect([...read(page).matchAll(/Node ([\d.]+) or later/g)].map((match) => match[1])).toEqual(['20.11']);
  }
});

test('what runs the sources is one Node: the installed one, the container’s, and the one a server is told to have', () => {
  const major = /^\^(\d+)\./.exec(devDependencies.node)?.[1] ?? '';
  expect(read('docs/relay.md')).toContain(`Node ${major} or later runs the sources`);
  expect(read('resources/relay/megadial-relay.service')).toContain(`Node ${major} or later`);
  const images = [...read('resources/relay/Containerfile').matchAll(/library\/node:(\d+)-/g)].map((match) => match[1]);
  expect(new Set(images)).toEqual(new Set([major]));
});
