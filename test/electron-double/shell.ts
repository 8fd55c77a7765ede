// SPDX-License-Identifier: MIT
import { guard } from './guard.ts';
import { record } from './record.ts';

/** Nothing leaves the test: what would have been opened is written down. */
export const shell = guard('shell', {
  async openExternal(url) {
    if (!URL.canParse(url)) throw new Error(`Invalid URL: ${url}`);
    record.openedExternal.push(url);
  },
  async openPath(path) {
    record.openedPaths.push(path);
    return '';
  },
  showItemInFolder(path) {
    record.shownInFolder.push(path);
  },
  beep: () => undefined,
} satisfies Pick<Electron.Shell, 'openExternal' | 'openPath' | 'showItemInFolder' | 'beep'>);
