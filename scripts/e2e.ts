// SPDX-License-Identifier: MIT
/** `npm run test:e2e [-- --grep @main-job]`: the built bundles, clicked as a person clicks, with a keychain of their own. */
import { keyringCommand } from '../test/lab/keyring.ts';
import { build, run } from './setup.mjs';

await build();
const [command = 'playwright', ...args] = keyringCommand(['playwright', 'test', ...process.argv.slice(2)]);
process.exitCode = await run(command, args);
