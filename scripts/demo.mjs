// SPDX-License-Identifier: MIT
// `npm run demo [-- --tour]`: everything from a fresh clone to a ringing agent, with no question asked.
import { build, DEMO_PACKAGES, installDebian, installNpm, run } from './setup.mjs';

installNpm();
installDebian(process.env.DISPLAY ? DEMO_PACKAGES : [...DEMO_PACKAGES, 'xvfb']);
await build();
process.exitCode = await run('node', ['scripts/demo.ts', ...process.argv.slice(2)]);
