// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';

/**
 * `node --import …/register.ts out/main/index.js`: from here on `electron` is the double, for `import` and `require`.
 */
const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
  version: string;
};
const electronUrl = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron' || specifier === 'electron/main' || specifier === 'electron/common') {
      return { url: electronUrl, format: 'module-typescript', shortCircuit: true };
    }
    return next(specifier, context);
  },
});

Object.defineProperty(process.versions, 'electron', { value: version, enumerable: true });
Object.defineProperty(process, 'type', { value: 'browser', enumerable: true });
Object.defineProperty(process, 'resourcesPath', { value: join(root, 'resources'), enumerable: true });

await import('./start.ts');
