// SPDX-License-Identifier: MIT
/** `npm run test:faults [-- NAME [options]]`: `test/faults/NAME.ts`, by default each; what goes wrong outside, thousands of times. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './setup.mjs';

const folder = join(root, 'test', 'faults');
const all = readdirSync(folder).filter((file) => file.endsWith('.ts'));
const [name, ...args] = process.argv.slice(2);
const files = name === undefined ? all : all.filter((file) => file === `${name}.ts`);
if (files.length === 0) {
  console.error(`usage: npm run test:faults -- NAME, one of: ${all.map((file) => file.slice(0, -3)).join(', ')}`);
  process.exit(2);
}
let failed = false;
for (const file of files) failed = (await run('node', [join(folder, file), ...args])) !== 0 || failed;
process.exitCode = failed ? 1 : 0;
