// SPDX-License-Identifier: MIT
/**
 * `npm start [-- switches]`: the built app on Electron where its binary is there, else on the double
 * (docs/electron-double.md). Says which.
 */
import { join } from 'node:path';
import { electronBinary } from '../test/e2e/support/app.ts';
import { build, env, root, run } from './setup.mjs';

export type Runtime = {
  readonly name: 'electron' | 'double';
  readonly command: string;
  readonly args: readonly string[];
};

/** How to start the built app here. */
export function runtime(): Runtime {
  const electron = electronBinary();
  const entry = join(root, 'out', 'main', 'index.js');
  if (electron !== null) return { name: 'electron', command: electron, args: [root] };
  const register = join(root, 'test', 'electron-double', 'register.ts');
  return { name: 'double', command: join(root, 'node_modules', '.bin', 'node'), args: ['--import', register, entry] };
}

if (import.meta.main) {
  await build();
  const { name, command, args } = runtime();
  const display = process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY;
  console.log(name === 'electron' ? 'runtime: Electron' : 'runtime: the double on Chromium (no Electron binary here)');
  process.exitCode = await run(command, [...args, ...process.argv.slice(2)], {
    env: { ...env, ...(display ? { MEGADIAL_DOUBLE_HEADED: '1' } : {}) },
  });
}
