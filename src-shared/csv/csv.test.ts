// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords, SEPARATORS, separatorOf } from './records.ts';
import { csvPieces, decodedLines, likelyEncoding } from './text.ts';

const cells = (text: string, separator = separatorOf(text)) => [...csvRecords(text, separator)].map((one) => one.cells);

describe('records of a CSV text', () => {
  it.each<[string, string, readonly (readonly string[])[]]>([
    [
      'plain',
      'a;b\n1;2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['ends of lines', 'a\r\nb\rc\n', [['a'], ['b'], ['c']]],
    [
      'empty lines',
      '\n\na;b\n \n;\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    ['quotes', '"a;b";"say ""hi""";c', [['a;b', 'say "hi"', 'c']]],
    [
      'a cell over lines',
      '1;"Ana\nMaria"\n2;x',
      [
        ['1', 'Ana\nMaria'],
        ['2', 'x'],
      ],
    ],
    ['after the closing quote', '"a"b;c', [['ab', 'c']]],
    ['quotes in the middle', 'Ana "x" y;5" pipe', [['Ana "x" y', '5" pipe']]],
    ['formulas', '="34600111222";=1+1;@x;-2', [['="34600111222"', '=1+1', '@x', '-2']]],
    ['a mark at the start', '\uFEFFa;b', [['a', 'b']]],
    ['blanks', ' a ;\u00a0b ', [['a', 'b']]],
    ['nothing', '', []],
  ])('%s', (_name, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  it('say in which line they begin', () => {
    const lines = [...csvRecords('a\n\n"b\nb"\r\nc', ';')].map(({ line, cells: [first] }) => [line, first]);
    expect(lines).toEqual([
      [1, 'a'],
      [3, 'b\nb'],
      [5, 'c'],
    ]);
  });

  it('are all there after a quote that is never closed', () => {
    const rest = Array.from({ length: 500 }, (_, n) => `${n};row of some length`);
    expect(cells(['1;"open', ...rest].join('\n'))).toHaveLength(501);
  });

  it('have long quoted cells within their line, and none over many', () => {
    const long = 'x;'.repeat(5_000);
    expect(cells(`1;"${long}"\n2;b`, ';')).toEqual([
      ['1', long],
      ['2', 'b'],
    ]);
    expect(cells(`1;"a\n${long}"`, ';')[0]).toEqual(['1', '"a']);
  });

  it('are all there when the next line has quotes of its own', () => {
    expect(cells('1;"open;x\n2;"Ana";y\n3;z')).toEqual([
      ['1', '"open', 'x'],
      ['2', 'Ana', 'y'],
      ['3', 'z'],
    ]);
  });

  it.each([
    ['number;name, first', ';'],
    ['number,name;x,y', ','],
    ['number\tname', '\t'],
    ['"a;b;c;d",x', ','],
    ['one', ';'],
  ])('%s is separated by %s', (text, separator) => {
    expect(separatorOf(text)).toBe(separator);
  });

  it('are what was written, for any cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ';', ',', '\t', '\n', '\r', ' ', 'é', '=') });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(table, fc.constantFrom(...SEPARATORS), (rows, separator) => {
        const quoted = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(separator));
        const read = [...csvRecords(quoted.join('\r\n'), separator)].map((one) => one.cells);
        expect(read).toEqual(rows.map((row) => row.map((one) => one.trim())));
      }),
    );
  });

  it('come to an end, and lose no line, for any text', () => {
    const text = fc.string({ unit: fc.constantFrom('"', ';', '\n', '\r\n', 'x', '""') });
    fc.assert(
      fc.property(text, (given) => {
        const records = [...csvRecords(given, ';')];
        const ends = given.split(/\r\n|\r|\n/).length;
        expect(records.length).toBeLessThanOrEqual(ends);
        for (const { line } of records) expect(line).toBeLessThanOrEqual(ends);
      }),
    );
  });
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}
async function* bytesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const utf16 = (text: string, big: boolean): Buffer => {
  const little = Buffer.from(text, 'utf16le');
  return big ? little.swap16() : little;
};
const text = 'número;nombre\n600111222;Peña "Ñ"\r\n600111223;Müller €\n';

