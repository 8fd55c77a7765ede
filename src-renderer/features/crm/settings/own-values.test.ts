// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import rest from '../../../../resources/crm/rest.json' with { type: 'json' };
import tryton from '../../../../resources/crm/tryton.json' with { type: 'json' };
import { EXAMPLES, operationsOf, placesOf, valuesFor, writes } from './own-values.ts';

test.each([
  ['rest', rest],
  ['tryton', tryton],
])('every operation of the %s template can be tried', (_, definition) => {
  const operations = operationsOf(definition);
  expect(operations).toContain('lookupByNumber');
  expect(operations.length).toBe(Object.keys(definition.operations).length);
  for (const operation of operations) {
    const values = valuesFor(placesOf(definition, operation), {}, 'ES');
    expect(Object.values(values).every((value) => typeof value === 'string')).toBe(true);
  }
});

test('a number is asked for once and given in all its forms', () => {
  expect(placesOf(rest, 'lookupByNumber')).toEqual(['number']);
  expect(valuesFor(['number'], { number: '911 22 23 33' }, 'ES')).toEqual({
    number: '911 22 23 33',
    e164: '+34911222333',
    digits: '34911222333',
    national: '911222333',
    tail: '1222333',
  });
});

test('what main adds is not asked for', () => {
  expect(placesOf(tryton, 'me')).toEqual([]);
  expect(placesOf(rest, 'search')).toEqual(['text']);
  expect(valuesFor(['text'], {}, 'ES')).toEqual({ text: EXAMPLES.text });
});

test('no definition has no operations', () => {
  for (const nothing of [null, 7, {}, { operations: 'x' }]) expect(operationsOf(nothing)).toEqual([]);
});

test('what writes into the CRM is known', () => {
  expect(operationsOf(rest).filter(writes)).toEqual(['createContact', 'reportCall', 'updateCall', 'reportChat']);
});
