// SPDX-License-Identifier: MIT
import type { WindowKind } from '../../src-shared/ipc/map.ts';

/** The one origin of our pages. */
export const APP_ORIGIN = 'app://megadial';

export function pageUrl(kind: WindowKind): string {
  return `${APP_ORIGIN}/${kind}/index.html`;
}