describe('a file', () => {
  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 with its mark', utf16(`\uFEFF${text}`, false)],
    ['UTF-16, big end first', utf16(`\uFEFF${text}`, true)],
    ['UTF-16 without a mark', utf16(`x;y\n${text}`, false)],
    ['UTF-16, big end first, without a mark', utf16(`x;y\n${text}`, true)],
    ['Windows-1252', Buffer.from(text.replace('€', '\x80'), 'latin1')],
  ])('of %s is text, however it is cut', async (name, bytes) => {
    for (const size of [1, 3, 7, 1_000]) {
      const read = (await collect(decodedLines(bytesOf(bytes, size)))).join('');
      expect(read.replace(/^\uFEFF|^x;y\n/, ''), `${name} by ${size}`).toBe(text);
    }
  });

  it('is read as somebody says it is', async () => {
    const russian = Buffer.from([0xc8, 0xe2, 0xe0, 0xed, 0x0a]);
    expect((await collect(decodedLines(bytesOf(russian, 2), 'windows-1251'))).join('')).toBe('Иван\n');
    const wide = utf16('añ\n', false);
    expect((await collect(decodedLines(bytesOf(wide, 1), 'utf-16le'))).join('')).toBe('añ\n');
    expect((await collect(decodedLines(bytesOf(Buffer.from('añ'), 1), 'utf-8'))).join('')).toBe('añ');
  });

  it.each<[string, Uint8Array]>([
    ['utf-8', Buffer.from('número;ñ').subarray(0, -1)],
    ['utf-8', Buffer.from('')],
    ['windows-1252', Buffer.from('número;x', 'latin1')],
    ['utf-16le', utf16('a;b', false)],
    ['utf-16be', utf16('\uFEFFñ', true)],
  ])('looks like %s by its beginning', (encoding, head) => {
    expect(likelyEncoding(head)).toBe(encoding);
  });

  it('of two encodings is read line by line', async () => {
    const bytes = Buffer.concat([Buffer.from('Peña\n'), Buffer.from('Peña\n', 'latin1'), Buffer.from('Я')]);
    expect((await collect(decodedLines(bytesOf(bytes, 4)))).join('')).toBe('Peña\nPeña\nЯ');
  });

  it('may be empty or short', async () => {
    expect(await collect(decodedLines(bytesOf(new Uint8Array(0), 1)))).toEqual([]);
    expect(await collect(decodedLines(bytesOf(Buffer.from('ab'), 1)))).toEqual(['ab']);
  });
});

describe('pieces of a file', () => {
  const piecesOf = async (given: string, most: number, size = 50) =>
    collect(csvPieces(decodedLines(bytesOf(Buffer.from(given), size)), most));

  it('each begin with the first line, keep all others in order, and number them as the file does', async () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => `60011${n};${n % 9 === 0 ? `"Ana\n${n}"` : `Ana ${n}`}`);
    const pieces = await piecesOf(`number;name\n${lines.join('\n')}\n`, 400);
    expect(pieces.length).toBeGreaterThan(30);
    const file = `number;name\n${lines.join('\n')}`.split('\n');
    const found: string[] = [];
    for (const { text: piece, before } of pieces) {
      expect(piece.length).toBeLessThanOrEqual(400);
      const [header, ...records] = [...csvRecords(piece, ';')];
      expect(header?.cells).toEqual(['number', 'name']);
      for (const { line, cells: row } of records) {
        expect(file[before + line - 1]).toMatch(new RegExp(`^${row[0]};`));
        found.push(row[0] ?? '');
      }
    }
    expect(found).toEqual(lines.map((line) => line.split(';')[0]));
  });

  it('are one when the file is small, and none when it is empty', async () => {
    expect(await piecesOf('a;b\r\nc;d', 1_000, 4)).toEqual([{ text: 'a;b\r\nc;d', before: 0 }]);
    expect(await piecesOf('a\rb', 1_000, 1)).toEqual([{ text: 'a\rb', before: 0 }]);
    expect(await piecesOf('', 1_000)).toEqual([]);
  });

  it('are made of lines that end with a return alone, and of a line without an end, in little memory', async () => {
    const old = 'number;name\r'.concat('1;Ana\r'.repeat(400_000));
    const pieces = await piecesOf(old, 400_000, 65_536);
    expect(pieces.flatMap(({ text: piece }) => [...csvRecords(piece, ';')].slice(1))).toHaveLength(400_000);
    const endless = await piecesOf('x'.repeat(5_000_000), 400_000, 65_536);
    expect(endless.map(({ text: piece }) => piece.length)).toEqual([50_001]);
  });

  it('fit their message also when a line does not', async () => {
    const pieces = await piecesOf(`number;name\n1;${'x'.repeat(5_000)}\n2;Ana\n"${'y\n'.repeat(900)}\n`, 1_000);
    for (const { text: piece } of pieces) expect(piece.length).toBeLessThanOrEqual(1_000);
    expect(pieces.map(({ text: piece }) => piece).join('')).toContain('\n2;Ana\n');
    expect(pieces.flatMap(({ cut = [] }) => cut)).toEqual([2]);
  });

  it('may leave the first line to the first piece', async () => {
    const source = decodedLines(bytesOf(Buffer.from('a;b\n'.repeat(400)), 64));
    const pieces = await collect(csvPieces(source, 400, false));
    expect(pieces.map(({ text: piece }) => piece).join('')).toBe('a;b\n'.repeat(400));
    let before = 0;
    for (const piece of pieces) {
      expect(piece.before).toBe(before);
      before += piece.text.split('\n').length - 1;
    }
  });
});
