// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PARTS, type PartName, runPart } from './events/part.ts';

/**
 * `npm run test:faults -- events [--runs N] [--seed S] [--part tracker|service|relay [--path P]]`: random calls, told late,
 * twice, in any order and among lies, must leave the history that they leave when all goes well. The tracker is given N
 * scenarios, service and relay a thirtieth each.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    part: { type: 'string' },
    path: { type: 'string', default: '' },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
const SHARES: Readonly<Record<PartName, number>> = { tracker: 1, service: 1 / 30, relay: 1 / 30 };
const names = Object.keys(PARTS) as PartName[];
const wanted = values.part === undefined ? names : names.filter((name) => name === values.part);
if (wanted.length === 0 || !Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run test:faults -- events [--runs N] [--seed S] [--part tracker|service|relay [--path P]]');
  process.exit(2);
}

/** Each part in a process of its own, two at a time: they only calculate. */
function inProcess(name: PartName): Promise<boolean> {
  const args = ['--part', name, '--runs', values.runs, '--seed', values.seed];
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      // The part's own last line counts that part alone.
      process.stdout.write(`${output.trimEnd().split('\n').slice(0, -1).join('\n')}\n`);
      resolve(code === 0);
    });
  });
}

async function inTwos(): Promise<readonly boolean[]> {
  const waiting = [...wanted];
  const results: boolean[] = [];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) results.push(await inProcess(name));
  };
  await Promise.all([work(), work()]);
  return results;
}

const [only] = wanted;
const results =
  wanted.length === 1 && only !== undefined
    ? [await runPart(only, Math.max(1, Math.round(runs * SHARES[only])), seed, values.path)]
    : await inTwos();
const passed = results.filter((ok) => ok).length;
const report = { passed, failed: results.length - passed, skipped: 0 };
if (process.env.MEGADIAL_REPORT !== undefined && wanted.length > 1) {
  writeFileSync(process.env.MEGADIAL_REPORT, JSON.stringify(report));
}
console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
process.exit(report.failed === 0 ? 0 : 1);
