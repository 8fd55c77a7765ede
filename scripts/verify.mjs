// SPDX-License-Identifier: MIT
// `npm run verify`: installs, then every check and test; the last line counts them.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { env, installDebian, installNpm, root, run, TEST_PACKAGES } from './setup.mjs';

/** The long proofs run a tenth of their rounds here, all of them when they are asked for by name. */
const short = { MEGADIAL_SHORT: '1' };
const results = join(root, '.tmp', 'results');
const total = { passed: 0, failed: 0, skipped: 0 };

/** A check that passes or fails as a whole counts as one. */
async function check(name, command, args) {
  console.log(`\n== ${name}`);
  if ((await run(command, args)) === 0) total.passed += 1;
  else total.failed += 1;
}

/** A runner that writes a JSON report; when it leaves none behind, that is one failure. */
async function tests(name, command, args, file, count) {
  console.log(`\n== ${name}`);
  const code = await run(command, args, {
    env: { ...env, ...short, PLAYWRIGHT_JSON_OUTPUT_NAME: file, MEGADIAL_REPORT: file },
  });
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = count(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    console.error(`${name}: no report was written`);
  }
  total.passed += counts.passed;
  total.skipped += counts.skipped;
  total.failed += code !== 0 && counts.failed === 0 ? 1 : counts.failed;
}

const vitest = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  skipped: report.numPendingTests + report.numTodoTests,
});
const playwright = ({ stats }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  skipped: stats.skipped,
});

const started = Date.now();
installNpm();
installDebian(TEST_PACKAGES);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const report = (name) => join(results, `${name}.json`);
const json = (name) => ['--reporter=default', '--reporter=json', `--outputFile.json=${report(name)}`];

await check('lint', 'biome', ['check', '.']);
await check('typecheck', 'npm', ['run', '--silent', 'typecheck']);
await tests('unit tests', 'vitest', ['run', '--project', 'unit', ...json('unit')], report('unit'), vitest);
await tests('faults: events', 'node', ['scripts/faults.ts', 'events'], report('faults'), (counts) => counts);
await check('build', 'electron-vite', ['build', '--logLevel', 'warn']);
await tests(
  'integration tests',
  'node',
  ['scripts/integration.ts', ...json('integration')],
  report('integration'),
  vitest,
);
await tests('end-to-end tests', 'node', ['scripts/e2e.ts', '--reporter=list,json'], report('e2e'), playwright);

console.log(`\nverify took ${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
