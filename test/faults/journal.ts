// SPDX-License-Identifier: MIT
/** `npm run test:faults -- journal [seed]`: each call once in the CRM, whatever fails and however often we are killed. */
import { writeFileSync } from 'node:fs';
import { run } from './journal/run.ts';

const seed = Number(process.argv[2] ?? 1);
const began = performance.now();
let problems: readonly string[];
let checked = 0;
try {
  ({ checked, problems } = await run(seed));
} catch (error) {
  problems = [error instanceof Error ? error.message : String(error)];
}
for (const problem of problems) console.error(problem);
const counts = { passed: problems.length === 0 ? checked : 0, failed: problems.length, skipped: 0 };
console.log(`${checked} calls, seed ${seed}, ${Math.round((performance.now() - began) / 1000)} s`);
if (process.env.MEGADIAL_REPORT) writeFileSync(process.env.MEGADIAL_REPORT, JSON.stringify(counts));
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
