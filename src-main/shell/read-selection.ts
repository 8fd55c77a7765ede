// SPDX-License-Identifier: MIT
import { ClipboardItem, clipboard } from 'electron';
import type { Log } from '../log.ts';
import type { MakeItem } from './clipboard-snapshot.ts';
import { copySelectionOn } from './copy-selection.ts';
import { copiedSelection, primarySelection } from './selection.ts';

const makeItem: MakeItem = (payloads) => new ClipboardItem(payloads as ConstructorParameters<typeof ClipboardItem>[0]);

/** Reads the text selected in any program, one question at a time: a second one meanwhile gets the same answer. */
export function createSelectionReader(platform: NodeJS.Platform, log: Log): () => Promise<string> {
  const read =
    platform === 'win32' || platform === 'darwin'
      ? () => copiedSelection(clipboard, makeItem, copySelectionOn(platform), log)
      : () => primarySelection(clipboard.selection, log);
  let running: Promise<string> | null = null;
  return () => {
    running ??= read().finally(() => {
      running = null;
    });
    return running;
  };
}
