// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { ImportField } from '../../src-shared/contacts-file.ts';
import type { Encoding } from '../../src-shared/csv/text.ts';
import { guessColumns } from './csv-columns.ts';
import { plainCell, safeCell } from './csv-rows.ts';
import type { Entry } from './entry.ts';
import { rowEntries } from './source.ts';

const headings = (line: string) => guessColumns([line.split(','), []]).mapping;

describe('columns', () => {
  it.each<[string, string, readonly (ImportField | null)[]]>([
    ['English', 'Full Name,Company,Mobile,E-mail', ['name', 'company', 'phone', 'email']],
    [
      'Spanish',
      'Nombre,Apellidos,Empresa,Teléfono móvil,Correo',
      ['firstName', 'lastName', 'company', 'phone', 'email'],
    ],
    ['Spanish alone', 'Nombre,Teléfono,Notas', ['name', 'phone', null]],
    ['Russian', 'Фамилия,Имя,Компания,Телефон,Почта', ['lastName', 'firstName', 'company', 'phone', 'email']],
    ['ФИО', 'ФИО,Мобильный,Сайт,Ответственный', ['name', 'phone', 'url', 'responsible']],
    [
      'Google',
      'First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value',
      ['firstName', 'lastName', 'company', null, null, 'email', null, 'phone', 'phone'],
    ],
    [
      'Outlook',
      'First Name,Middle Name,Last Name,Company,Business Fax,Business Phone,Home Phone,E-mail Address,E-mail Type,Web Page,Business Street',
      ['firstName', null, 'lastName', 'company', null, 'phone', 'phone', 'email', null, 'url', null],
    ],
    [
      'Outlook in Spanish',
      'Nombre,Segundo nombre,Apellidos,Organización,Fax del trabajo,Teléfono del trabajo,Dirección de correo electrónico,Página Web,Dirección postal',
      ['firstName', null, 'lastName', 'company', null, 'phone', 'email', 'url', null],
    ],
    [
      'our own',
      'Kind,Name,Company,Phone 1,Phone 2,Phone 3,More phones,E-mail 1,E-mail 2,More e-mails,URL,Responsible',
      ['kind', 'name', 'company', 'phone', 'phone', 'phone', 'phone', 'email', 'email', 'email', 'url', 'responsible'],
    ],
    ['twice the same', 'Name,Name,Company,Company', ['name', null, 'company', null]],
  ])('of %s headings are known', (_name, line, expected) => {
    expect(headings(line)).toEqual(expected);
    expect(guessColumns([line.split(','), []]).header).toBe(expected.some((field) => field !== null));
  });

  it('without headings are known by what stands in them', () => {
    const rows = [
      ['7', 'Ana Pérez', '600 111 222', 'ana@sol.example', 'https://sol.example', '2024-01-02'],
      ['8', 'Luis', '="0034911222333"', '', 'www.luna.example', '2024-01-03'],
    ];
    expect(guessColumns(rows)).toEqual({ header: false, mapping: [null, 'name', 'phone', 'email', 'url', null] });
  });

  it('under headings of another language are known by what stands in them', () => {
    const rows = [
      ['Puhelin', 'Nimi'],
      ['+358 9 1234567', 'Aino'],
    ];
    expect(guessColumns(rows)).toEqual({ header: true, mapping: ['phone', 'name'] });
  });

  it('of nothing are none', () => {
    expect(guessColumns([])).toEqual({ header: false, mapping: [] });
    expect(guessColumns([['']])).toEqual({ header: false, mapping: [null] });
  });
});

async function read(
  text: string | Uint8Array,
  mapping: readonly (ImportField | null)[],
  { header = false, encoding = 'utf-8' as Encoding, size = 64 } = {},
): Promise<readonly Entry[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const source = (async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  })();
  const all: Entry[] = [];
  for await (const list of rowEntries(source, encoding, { header, mapping }, 'ES')) all.push(...list);
  return all;
}

