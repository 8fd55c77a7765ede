// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smsSize } from './sms-parts.ts';

test.each([
  ['', 0, 0, false],
  ['a'.repeat(160), 160, 1, false],
  ['a'.repeat(161), 161, 2, false],
  ['a'.repeat(306), 306, 2, false],
  ['a'.repeat(307), 307, 3, false],
  ['€'.repeat(80), 160, 1, false],
  ['ñ¿¡', 3, 1, false],
  ['á', 1, 1, true],
  ['á'.repeat(70), 70, 1, true],
  ['á'.repeat(71), 71, 2, true],
  ['🙂', 2, 1, true],
])('%#: length, parts, alphabet', (text, length, parts, special) => {
  expect(smsSize(text)).toEqual({ length, parts, special });
});

test('a letter of two places never stands in two messages', () => {
  expect(smsSize(`${'a'.repeat(152)}€${'a'.repeat(152)}`).parts).toBe(3);
});

test('more text is never fewer messages, and the parts hold all of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ maxLength: 20 }), (text, more) => {
      const size = smsSize(text);
      expect(smsSize(text + more).parts).toBeGreaterThanOrEqual(size.parts);
      expect(size.parts * (size.special ? 70 : 160)).toBeGreaterThanOrEqual(size.length);
    }),
  );
});
