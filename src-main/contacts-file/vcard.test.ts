// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../src-shared/csv/text.ts';
import type { Entry, RawContact } from './entry.ts';
import { cardEntries } from './source.ts';
import { type Card, createCardReader } from './vcard-cards.ts';
import { contentLines } from './vcard-lines.ts';

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function cards(text: string | Uint8Array, encoding: Encoding = 'utf-8', size = 1_000): Promise<readonly Card[]> {
  const reader = createCardReader(encoding);
  const all: Card[] = [];
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for await (const lines of contentLines(cut(bytes, size), encoding)) all.push(...reader.push(lines));
  return [...all, ...reader.end()];
}
async function only(text: string | Uint8Array, encoding: Encoding = 'utf-8'): Promise<RawContact> {
  const [card] = await cards(text, encoding);
  if (card?.contact == null) throw new Error('no contact');
  return card.contact;
}
async function entries(bytes: AsyncIterable<Uint8Array>): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for await (const list of cardEntries(bytes, 'utf-8', 'ES')) all.push(...list);
  return all;
}
const card = (...lines: readonly string[]) => ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');

describe('a card', () => {
  it('of version 3 is read with groups, types, escapes and folded lines', async () => {
    const text = card(
      ...[
        'VERSION:3.0',
        'N:Pérez\\, S.;Ana;María;Dra.;',
        'FN:Ana "la jefa"\\, P',
        ' érez',
        'ORG:Sol\\; Luna S.L.;Ventas',
      ],
      ...[
        'item1.TEL;type=CELL;type=pref:600 111 222',
        'TEL;TYPE="WORK,VOICE":+34 911 22 33 44',
        'TEL;TYPE=FAX:911223345',
      ],
      ...['EMAIL;TYPE=INTERNET:ana@sol.example', 'item2.EMAIL:a2@sol.example', 'URL:https\\://sol.example/a'],
      ...['NOTE:nothing\\nof ours', 'PHOTO;ENCODING=b:AAAA', ' AAAA=', 'X-MEGADIAL-RESPONSIBLE:101'],
    );
    expect(await only(text)).toEqual({
      ...{ line: 1, kind: 'person', name: 'Ana "la jefa", Pérez', company: 'Sol; Luna S.L.' },
      emails: ['ana@sol.example', 'a2@sol.example'],
      phones: ['600 111 222', '+34 911 22 33 44', '911223345'],
      ...{ url: 'https://sol.example/a', responsible: '101' },
    });
  });

  it('of version 4 has tel: addresses, preferences and kinds', async () => {
    const text = card(
      ...['VERSION:4.0', 'KIND:org', 'FN:Sol', 'TEL;VALUE=uri;PREF=2:tel:+34-911-223344;ext=5'],
      ...['TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+34600111222', 'PHOTO:data:image/png;base64,AA=='],
    );
    expect(await only(text)).toMatchObject({
      ...{ kind: 'company', name: 'Sol' },
      phones: ['tel:+34600111222', 'tel:+34-911-223344;ext=5'],
    });
    expect((await cards(card('VERSION:4.0', 'KIND:group', 'FN:Friends')))[0]).toMatchObject({
      contact: null,
      problems: [{ line: 1, why: 'group' }],
    });
  });

  it('of version 2.1 has bare types, quoted-printable over lines, and its own character set', async () => {
    const text = Buffer.from(
      card(
        ...['VERSION:2.1', 'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:P=C3=A9rez;Ana;;;', 'TEL;CELL;PREF:600111222'],
        ...[
          'ORG;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=D1=EE=EB=',
          '=ED=F6=E5',
          'EMAIL;INTERNET:a@sol.example',
        ],
      ),
    );
    expect(await only(text)).toMatchObject({ name: 'Ana Pérez', company: 'Солнце', phones: ['600111222'] });
    const raw = Buffer.from(card('VERSION:2.1', 'N;CHARSET=ISO-8859-1:Núñez;Iñigo'), 'latin1');
    expect(await only(raw)).toMatchObject({ name: 'Iñigo Núñez' });
  });

  it.each<[string, Buffer, Encoding]>([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${card('FN:Iñigo €')}`), 'utf-8'],
    ['Windows-1252', Buffer.from(card('FN:Iñigo \x80'), 'latin1'), 'utf-8'],
    ['UTF-16', Buffer.from(`\uFEFF${card('FN:Iñigo €')}`, 'utf16le'), 'utf-16le'],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${card('FN:Iñigo €')}`, 'utf16le').swap16(), 'utf-16be'],
  ])('may be %s', async (_name, bytes, encoding) => {
    for (const size of [1, 2, 7, 10_000]) {
      const [one] = await cards(bytes, encoding, size);
      expect(one?.contact?.name).toBe('Iñigo €');
    }
  });

  it('in Cyrillic of Windows is read as somebody says', async () => {
    const bytes = Buffer.concat([
      Buffer.from('BEGIN:VCARD\nFN:'),
      Buffer.from([0xc8, 0xe2, 0xe0, 0xed]),
      Buffer.from('\nEND:VCARD'),
    ]);
    expect(await only(bytes, 'windows-1251')).toMatchObject({ name: 'Иван' });
  });

  it('that is folded within a character is whole again', async () => {
    const bytes = Buffer.from(card('FN:Iñigo'));
    const at = bytes.indexOf(0xc3) + 1;
    const folded = Buffer.concat([bytes.subarray(0, at), Buffer.from('\r\n '), bytes.subarray(at)]);
    expect(await only(folded)).toMatchObject({ name: 'Iñigo' });
  });

  it('without FN is called by its parts, its nickname or its company', async () => {
    expect(await only(card('N:Pérez;Ana;;Dr.;Jr.'))).toMatchObject({ name: 'Dr. Ana Pérez Jr.' });
    expect(await only(card('NICKNAME:Anita'))).toMatchObject({ name: 'Anita' });
    expect(await only(card('ORG:Sol;Ventas', 'N:;;;;'))).toMatchObject({ name: '', company: 'Sol' });
    expect(await only(card('FN:Sol', 'N:;;;;', 'ORG:Sol'))).toMatchObject({ kind: 'company', name: 'Sol' });
    expect(await only(card('FN:Shop', 'ORG:Sol', 'X-ABShowAs:COMPANY'))).toMatchObject({
      kind: 'company',
      name: 'Sol',
    });
    expect(await only(card('FN:Sol', 'N:Sol;;;;', 'ORG:Sol'))).toMatchObject({ kind: 'person' });
  });

  it('within a card is passed over', async () => {
    const text = card('FN:Ana', 'AGENT:', 'BEGIN:VCARD', 'FN:Agent', 'TEL:1', 'END:VCARD', 'TEL:600111222');
    expect(await cards(text)).toMatchObject([{ contact: { name: 'Ana', phones: ['600111222'] }, problems: [] }]);
  });
});

