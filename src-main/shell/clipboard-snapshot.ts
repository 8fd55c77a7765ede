// SPDX-License-Identifier: MIT
/** What is used of Electron's clipboard and its items; the payload of a type is carried, never looked at. */
export type ClipboardLike<Item extends ItemLike = ItemLike> = {
  read(): Promise<Item[]>;
  readText(): Promise<string>;
  write(items: Item[]): Promise<void>;
  clear(): void;
};
export type ItemLike = { readonly types: readonly string[]; getType(type: string): Promise<unknown> };
export type MakeItem<Item extends ItemLike = ItemLike> = (payloads: Record<string, unknown>) => Item;

/**
 * Reads all that the clipboard holds (text, HTML, RTF, images, whatever has a type) and answers the function that
 * puts it back. Payloads are read now: they are gone once another program writes.
 */
export async function takeSnapshot<Item extends ItemLike>(
  clipboard: ClipboardLike<Item>,
  makeItem: MakeItem<Item>,
): Promise<() => Promise<void>> {
  const saved: Record<string, unknown>[] = [];
  for (const item of await clipboard.read()) {
    const payloads: Record<string, unknown> = {};
    for (const type of item.types) payloads[type] = await item.getType(type);
    if (item.types.length > 0) saved.push(payloads);
  }
  return async () => {
    if (saved.length === 0) clipboard.clear();
    else await clipboard.write(saved.map(makeItem));
  };
}
