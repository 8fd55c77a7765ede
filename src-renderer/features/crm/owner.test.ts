// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { ownerOf } from './owner.ts';

const agents = [
  { extension: '101', userIds: { zoho: 'Z-1' } },
  { extension: '102', userIds: { zoho: 'Z-2', salesforce: 'S-2' } },
];

test.each([
  ['102', 'zoho', 'Z-2'],
  ['102', 'salesforce', 'S-2'],
  ['101', 'salesforce', ''],
  ['103', 'zoho', ''],
])('a record that %s makes in %s belongs to %j', (extension, connector, owner) => {
  expect(ownerOf(agents, extension, connector)).toBe(owner);
});
