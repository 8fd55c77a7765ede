// SPDX-License-Identifier: MIT
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Rect } from './placement.ts';

const rect = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
const file = z.object({
  main: rect.nullable(),
  mainMaximized: z.boolean(),
  popup: rect.nullable(),
  /** True once this computer was asked to open tel: links with us: asked once, never again. */
  linksClaimed: z.boolean(),
});
type Places = z.infer<typeof file>;

export type PlaceStore = {
  get(): Places;
  /** Written after a pause, since a drag changes it many times a second. */
  set(patch: { [K in keyof Places]?: Places[K] extends Rect | null ? Rect | null : Places[K] }): void;
  flush(): void;
};

const PAUSE = 500; // ms

/** `window-state.json` in the user's folder: where windows stood. A file that cannot be read counts as none. */
export function openPlaces(userDataDir: string, log: Log): PlaceStore {
  const path = join(userDataDir, 'window-state.json');
  let places: Places = { main: null, mainMaximized: false, popup: null, linksClaimed: false };
  try {
    const parsed = file.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) places = parsed.data;
  } catch {
    // The first start has none, and a broken one is not worth a question.
  }
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    try {
      writeFileSync(`${path}.new`, JSON.stringify(places));
      renameSync(`${path}.new`, path);
    } catch (error) {
      log.warn('window places not kept', { error });
    }
  };
  return {
    get: () => places,
    set(patch) {
      places = { ...places, ...patch };
      timer ??= setTimeout(flush, PAUSE);
    },
    flush,
  };
}
