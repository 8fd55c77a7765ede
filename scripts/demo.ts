// SPDX-License-Identifier: MIT
/**
 * The demo: a sandbox PBX, the app set up on it, and a customer's phone. With `--tour` it goes through a call by itself
 * and leaves pictures and a timeline in `demo-out/`.
 */
import { withDisplay } from '../test/lab/display.ts';
import { keyringCommand } from '../test/lab/keyring.ts';
import { env, run } from './setup.mjs';

const args = process.argv.slice(2);
const [command = 'node', ...rest] = keyringCommand(['node', 'scripts/demo-run.ts', ...args]);
process.exitCode = await withDisplay((display) => run(command, rest, { env: { ...env, DISPLAY: display } }));
