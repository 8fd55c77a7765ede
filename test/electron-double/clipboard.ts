// SPDX-License-Identifier: MIT
import { guard } from './guard.ts';

type Source = Record<string, string | Blob | Electron.ClipboardBookmark | Promise<string | Blob>>;

/** Electron 45's clipboard is the web's: items of typed blobs, and promises everywhere. */
export class ClipboardItem implements Pick<Electron.ClipboardItem, 'types'> {
  readonly types: string[];
  readonly #items: Source;
  constructor(items: Source) {
    this.#items = items;
    this.types = Object.keys(items);
  }
  async getType(type: string): Promise<Blob> {
    const value = await this.#items[type];
    if (value === undefined) throw new Error(`The type '${type}' was not found`);
    return value instanceof Blob
      ? value
      : new Blob([typeof value === 'string' ? value : JSON.stringify(value)], { type });
  }
}

type Board = Pick<Electron.Clipboard, 'clear' | 'has' | 'read' | 'readText' | 'write' | 'writeText'>;

function board(): Board {
  let formats = new Map<string, Blob>();
  return {
    clear: () => formats.clear(),
    has: async (type) => formats.has(type),
    read: async () =>
      formats.size === 0 ? [] : [new ClipboardItem(Object.fromEntries(formats)) as unknown as Electron.ClipboardItem],
    readText: async () => (await formats.get('text/plain')?.text()) ?? '',
    async write(items) {
      const written = new Map<string, Blob>();
      for (const item of items) for (const type of item.types) written.set(type, (await item.getType(type)) as Blob);
      formats = written;
    },
    async writeText(text) {
      formats = new Map([['text/plain', new Blob([text], { type: 'text/plain' })]]);
    },
  };
}

export const boards = { clipboard: board(), selection: board() };

export const clipboard = guard('clipboard', {
  ...boards.clipboard,
  selection: process.platform === 'linux' ? guard('clipboard.selection', boards.selection) : undefined,
});
