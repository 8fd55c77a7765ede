// SPDX-License-Identifier: MIT
import { expect, it, vi } from 'vitest';
import { templateText } from './template-file.ts';

it.each([
  [1_000_000, '<Crm/>', 1],
  [1_000_001, null, 0],
  [8_000_000_000, null, 0],
] as const)('reads a file of %i bytes only if it can be a template', async (size, text, reads) => {
  const read = vi.fn(async () => '<Crm/>');
  expect(await templateText({ size, text: read })).toBe(text);
  expect(read).toHaveBeenCalledTimes(reads);
});
