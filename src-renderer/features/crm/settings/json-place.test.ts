// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeAt, placeOfPath, readJson } from './json-place.ts';

const TEXT = `{
  "name": "Our CRM",
  "secrets": ["user", "password"],
  "operations": {
    "me": { "path": "me" },
    "lookupByNumber": [
      { "path": "a" },
      { "path": "b", "query": { "n": "{{e164}}" } }
    ]
  }
}`;

test.each([
  ['name', 2, 3],
  ['secrets.1', 3, 23],
  ['operations.me.path', 5, 13],
  ['operations.lookupByNumber', 6, 5],
  ['operations.lookupByNumber.1', 8, 7],
  ['operations.lookupByNumber.1.query.n', 8, 33],
])('%s stands in line %i, column %i', (path, line, column) => {
  expect(placeOfPath(TEXT, path.split('.'))).toMatchObject({ line, column });
});

test('what is not there has no place', () => {
  expect(placeOfPath(TEXT, ['operations', 'search'])).toBeNull();
  expect(placeOfPath(TEXT, [])).toBeNull();
});

test('every key of any object is found where it is written', () => {
  const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }));
  fc.assert(
    fc.property(keys, fc.array(leaf, { minLength: 6, maxLength: 6 }), (names, values) => {
      const inner = Object.fromEntries(names.map((name, index) => [name, values[index]]));
      const text = JSON.stringify({ before: [1, { x: 2 }], inner }, null, 2);
      for (const name of Object.keys(inner)) {
        const place = placeOfPath(text, ['inner', name]);
        expect(text.slice(place?.offset ?? 0).startsWith(JSON.stringify(name))).toBe(true);
      }
    }),
  );
});

test.each([
  ['{\n  "a": 1,\n  "b": }\n', 3, 8, 'value'],
  ['{"a": 1', 1, 8, 'comma'],
  ['{"a": 1,}', 1, 9, 'key'],
  ['{"a" 1}', 1, 6, 'colon'],
  ['{"a": 1} x', 1, 10, 'end'],
  ["{'a': 1}", 1, 2, 'key'],
  ['["a\nb"]', 1, 2, 'value'],
  ['', 1, 1, 'value'],
])('%j is wrong in line %i, column %i: %s expected', (text, line, column, expected) => {
  expect(readJson(text)).toMatchObject({ ok: false, expected, place: { line, column } });
});

test('what the platform reads is read; what it refuses has a place, and no shorter text is refused before it', () => {
  expect(readJson(TEXT)).toMatchObject({ ok: true });
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('', '}', '"', ',', ' 1'), (json, where, put) => {
      const at = where % (json.length + 1);
      const text = json.slice(0, at) + put + json.slice(at + 1);
      const read = readJson(text);
      if (read.ok) return;
      const { offset } = read.place;
      expect(offset).toBeLessThanOrEqual(text.length);
      // The mistake is where it is whatever follows.
      const cut = readJson(`${text.slice(0, offset)} ?`);
      expect(cut.ok ? -1 : cut.place.offset).toBeGreaterThanOrEqual(offset);
    }),
  );
});

test('lines and columns count from one', () => {
  expect(placeAt('ab\ncd', 0)).toEqual({ line: 1, column: 1, offset: 0 });
  expect(placeAt('ab\ncd', 4)).toEqual({ line: 2, column: 2, offset: 4 });
});
