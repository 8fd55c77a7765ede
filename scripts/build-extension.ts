// SPDX-License-Identifier: MIT
/** `npm run build:extension`: the browser extension, ready to be loaded or zipped, in `out/extension`. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './setup.mjs';

const source = join(root, 'src-extension');
const target = join(root, 'out', 'extension');

/** One file for each entry: a content script can import nothing. */
async function bundle(entry: string, format: 'iife' | 'es'): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: target,
      emptyOutDir: false,
      target: 'chrome120',
      lib: { entry: join(source, `${entry}.ts`), formats: [format], name: 'megadial', fileName: () => `${entry}.js` },
    },
  });
}

export async function buildExtension(): Promise<string> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await bundle('content', 'iife');
  await bundle('popup', 'es');
  for (const file of ['manifest.json', 'popup.html', 'popup.css', '_locales']) {
    cpSync(join(source, file), join(target, file), { recursive: true });
  }
  for (const size of [48, 128]) {
    cpSync(join(root, 'resources/icons', `${size}x${size}.png`), join(target, `icon-${size}.png`));
  }
  return target;
}

if (import.meta.main) await buildExtension();
