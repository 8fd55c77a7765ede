// SPDX-License-Identifier: MIT
/**
 * `node test/ui/screenshots.ts [part of a name]`: pictures of every screen in both themes, both languages and both
 * widths, into .tmp/ui/. A designer looks at them; nothing is compared.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CRM_SCENES } from './crm-scenes.ts';
import { startHarness } from './harness.ts';
import { PEOPLE_SCENES } from './people-scenes.ts';
import { SCENES } from './scenes.ts';
import { TEAM_SCENES } from './team-scenes.ts';

const out = resolve(import.meta.dirname, '../../.tmp/ui');
const wanted = process.argv[2] ?? '';
const quick = process.argv.includes('--quick');

await mkdir(out, { recursive: true });
const harness = await startHarness();
let problems = 0;
try {
  for (const scene of [...SCENES, ...TEAM_SCENES, ...CRM_SCENES, ...PEOPLE_SCENES]) {
    for (const language of ['en', 'es'] as const) {
      for (const dark of [false, true]) {
        for (const width of scene.kind === 'popup' ? [360] : [400, 1100]) {
          const name = `${scene.name}-${language}-${dark ? 'dark' : 'light'}-${width}`;
          if (!name.includes(wanted)) continue;
          // A quick look: each scene once wide in light English, once narrow in dark Spanish.
          if (quick && (width === 400 || width === 360 ? language === 'en' || !dark : language === 'es' || dark))
            continue;
          const world = scene.world();
          const { page, problems: found } = await harness.open(
            scene.kind,
            { ...world, state: { ...world.state, language } },
            { width, height: scene.kind === 'popup' ? (scene.height ?? 270) : 700, dark },
          );
          await scene.act?.(page);
          await page.waitForTimeout(250);
          await page.screenshot({ path: join(out, `${name}.png`) });
          for (const problem of found) console.log(`${name}: ${problem}`);
          problems += found.length;
          await page.context().close();
        }
      }
    }
  }
} finally {
  await harness.close();
}
console.log(`${problems} problems on the console`);
