// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../src-shared/csv/records.ts';
import type { Contact } from '../../src-shared/state.ts';
import { guessColumns } from './csv-columns.ts';
import { csvHeader, toCsv } from './csv-write.ts';
import { type Entry, toEntry } from './entry.ts';
import { cardEntries, rowEntries } from './source.ts';
import { toVcard } from './vcard-write.ts';

const odd = fc.constantFrom(
  ...[
    '=cmd|x',
    '+1',
    '-1',
    '@a',
    "'=x",
    "''",
    '"',
    '""',
    'a"b',
    ';',
    ',',
    '\\',
    '\\n',
    '\\\\',
    ':',
    'a;b,c:d',
    '\t',
    ' ',
  ],
  ...[
    '\u202E',
    '\u2028',
    '\u00a0',
    '\uFEFF',
    'é',
    'e\u0301',
    '李',
    '😀',
    '\0',
    '\r\n',
    'BEGIN:VCARD',
    'END:VCARD',
    ' ::: ',
  ],
);
const text = fc
  .array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 90 })), { maxLength: 5 })
  .map((list) => list.join(''));
const digits = fc.stringMatching(/^(\+\d{5,15}|\d{2,15}|\*\d{2,4}#)$/);

/** Any contact that can be in the store: typed by hand, or imported. */
const contact: fc.Arbitrary<Contact> = fc
  .record({
    ...{ kind: fc.constantFrom('person' as const, 'company' as const), name: text, company: text },
    emails: fc.array(fc.oneof(fc.emailAddress(), text), { maxLength: 12 }),
    phones: fc.array(digits, { maxLength: 22 }),
    url: fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.constant('')),
    responsible: fc.constantFrom('', '101'),
  })
  .map((given) => toEntry({ line: 1, ...given }, 'ES').draft)
  .filter((draft) => draft !== null)
  .map(({ kind = 'person', otherEmails = [], ...draft }) => ({ ...draft, kind, otherEmails, id: 1 }));

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<readonly Entry[]>): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for await (const list of source) all.push(...list);
  return all;
}

const asImported = (contacts: readonly Contact[]): readonly Entry[] =>
  contacts.map(({ id: _, ...rest }) => ({ draft: { id: null, ...rest }, problems: [] }));

describe('what is exported comes in again as it was', () => {
  it('as vCard, for any contacts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(contact, { maxLength: 4 }), fc.integer({ min: 1, max: 99 }), async (list, size) => {
        const bytes = Buffer.from(list.map(toVcard).join(''));
        for (const line of bytes.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(75);
        expect(await collect(cardEntries(cut(bytes, size), 'utf-8', 'ES'))).toEqual(asImported(list));
      }),
      { numRuns: 300 },
    );
  });

  it.each([',', ';'] as const)(
    'as CSV separated by %s, for any contacts, and no cell is a formula',
    async (separator) => {
      await fc.assert(
        fc.asyncProperty(fc.array(contact, { maxLength: 4 }), fc.integer({ min: 1, max: 99 }), async (list, size) => {
          const written = csvHeader(separator) + list.map((one) => toCsv(one, separator)).join('');
          const records = [...csvRecords(written, separator)].map(({ cells }) => cells);
          for (const cell of records.flat()) expect(cell).toMatch(/^([^=+\-@]|\+\d+$|$)/);
          const { header, mapping } = guessColumns(records);
          const entries = rowEntries(cut(Buffer.from(written), size), 'utf-8', { header, mapping }, 'ES');
          expect(await collect(entries)).toEqual(asImported(list));
        }),
        { numRuns: 300 },
      );
    },
  );
});
