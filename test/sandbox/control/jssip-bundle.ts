// SPDX-License-Identifier: MIT
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

let cached: Promise<string> | null = null;

/** JsSIP as one classic script that sets `window.JsSIP`; built at the first call, then kept in memory. */
export function bundleJssip(): Promise<string> {
  cached ??= bundle();
  return cached;
}

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(import.meta.resolve('jssip')),
        formats: ['iife'],
        name: 'JsSIP',
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const item of outputs) {
    if (!('output' in item)) continue;
    const chunk = item.output.find((part) => part.type === 'chunk');
    if (chunk?.type === 'chunk') return chunk.code;
  }
  throw new Error('The JsSIP bundle is empty.');
}
