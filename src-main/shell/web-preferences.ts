// SPDX-License-Identifier: MIT
import type { WebPreferences } from 'electron';
import type { WindowKind } from '../../src-shared/ipc/map.ts';

/** Safe settings of every window, said aloud even where they are the default. */
export function webPreferences(kind: WindowKind): WebPreferences {
  return {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    navigateOnDragDrop: false,
    // The dictionary would be fetched from a server that is not ours.
    spellcheck: false,
    // The engine rings while hidden, and the popup must be painted when it is shown.
    backgroundThrottling: kind === 'main',
    additionalArguments: [`--megadial-window=${kind}`],
  };
}
