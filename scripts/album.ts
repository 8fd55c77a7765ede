// SPDX-License-Identifier: MIT
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from './setup.mjs';

/** Numbered pictures and a timeline in `demo-out/`. */
export function openAlbum() {
  const folder = join(root, 'demo-out');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const started = performance.now();
  const lines: { at: number; took: number; what: string }[] = [];
  let number = 0;
  return {
    async step(what: string, run: () => Promise<void>): Promise<void> {
      const begun = performance.now();
      await run();
      const line = { at: Math.round(begun - started), took: Math.round(performance.now() - begun), what };
      lines.push(line);
      console.log(`${(line.at / 1000).toFixed(1).padStart(6)} s  ${what} (${line.took} ms)`);
    },
    async picture(name: string, page: Page): Promise<void> {
      number += 1;
      await page.screenshot({ path: join(folder, `${String(number).padStart(2, '0')}-${name}.png`) });
    },
    close(facts: Record<string, string>): void {
      const rows = lines.map((line) => `| ${(line.at / 1000).toFixed(1)} s | ${line.took} ms | ${line.what} |`);
      const head = Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`);
      const text = ['# The tour', '', ...head, '', '| At | Took | What |', '|---|---|---|', ...rows, ''].join('\n');
      writeFileSync(join(folder, 'timeline.md'), text);
      console.log(`${number} pictures and timeline.md in demo-out/`);
    },
  };
}
