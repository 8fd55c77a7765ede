// SPDX-License-Identifier: MIT
/** `npm run test:integration [-- NAME]`: real switches, browsers and keychains; NAME picks the files that contain it. */
import { run } from './setup.mjs';

process.exitCode = await run('vitest', ['run', '--project', 'integration', ...process.argv.slice(2)]);
