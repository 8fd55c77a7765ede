// SPDX-License-Identifier: MIT
import type { Windows } from './windows.ts';

/**
 * The window without a face that holds SIP and media. When its page dies or hangs `onLost` is told at once and the
 * page is loaded again (windows.ts); it says `ready` when it is back.
 */
export function createEngine(windows: Windows, onLost: () => void): void {
  windows.create('engine', { width: 400, height: 300, skipTaskbar: true, focusable: false }, onLost);
}
