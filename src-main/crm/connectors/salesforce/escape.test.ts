// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCondition } from '../../../../test/crm-emulators/salesforce/conditions.ts';
import { lex, Reader } from '../../../../test/crm-emulators/salesforce/lexer.ts';
import { readSearch, type Term } from '../../../../test/crm-emulators/salesforce/sosl-words.ts';
import { endsLike, soqlString, soslWord } from './escape.ts';

/** Anything a caller, a person or another program may have put into a name. */
const special = fc.string({ unit: fc.constantFrom(...'\\\'"%_*?{}()[]&|!^~:+- \n\r\t\u0000ab1', 'and', ' or ') });
const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), special);
/** What a query can hold of it. */
const plain = (text: string) => text.toWellFormed().replace(/[^\P{Cc}\n\r\t]/gu, ' ');

it('a text is one SOQL string and means itself', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(lex(soqlString(text))).toEqual([{ kind: 'string', text: plain(text) }]);
    }),
    { numRuns: 2_000 },
  );
});

it('a LIKE pattern finds what ends in its pieces, and no other text', () => {
  const like = (pattern: string, text: string) => readCondition(new Reader(lex(`A LIKE ${pattern}`)))(() => text);
  fc.assert(
    fc.property(anything, anything, (text, other) => {
      expect(like(endsLike([text]), plain(other) + plain(text))).toBe(true);
    }),
  );
  fc.assert(
    fc.property(special, special, (text, other) => {
      expect(like(endsLike([text]), other)).toBe(other.endsWith(plain(text)));
    }),
  );
  const digits = endsLike([...'3003549']);
  expect(['(781) 300-3549', '+1 781.300.3549', '7813003549'].map((text) => like(digits, text))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['300354', '3003540', '30035x9'].map((text) => like(digits, text))).toEqual([false, false, false]);
});

it('a word is one search term and means itself: no operator, no wildcard, no way out of the braces', () => {
  const word = anything.filter((text) => [...plain(text).trim()].length > 1 && !/\s/u.test(plain(text)));
  fc.assert(
    fc.property(word, (text) => {
      const terms: Term[] = [];
      readSearch(soslWord(text))((term) => {
        terms.push(term);
        return true;
      });
      expect(terms.map(({ letters }) => letters.map(({ letter }) => letter).join(''))).toEqual([plain(text)]);
      expect(terms[0]?.letters.some(({ isWild }) => isWild)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

it.each(['and', 'OR', 'Not'])('%s is a word, not an operator', (word) => {
  const seen: unknown[] = [];
  readSearch(`${soslWord(word)} AND ab`)((term) => seen.push(term) > 0);
  expect(seen.length).toBe(2);
});
