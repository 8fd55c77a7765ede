// SPDX-License-Identifier: MIT
/** `npm run test:integration [-- NAME]`: real switches, browsers and keychains; NAME picks the files that contain it. */
import { build, run } from './setup.mjs';

// Some files start the app as it is built.
await build();
process.exitCode = await run('vitest', ['run', '--project', 'integration', ...process.argv.slice(2)]);
