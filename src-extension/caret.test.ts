// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { nodeAt } from './caret.ts';

const node = { nodeName: '#text' } as Node;
const asked: (readonly [string, number, number])[] = [];
const modern = {
  caretPositionFromPoint(x: number, y: number) {
    asked.push(['position', x, y]);
    return x < 0 ? null : { offsetNode: node };
  },
};
const old = {
  caretRangeFromPoint(x: number, y: number) {
    asked.push(['range', x, y]);
    return x < 0 ? null : { startContainer: node };
  },
};

it.each([
  ['of today', { ...modern, ...old }, 'position'],
  ['before Chrome 128', old, 'range'],
] as const)('finds what is under the pointer in browsers %s', (_, page, way) => {
  asked.length = 0;
  expect([nodeAt(page, 3, 4), nodeAt(page, -1, 4)]).toEqual([node, null]);
  expect(asked).toEqual([
    [way, 3, 4],
    [way, -1, 4],
  ]);
});
