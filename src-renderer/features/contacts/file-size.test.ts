// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { fileSize } from './file-size.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [12_345, '12 kB'],
  [2_400_000, '2.4 MB'],
  [2_147_483_648, '2.1 GB'],
  [5e15, '5,000,000 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(fileSize(bytes, 'en')).toBe(text);
});
