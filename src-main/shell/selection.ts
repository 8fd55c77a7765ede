// SPDX-License-Identifier: MIT
import type { Log } from '../log.ts';
import { type ClipboardLike, type MakeItem, takeSnapshot } from './clipboard-snapshot.ts';

/** A number, even written with words around it, is shorter; more is never sent to the dialer. */
const MAX_TEXT = 500;
/** How long the program in front may take to copy after it was asked to. */
const WAIT = 400; // ms
const STEP = 20; // ms

/** Makes the program in front copy what is selected in it; resolves when it was asked to. */
export type CopySelection = () => Promise<void>;

/**
 * The text that is selected in the program in front, '' when there is none. The clipboard is emptied to see a fresh
 * copy arrive, and holds what it held before in the end, whatever happens on the way. A clipboard that cannot be
 * saved is not touched.
 */
export async function copiedSelection(
  clipboard: ClipboardLike,
  makeItem: MakeItem,
  copySelection: CopySelection,
  log: Log,
): Promise<string> {
  let restore: () => Promise<void>;
  try {
    restore = await takeSnapshot(clipboard, makeItem);
  } catch (error) {
    log.warn('selection not read: the clipboard cannot be saved', { error });
    return '';
  }
  let text = '';
  try {
    clipboard.clear();
    await copySelection();
    for (let waited = 0; text === '' && waited < WAIT; waited += STEP) {
      await new Promise((resolve) => setTimeout(resolve, STEP));
      text = await clipboard.readText();
    }
  } catch (error) {
    log.warn('selection not read', { error });
  }
  try {
    await restore();
  } catch (error) {
    log.error('clipboard not restored', { error });
  }
  return text.slice(0, MAX_TEXT).trim();
}

/** Linux keeps what is selected in a clipboard of its own: nothing has to be copied, nothing restored. */
export async function primarySelection(clipboard: Pick<ClipboardLike, 'readText'>, log: Log): Promise<string> {
  try {
    return (await clipboard.readText()).slice(0, MAX_TEXT).trim();
  } catch (error) {
    log.warn('selection not read', { error });
    return '';
  }
}
