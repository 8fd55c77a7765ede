// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { share } from './share.ts';

const plain = fc.jsonValue();

test('the result always equals the new value', () => {
  fc.assert(
    fc.property(plain, plain, (previous, next) => {
      expect(share(previous, next)).toEqual(next);
    }),
  );
});

test('a clone of the same value gives back the old objects', () => {
  fc.assert(
    fc.property(plain, (value) => {
      expect(share(value, structuredClone(value))).toBe(value);
    }),
  );
});

test('a key that is also an inherited member is data like any other', () => {
  const value = JSON.parse('[{"__proto__":false,"toString":1}]') as unknown;
  expect(share(value, structuredClone(value))).toBe(value);
  expect(share([{}], value)).toEqual(value);
});

test('only the changed branch is new', () => {
  const old = { a: { x: 1 }, b: [{ y: 1 }, { y: 2 }] };
  const shared = share(old, { a: { x: 1 }, b: [{ y: 1 }, { y: 3 }] });
  expect(shared.a).toBe(old.a);
  expect(shared.b[0]).toBe(old.b[0]);
  expect(shared.b).not.toBe(old.b);
});
