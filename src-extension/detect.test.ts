// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNumbers } from './detect.ts';

const found = (text: string, plain = true) => findNumbers(text, 'ES', plain).map(({ e164 }) => e164);

describe('numbers in a page', () => {
  it.each([
    ['Call +34 612 345 678 today', ['+34612345678']],
    ['612 34 56 78', ['+34612345678']],
    ['612345678', ['+34612345678']],
    ['Tel. (0044) 20 7946 0958, fax +1 212-555-0123 x5', ['+442079460958', '+12125550123']],
    ['one 612345678, two 911 23 45 67.', ['+34612345678', '+34911234567']],
  ])('finds %s', (text, numbers) => {
    expect(found(text)).toEqual(numbers);
  });

  it.each([
    'VAT ES123456789012345',
    'IBAN ES91 2100 0418 4502 0005 1332',
    'order 612345678-A',
    'ref=612345678&x',
    '€612345678',
    '612345678 €',
    '12.05.2026 20:15',
    '2026-11-20 612',
    'v1.612.345.678',
    '4111 1111 1111 1111',
    '101',
    '612345678901234',
  ])('is not taken in by %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('leaves digits without a separator alone when told to', () => {
    expect(found('612345678 or +34612345678', false)).toEqual(['+34612345678']);
  });

  it('says where each number stands, for any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        for (const { from, to, e164 } of findNumbers(text, 'ES', true)) {
          expect(text.slice(from, to)).toMatch(/\d/);
          expect(e164).toMatch(/^\+\d{5,15}$/);
        }
      }),
    );
  });
});
