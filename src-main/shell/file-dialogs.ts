// SPDX-License-Identifier: MIT
import { extname } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';

/** Asks the person for one file to read. Null: none was chosen. */
export async function openFile(
  parent: BrowserWindow | undefined,
  { title, extensions }: { readonly title: string; readonly extensions: readonly string[] },
): Promise<string | null> {
  const options: Electron.OpenDialogOptions = {
    title,
    properties: ['openFile'],
    filters: [
      { name: extensions.map((extension) => `*.${extension}`).join(' '), extensions: [...extensions] },
      { name: '*', extensions: ['*'] },
    ],
  };
  const chosen = await (parent === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
}

/** Asks the person where to write a file; the system asks before another one is replaced. Null: nowhere. */
export async function saveFile(
  parent: BrowserWindow | undefined,
  { title, name }: { readonly title: string; readonly name: string },
): Promise<string | null> {
  const extension = extname(name).slice(1);
  const options: Electron.SaveDialogOptions = {
    title,
    defaultPath: name,
    filters: [{ name: `*.${extension}`, extensions: [extension] }],
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  };
  const chosen = await (parent === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(parent, options));
  return chosen.canceled || !chosen.filePath ? null : chosen.filePath;
}
