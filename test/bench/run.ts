// SPDX-License-Identifier: MIT
/**
 * `npm run bench -- NAME`: runs `test/bench/NAME.ts`. The last line is JSON `{name, ok, figures}`; exit 1 past a limit.
 * Numbers come from this machine at this moment: read them beside the floor measured in the same run.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type Bench = () => Promise<{ ok: boolean; figures: Record<string, unknown> }>;

const name = process.argv[2] ?? '';
const file = join(import.meta.dirname, `${name}.ts`);
const helpers = ['run.ts', 'stats.ts'];
if (!/^[a-z-]+$/.test(name) || helpers.includes(`${name}.ts`) || !existsSync(file)) {
  const names = readdirSync(import.meta.dirname).filter((entry) => entry.endsWith('.ts') && !helpers.includes(entry));
  console.error(`usage: npm run bench -- NAME, one of: ${names.map((entry) => entry.slice(0, -3)).join(', ')}`);
  process.exit(2);
}
const bench = ((await import(file)) as { default: Bench }).default;
const { ok, figures } = await bench();
console.log(JSON.stringify({ name, ok, figures }));
process.exit(ok ? 0 : 1);
