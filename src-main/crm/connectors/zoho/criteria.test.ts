// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readQuery } from '../../../../test/crm-emulators/zoho/coql.ts';
import { readCriteria } from '../../../../test/crm-emulators/zoho/criteria.ts';
import { type ModuleName, schemaOf } from '../../../../test/crm-emulators/zoho/schema.ts';
import { usualSwitches } from '../../../../test/crm-emulators/zoho/switches.ts';
import { anyOf, coqlString, endings, equals, pairs, startsWith } from './criteria.ts';

/** Anything a caller, a person or another program may have put into a name. */
const special = fc.string({
  unit: fc.constantFrom(...'\\\'"%_*?{}()[],&|!:;= \n\tab1', ')or(', ')and(', ':equals:', "''"),
});
const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), special);
/** What a condition can hold of it. */
const plain = (text: string) => text.toWellFormed().replace(/[\p{Cc}\s]+/gu, ' ');
const schema = (module: ModuleName) => schemaOf(module, usualSwitches());
const isKnown = (field: string) => field === 'A' || field === 'B';
const query = (where: string) => readQuery(`select id from Contacts where ${where}`, schema, { phoneLike: true }).where;

it('a text is one condition and means itself', () => {
  fc.assert(
    fc.property(anything, anything, (text, other) => {
      const same = readCriteria(equals('A', text), isKnown);
      const begins = readCriteria(startsWith('A', text), isKnown);
      const either = readCriteria(anyOf([startsWith('A', text), startsWith('B', text)]), isKnown);
      expect([same({ A: plain(text) }), begins({ A: `${plain(text)} and more` }), either({ B: plain(text) })]).toEqual([
        ...[true, true, true],
      ]);
      const isSame = plain(other).toLowerCase() === plain(text).toLowerCase();
      expect(same({ A: plain(other) })).toBe(isSame);
    }),
    { numRuns: 2_000 },
  );
});

it('travels in an address as it is', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const condition = equals('A', text);
      expect(new URLSearchParams(`criteria=${encodeURIComponent(condition)}`).get('criteria')).toBe(condition);
    }),
  );
});

it('a text in a query means itself, or is not put there', () => {
  fc.assert(
    fc.property(anything, anything, (text, other) => {
      const quoted = coqlString(text);
      if (quoted === null) return;
      const where = query(`Last_Name = ${quoted}`);
      expect(where({ Last_Name: text })).toBe(true);
      expect(where({ Last_Name: other })).toBe(other.toLowerCase() === text.toLowerCase());
    }),
    { numRuns: 2_000 },
  );
  expect(['O’Hara', 'Зоя', '张伟', 'Ibarra'].map(coqlString)).toEqual([null, "'Зоя'", "'张伟'", "'Ibarra'"]);
  expect(["O'Hara", 'a\\', 'a%', '"', 'a\nb'].map(coqlString)).toEqual([null, null, null, null, null]);
});

it('pairs conditions as a query wants them', () => {
  const names = ['Phone', 'Mobile', 'Home_Phone', 'Other_Phone', 'Asst_Phone'];
  const where = query(
    pairs(
      names.map((name) => `${name} like '%0123'`),
      'or',
    ),
  );
  for (const name of names) expect([where({ [name]: '+44 0123' }), where({ [name]: '01234' })]).toEqual([true, false]);
  expect(query(pairs(["Phone = '1'"], 'and'))({ Phone: '1' })).toBe(true);
});

it.each([
  '+442079460123',
  '020 7946 0123',
  '(020) 7946-0123',
  '79 46 01 23',
  '794 60 123',
  '79-46-01-23',
  '7946-0-123',
])('a number written as %s has one of its endings', (stored) => {
  expect(endings('442079460123').some((end) => stored.endsWith(end))).toBe(true);
});
