// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src-*/**/*.test.ts', 'src-*/**/*.test.tsx', 'scripts/**/*.test.ts'],
          // Real databases and property tests among them, on small machines.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/sandbox/**/*.test.ts', 'test/electron-double/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Real switches, browsers and keychains: one file at a time on a small machine.
          fileParallelism: false,
        },
      },
    ],
  },
});
