// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { ItemLike } from './clipboard-snapshot.ts';
import { copiedSelection, primarySelection } from './selection.ts';
import { recordingLog } from './test-log.ts';

const { log, lines } = recordingLog();
const makeItem = (payloads: Record<string, unknown>): ItemLike => ({
  types: Object.keys(payloads),
  getType: async (type) => payloads[type],
});

/** A clipboard that holds one item, as the system's do. */
function fakeClipboard(payloads: Record<string, unknown>) {
  let items: ItemLike[] = Object.keys(payloads).length === 0 ? [] : [makeItem(payloads)];
  return {
    read: async () => items,
    readText: async () => String((await items[0]?.getType('text/plain')) ?? ''),
    write: async (written: ItemLike[]) => {
      items = written;
    },
    clear: () => {
      items = [];
    },
    copy: (text: string) => {
      items = [makeItem({ 'text/plain': text, 'text/html': `<b>${text}</b>` })];
    },
    contents: async () => {
      const all: Record<string, unknown> = {};
      for (const item of items) for (const type of item.types) all[type] = await item.getType(type);
      return all;
    },
  };
}

const PICTURE = new Blob([Uint8Array.of(1, 2, 3)], { type: 'image/png' });
const HELD = { 'text/plain': 'mine', 'text/html': '<i>mine</i>', 'text/rtf': '{\\rtf1}', 'image/png': PICTURE };

beforeEach(() => {
  lines.length = 0;
});

test('the selected text is read and the clipboard is as before, with every type', async () => {
  const clipboard = fakeClipboard(HELD);
  const text = await copiedSelection(clipboard, makeItem, async () => clipboard.copy(' +34 912 345 678\n'), log);
  expect(text).toBe('+34 912 345 678');
  expect(await clipboard.contents()).toEqual(HELD);
});

test('a program that copies late is waited for, one that copies nothing gives nothing', async () => {
  const clipboard = fakeClipboard(HELD);
  const late = async () => void setTimeout(() => clipboard.copy('100'), 60);
  expect(await copiedSelection(clipboard, makeItem, late, log)).toBe('100');
  expect(await copiedSelection(clipboard, makeItem, async () => {}, log)).toBe('');
  expect(await clipboard.contents()).toEqual(HELD);
});

test('the same text as before is still a selection', async () => {
  const clipboard = fakeClipboard({ 'text/plain': '100' });
  expect(await copiedSelection(clipboard, makeItem, async () => clipboard.copy('100'), log)).toBe('100');
  expect(await clipboard.contents()).toEqual({ 'text/plain': '100' });
});

test('a strategy that fails, before or after it copied, leaves the clipboard as it was', async () => {
  const held = fc.dictionary(fc.constantFrom('text/plain', 'text/html', 'text/rtf', 'image/png'), fc.string());
  await fc.assert(
    fc.asyncProperty(held, fc.boolean(), async (payloads, copies) => {
      const clipboard = fakeClipboard(payloads);
      const fails = async () => {
        if (copies) clipboard.copy('half');
        throw new Error('no permission');
      };
      expect(await copiedSelection(clipboard, makeItem, fails, log)).toBe('');
      expect(await clipboard.contents()).toEqual({ ...payloads });
    }),
  );
});

test('a clipboard that cannot be saved is not touched', async () => {
  const clipboard = fakeClipboard(HELD);
  const unreadable = { ...clipboard, read: () => Promise.reject(new Error('locked')) };
  let asked = false;
  const strategy = async () => {
    asked = true;
  };
  expect(await copiedSelection(unreadable, makeItem, strategy, log)).toBe('');
  expect(asked).toBe(false);
  expect(await clipboard.contents()).toEqual(HELD);
  expect(lines.map((line) => line.level)).toEqual(['warn']);
});

test('a clipboard that cannot be read on the way is restored all the same', async () => {
  const clipboard = fakeClipboard(HELD);
  const breaks = { ...clipboard, readText: () => Promise.reject(new Error('gone')) };
  expect(await copiedSelection(breaks, makeItem, async () => clipboard.copy('x'), log)).toBe('');
  expect(await clipboard.contents()).toEqual(HELD);
});

test('the primary selection of Linux is read as it is, bounded', async () => {
  expect(await primarySelection({ readText: async () => ' 100 ' }, log)).toBe('100');
  expect((await primarySelection({ readText: async () => '1'.repeat(10_000) }, log)).length).toBe(500);
  expect(await primarySelection({ readText: () => Promise.reject(new Error('wayland')) }, log)).toBe('');
});
