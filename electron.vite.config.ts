// SPDX-License-Identifier: MIT
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const here = import.meta.dirname;

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: resolve(here, 'src-main/index.ts'),
          'store-worker': resolve(here, 'src-main/store/worker.ts'),
          'contacts-worker': resolve(here, 'src-main/contacts-file/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: resolve(here, 'src-preload/index.ts') },
        // A sandboxed preload is one CommonJS file that may require only 'electron'.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react()],
    build: {
      outDir: resolve(here, 'out/renderer'),
      emptyOutDir: true,
      minify: true,
      rollupOptions: {
        input: {
          main: resolve(here, 'src-renderer/main/index.html'),
          popup: resolve(here, 'src-renderer/popup/index.html'),
          engine: resolve(here, 'src-renderer/engine/index.html'),
        },
      },
    },
  },
});
