// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configKeys, loadConfig } from './config-load.ts';
import { createMeters } from './meters.ts';

const root = new URL('../', import.meta.url);
const page = readFileSync(new URL('docs/relay.md', root), 'utf8');

/** Names in backticks in the first column of the tables under a heading. */
function listed(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...section.matchAll(/^\| (`[^|]*?) \|/gm)].map((match) => match[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`{]+)[^`]*`/g)].map((match) => match[1] ?? '')).toSorted();
}

it('docs/relay.md has every key of the configuration, and no other', () => {
  const keys = configKeys().map(({ path }) => path.join('.').replace('tenants.0', 'tenants[]'));
  expect(listed('Configuration')).toEqual(keys.toSorted());
});

it('docs/relay.md has every metric, and no other', () => {
  const meters = createMeters();
  meters.watch({
    delivery: () => ({ desktops: 0, waiting: 0, behind: 0 }),
    connections: () => ({ open: 0, unfinished: 0, dropped: 0 }),
  });
  const names = [...meters.render().matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
  expect(listed('Metrics')).toEqual(names.toSorted());
});

it('the example configuration is a configuration', () => {
  const { config } = loadConfig(new URL('resources/relay/relay.example.json', root).pathname, {});
  expect(config.tenants.map(({ id }) => id)).toEqual(['acme']);
});

it('the pages link to what is there', () => {
  for (const name of ['relay.md', 'marketplace.md', 'tunnels.md']) {
    const text = readFileSync(new URL(`docs/${name}`, root), 'utf8');
    const links = [...text.matchAll(/\]\(([a-z-]+\.md)\)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(new URL(`docs/${link}`, root)))).toEqual([]);
  }
});