describe('what is broken', () => {
  it('is told by its line, and what can be read is read', async () => {
    const text = [
      'noise',
      'BEGIN:VCARD',
      'FN:Ana',
      'BEGIN:VCARD',
      'FN:Eva',
      'what is this',
      'END:VCARD',
      'BEGIN:VCARD',
      'FN:Luis',
    ];
    expect(await cards(text.join('\n'))).toMatchObject([
      { contact: { line: 2, name: 'Ana' }, problems: [{ line: 2, why: 'broken' }] },
      { contact: { line: 4, name: 'Eva' }, problems: [{ line: 6, why: 'broken' }] },
      { contact: { line: 8, name: 'Luis' }, problems: [{ line: 8, why: 'broken' }] },
    ]);
  });

  it('in a photo nobody wants is no trouble', async () => {
    const text = card('FN:Ana', 'PHOTO;ENCODING=BASE64:', 'AAAA', 'BBBB=', '', 'TEL:600111222');
    expect(await cards(text)).toMatchObject([{ contact: { phones: ['600111222'] }, problems: [] }]);
  });

  it.each([
    ['a quote that never closes', 'TEL;TYPE="x:600111222', ['600111222']],
    ['a parameter without a value', 'TEL;TYPE=;;=:600111222', ['600111222']],
    ['a colon in quotes', 'TEL;X="a:b;c":600111222', ['600111222']],
    ['a character set nobody knows', 'TEL;CHARSET=klingon:600111222', ['600111222']],
    ['an escape at the end', 'TEL:600111222\\', ['600111222\\']],
    ['no name', ':600111222', []],
  ])('as %s is read as far as it goes', async (_name, line, phones) => {
    expect((await cards(card('FN:Ana', line)))[0]?.contact?.phones).toEqual(phones);
  });
});