describe('rows', () => {
  it('become contacts, with first and last names, several numbers and addresses', async () => {
    const text =
      'kind;first;last;company;tel;tel 2;mail\nperson;Ana;Pérez;Sol;600111222 / 911222333;+44 (0)20 7946 0018;a@b.example, c@d.example\ncompany;;;Luna;;;\n';
    const mapping = ['kind', 'firstName', 'lastName', 'company', 'phone', 'phone', 'email'] as const;
    expect(await read(text, mapping, { header: true })).toMatchObject([
      {
        draft: {
          ...{ kind: 'person', name: 'Ana Pérez', company: 'Sol', email: 'a@b.example', otherEmails: ['c@d.example'] },
          numbers: ['+34600111222', '+34911222333', '+442079460018'],
        },
        problems: [],
      },
      { draft: { kind: 'company', name: 'Luna', company: '', numbers: [] }, problems: [] },
    ]);
  });

  it('are told by their line when they cannot be read, and the rest is taken', async () => {
    const text = ['Ana;600111222', ';600111223', '', '"Eva\nMaría";3,46E+10', 'Luis;call me;x;y', 'Max;911222333'].join(
      '\n',
    );
    const found = await read(text, ['name', 'phone']);
    expect(
      found.map(({ draft, problems }) => [draft?.name ?? null, ...problems.map((one) => `${one.line} ${one.why}`)]),
    ).toEqual([['Ana'], [null, '2 no-name'], ['Eva María', '4 rounded'], ['Luis', '6 cells', '6 number'], ['Max']]);
  });

  it('that no contact can have are refused by their line', async () => {
    const text = `Ana;600111222\nEva;${'9'.repeat(3_000_000)}\nLuis;600111223\n`;
    const found = await read(text, ['name', 'phone'], { size: 100_000 });
    expect(found.map(({ draft }) => draft?.name ?? null)).toEqual(['Ana', null, 'Luis']);
    expect(found[1]?.problems).toEqual([{ line: 2, why: 'too-long' }]);
  });

  it.each<[string, Uint8Array, Encoding]>([
    ['UTF-16', Buffer.from('\uFEFFIñigo;600111222\n', 'utf16le'), 'utf-16le'],
    ['UTF-16, big end first', Buffer.from('\uFEFFIñigo;600111222\n', 'utf16le').swap16(), 'utf-16be'],
    ['Windows-1252', Buffer.from('Iñigo;600111222\n', 'latin1'), 'windows-1252'],
    ['UTF-8 although somebody said Windows-1252', Buffer.from('Iñigo;600111222\n'), 'windows-1252'],
  ])('of %s are read', async (_name, bytes, encoding) => {
    for (const size of [1, 5, 1_000]) {
      expect(await read(bytes, ['name', 'phone'], { encoding, size })).toMatchObject([
        { draft: { name: 'Iñigo', numbers: ['+34600111222'] } },
      ]);
    }
  });

  it('keep formulas as text', async () => {
    const [one] = await read(`=cmd|' /C calc'!A0;="0034600111222"\n`, ['name', 'phone']);
    expect(one?.draft).toMatchObject({ name: "=cmd|' /C calc'!A0", numbers: ['+34600111222'] });
  });

  it('after headings over several lines, and many of them, keep their numbers', async () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, n) => `Person ${n};6${String(n).padStart(8, '0')};some filling text`,
    );
    const found = await read(`"Na\nme";Phone;Note\n${rows.join('\r\n')}\r\nEva;nothing;\r\n`, ['name', 'phone', null], {
      ...{ header: true, size: 65_536 },
    });
    expect(found).toHaveLength(30_001);
    expect(found.at(-1)?.problems).toEqual([{ line: 30_003, why: 'number' }]);
    expect(found[29_999]?.draft?.name).toBe('Person 29999');
  });
});

describe('cells', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+34600111222', '+34600111222'],
    ['+34600111222;+1', "'+34600111222;+1"],
    ['-5', "'-5"],
    ['@x', "'@x"],
    ["'=x", "''=x"],
    ["'tis", "'tis"],
    ['Ana', 'Ana'],
  ])('%s is written %s and read as it was', (text, written) => {
    expect(safeCell(text)).toBe(written);
    expect(plainCell(written)).toBe(text);
  });

  it('that a spreadsheet wraps are unwrapped', () => {
    expect(plainCell('="0034600"')).toBe('0034600');
    expect(plainCell('=A1&"x"')).toBe('=A1&"x"');
  });
});