describe('a vCard bomb', () => {
  async function* repeated(before: string, part: string, times: number, after: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(before);
    const many = Buffer.from(part.repeat(1_000));
    for (let done = 0; done < times; done += 1_000) yield many;
    yield Buffer.from(after);
  }

  it('of a million numbers is a contact of the first few', async () => {
    const [bomb] = await entries(repeated('BEGIN:VCARD\nFN:Ana\n', 'TEL:600111222\n', 1_000_000, 'END:VCARD\n'));
    expect(bomb?.draft?.numbers).toEqual(['+34600111222']);
    expect(bomb?.problems).toEqual([{ line: 102, why: 'many-numbers' }]);
  });

  it('of a photo of a hundred megabytes loses the photo', async () => {
    const photo = 'A'.repeat(1_000);
    for (const [line, name] of [
      [photo, 'in one line'],
      [`${photo}\n `, 'folded'],
    ] as const) {
      const before = 'BEGIN:VCARD\nFN:Ana\nPHOTO;ENCODING=b:';
      const found = await entries(repeated(before, line, 100_000, '\nTEL:600111222\nEND:VCARD\n'));
      expect(found, name).toMatchObject([{ draft: { name: 'Ana', numbers: ['+34600111222'] }, problems: [] }]);
    }
  });

  it('of a property of ours that does not end loses that property, and says so', async () => {
    for (const part of ['A', 'A\n ', '=41=\n']) {
      const before = `BEGIN:VCARD\nFN:Ana\nTEL:600111222\nORG${part.startsWith('=') ? ';ENCODING=QUOTED-PRINTABLE' : ''}:`;
      const [bomb] = await entries(repeated(before, part, 1_000_000, '\nEND:VCARD\n'));
      expect(bomb).toMatchObject({ draft: { name: 'Ana', company: '' }, problems: [{ line: 4, why: 'too-long' }] });
    }
  });

  it('of cards within cards is one card', async () => {
    const found = await entries(
      repeated('BEGIN:VCARD\nFN:Ana\nAGENT:\n', 'BEGIN:VCARD\nAGENT:\n', 100_000, 'END:VCARD\n'),
    );
    expect(found).toMatchObject([{ draft: { name: 'Ana' }, problems: [{ line: 1, why: 'broken' }] }]);
  });

  it('of cards that never end is those cards', async () => {
    const found = await entries(repeated('', 'BEGIN:VCARD\n', 10_000, ''));
    expect(found).toHaveLength(10_000);
    expect(found.every(({ draft }) => draft === null)).toBe(true);
  });

  it('of any lines comes to an end, and no contact has more than it may', async () => {
    const piece = fc.constantFrom(
      ...[
        'BEGIN:VCARD',
        'END:VCARD',
        'AGENT:',
        'FN:',
        'N:a;b;c',
        'TEL',
        ';',
        ':',
        '"',
        '\\',
        '=',
        ' ',
        '\t',
        '\r\n',
        '\n',
        '\r',
      ],
      ...[
        'QUOTED-PRINTABLE',
        ';CHARSET=',
        'ORG:',
        'é',
        '\u{1F600}',
        '\0',
        'EMAIL:a@b',
        '600111222',
        '\uFEFF',
        'KIND:group',
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), async (list, size) => {
        const bytes = Buffer.from(list.join(''));
        const found = await entries(cut(bytes, size));
        expect(found).toEqual(await entries(cut(bytes, 10_000)));
        for (const { draft, problems } of found) {
          expect(draft !== null || problems.length > 0).toBe(true);
          expect(draft?.name ?? 'x').toMatch(/\S/);
        }
      }),
    );
  });
});
